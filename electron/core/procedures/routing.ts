import { implement } from '@orpc/server';
import { routingContract } from '../../../shared/contract/routing.ts';
import type { HostServices } from '../host-services.ts';

/** The procedures of the area `routing`: what would happen to a request. */
export function createRoutingProcedures({ routing }: Pick<HostServices, 'routing'>) {
  const area = implement(routingContract);
  return area.router({
    explain: area.explain.handler(({ input }) => routing.explain(input)),
  });
}
