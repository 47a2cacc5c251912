import { implement } from '@orpc/server';
import { proxyContract } from '../../../shared/contract/proxy.ts';
import type { HostServices } from '../host-services.ts';
import { watchValue } from './watch-value.ts';

/** The procedures of the area `proxy`: its state and its switch. */
export function createProxyProcedures({ proxy }: Pick<HostServices, 'proxy'>) {
  const area = implement(proxyContract);
  return area.router({
    getState: area.getState.handler(() => proxy.state.get()),
    watchState: area.watchState.handler(async ({ signal }) => watchValue(proxy.state, signal)),
    setWish: area.setWish.handler(({ input }) => proxy.setWish(input.wish)),
  });
}
