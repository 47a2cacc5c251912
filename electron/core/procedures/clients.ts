import { implement, ORPCError } from '@orpc/server';
import { clientsContract } from '../../../shared/contract/clients.ts';
import { UnknownClientError } from '../clients/client-registry.ts';
import type { HostServices } from '../host-services.ts';
import type { Watchable } from '../watched.ts';
import { concealErrors } from './conceal-errors.ts';
import { watchValue } from './watch-value.ts';

/** The procedures of the area `clients`. An id that is not in the list answers NOT_FOUND with a sentence. */
export function createClientsProcedures({ clients }: Pick<HostServices, 'clients'>) {
  const area = implement(clientsContract).use(concealErrors);
  const list = copyOnRead(clients.list);
  return area.router({
    list: area.list.handler(() => list.get()),
    watch: area.watch.handler(async ({ signal }) => watchValue(list, signal)),
    create: area.create.handler(({ input }) => clients.create(input.name)),
    rename: area.rename.handler(({ input }) => orNotFound(clients.rename(input.id, input.name))),
    revoke: area.revoke.handler(async ({ input }) => {
      await orNotFound(clients.revoke(input.id));
      return { id: input.id };
    }),
    revealKey: area.revealKey.handler(async ({ input }) => ({
      key: await orNotFound(clients.revealKey(input.id)),
    })),
  });
}

async function orNotFound<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UnknownClientError) {
      throw new ORPCError('NOT_FOUND', {
        message: 'There is no such client any more. It may have been revoked in another window.',
      });
    }
    throw error;
  }
}

/** The service's list is read-only, the contract's arrays are not. */
function copyOnRead<T>(watchable: Watchable<readonly T[]>): Watchable<T[]> {
  return {
    get: () => [...watchable.get()],
    onChange: (listener) => watchable.onChange((value) => listener([...value])),
  };
}
