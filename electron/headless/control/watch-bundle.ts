import { toORPCError } from '@orpc/client';
import { call, isProcedure, ORPCError, os, type AnyProcedure } from '@orpc/server';
import { z } from 'zod';
import type { HostRouter } from '../../core/procedures/router.ts';

/** What one event of a bundle says: which of the asked streams it is of (by its place in the input), and what came. */
export type WatchBundleEvent =
  | { index: number; value: unknown }
  | { index: number; ended: true }
  | { index: number; error: ReturnType<ORPCError<string, unknown>['toJSON']> };

const input = z.object({ paths: z.array(z.string().max(200)).min(1).max(32) });

/**
 * The procedure `streams/watch`, only of this HTTP door: many `watch*` procedures through one answer. Browsers open at
 * most six connections to an HTTP/1.1 server, for all tabs together; with a connection for each watch the seventh
 * request, such as the proxy's switch, would wait for ever. Its other end is `renderer/door/watch-bundle.ts`.
 *
 * Paths are those of the contract with slashes, such as `proxy/watchState`; an unknown one answers NOT_FOUND. A slow
 * reader makes the bundled streams wait each with its newest value, as if it read them one by one.
 */
export function createWatchBundle(router: HostRouter) {
  const watchProcedures = findWatchProcedures(router);
  return os.input(input).handler(async function* ({ input: { paths }, signal }) {
    const procedures = paths.map((path) => {
      const procedure = watchProcedures.get(path);
      if (!procedure) throw new ORPCError('NOT_FOUND', { message: `There is nothing to watch at ${path}.` });
      return procedure;
    });
    yield* mergeStreams(procedures.map((procedure) => openStream(procedure, signal)));
  });
}

function findWatchProcedures(router: HostRouter): Map<string, AnyProcedure> {
  const found = new Map<string, AnyProcedure>();
  for (const [area, procedures] of Object.entries(router)) {
    for (const [name, procedure] of Object.entries(procedures)) {
      if (name.startsWith('watch') && isProcedure(procedure)) found.set(`${area}/${name}`, procedure);
    }
  }
  return found;
}

async function openStream(
  procedure: AnyProcedure,
  signal: AbortSignal | undefined,
): Promise<AsyncIterator<unknown>> {
  return (await call(procedure, undefined, signal ? { signal } : {})) as AsyncIterator<unknown>;
}

/** Asks each stream for its next value only after the one before has left. Not `Promise.race`: that leaks reactions. */
async function* mergeStreams(
  streams: Promise<AsyncIterator<unknown>>[],
): AsyncGenerator<WatchBundleEvent, void, void> {
  const ready: WatchBundleEvent[] = [];
  let wake = Promise.withResolvers<void>();
  const take = async (index: number, stream: Promise<AsyncIterator<unknown>>): Promise<void> => {
    ready.push(await nextEvent(index, stream));
    wake.resolve();
  };
  let openCount = streams.length;
  streams.forEach((stream, index) => void take(index, stream));
  try {
    while (openCount > 0) {
      const event = ready.shift();
      if (!event) {
        await wake.promise;
        wake = Promise.withResolvers<void>();
        continue;
      }
      yield event;
      const stream = streams[event.index];
      if ('value' in event && stream) void take(event.index, stream);
      else openCount -= 1;
    }
  } finally {
    // The reader has left in the midst: the others end without being waited for.
    for (const stream of streams) void stream.then((iterator) => iterator.return?.()).catch(() => undefined);
  }
}

async function nextEvent(index: number, stream: Promise<AsyncIterator<unknown>>): Promise<WatchBundleEvent> {
  try {
    const result = await (await stream).next();
    return result.done ? { index, ended: true } : { index, value: result.value };
  } catch (error) {
    return { index, error: toORPCError(error).toJSON() };
  }
}
