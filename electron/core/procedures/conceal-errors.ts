import { AsyncIteratorClass, ORPCError, os } from '@orpc/server';
import { ErrorForPeople } from '../error-for-people.ts';

/**
 * Middleware for every procedure: an error that is meant for people passes with its words, and so does an `ORPCError`
 * that tells the caller of a mistake. Anything else goes to `reportError` and leaves as "Internal error", because its
 * message may hold paths, keys or bodies. The same holds for errors in the midst of a `watch*` stream.
 */
export function concealErrors(reportError: (error: unknown) => void) {
  const conceal = (error: unknown): ORPCError<string, unknown> => {
    if (error instanceof ErrorForPeople) return new ORPCError(error.code, { message: error.message });
    if (error instanceof ORPCError && !ownFaults.has(error.code)) return error;
    reportError(error instanceof ORPCError ? (error.cause ?? error) : error);
    return new ORPCError('INTERNAL_SERVER_ERROR', { message: 'Internal error' });
  };
  return os.middleware(async ({ next }) => {
    try {
      const result = await next();
      const { output }: { output: unknown } = result;
      return output instanceof AsyncIteratorClass
        ? { ...result, output: concealInStream(output, conceal) }
        : result;
    } catch (error) {
      throw conceal(error);
    }
  });
}

/** With these oRPC says that an answer or an event is not what the contract promises. */
const ownFaults: ReadonlySet<string> = new Set(['INTERNAL_SERVER_ERROR', 'EVENT_ITERATOR_VALIDATION_FAILED']);

function concealInStream<T>(
  stream: AsyncIterator<T, unknown, void>,
  conceal: (error: unknown) => Error,
): AsyncIteratorClass<T, unknown, void> {
  return new AsyncIteratorClass<T, unknown, void>(
    async () => {
      try {
        return await stream.next();
      } catch (error) {
        throw conceal(error);
      }
    },
    async () => void (await stream.return?.()),
  );
}
