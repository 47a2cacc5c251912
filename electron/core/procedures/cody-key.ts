import { implement } from '@orpc/server';
import { codyKeyContract } from '../../../shared/contract/cody-key.ts';
import type { HostServices } from '../host-services.ts';
import { watchValue } from './watch-value.ts';

/** The procedures of the area `codyKey`. The key goes in; no answer holds it or a part of it. */
export function createCodyKeyProcedures({ codyKey }: Pick<HostServices, 'codyKey'>) {
  const area = implement(codyKeyContract);
  return area.router({
    getStatus: area.getStatus.handler(() => codyKey.status.get()),
    watchStatus: area.watchStatus.handler(async ({ signal }) => watchValue(codyKey.status, signal)),
    save: area.save.handler(({ input }) => codyKey.save(input.key)),
    check: area.check.handler(() => codyKey.check()),
    remove: area.remove.handler(() => codyKey.remove()),
  });
}
