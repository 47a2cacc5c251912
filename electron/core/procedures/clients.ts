import { implement } from '@orpc/server';
import { clientsContract } from '../../../shared/contract/clients.ts';
import type { HostServices } from '../host-services.ts';
import type { Watchable } from '../watched.ts';
import { watchValue } from './watch-value.ts';

/**
 * The procedures of the area `clients`. An id that is not in the list answers NOT_FOUND, a policy whose parts do not go
 * together BAD_REQUEST, a list that cannot be saved NOT_WRITTEN, each with a sentence.
 */
export function createClientsProcedures({ clients }: Pick<HostServices, 'clients'>) {
  const area = implement(clientsContract);
  const list = copyOnRead(clients.list);
  const use = copyOnRead(clients.use);
  return area.router({
    list: area.list.handler(() => list.get()),
    watch: area.watch.handler(async ({ signal }) => watchValue(list, signal)),
    watchUse: area.watchUse.handler(async ({ signal }) => watchValue(use, signal)),
    create: area.create.handler(({ input }) => clients.create(input.name)),
    rename: area.rename.handler(({ input }) => clients.rename(input.id, input.name)),
    setPolicy: area.setPolicy.handler(({ input }) => clients.setPolicy(input.id, input.policy)),
    revoke: area.revoke.handler(async ({ input }) => {
      await clients.revoke(input.id);
      return { id: input.id };
    }),
    revealKey: area.revealKey.handler(async ({ input }) => ({ key: await clients.revealKey(input.id) })),
  });
}

/** The service's list is read-only, the contract's arrays are not. */
function copyOnRead<T>(watchable: Watchable<readonly T[]>): Watchable<T[]> {
  return {
    get: () => [...watchable.get()],
    onChange: (listener) => watchable.onChange((value) => listener([...value])),
  };
}
