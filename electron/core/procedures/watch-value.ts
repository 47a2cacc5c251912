import { AsyncIteratorClass } from '@orpc/server';
import type { Watchable } from '../watched.ts';

/** Where a watch gets its values, and what becomes of values that its reader was too slow for. */
export interface WatchSource<T> {
  /** The first value, read when the reader asks for it. */
  now(): T;
  /** Calls `listener` at each change. Returns the function that ends it. */
  onChange(listener: (value: T) => void): () => void;
  /** One value out of the one that still waits for the reader and a newer one. */
  merge(waiting: T, newer: T): T;
}

/**
 * The value now, then each change. A slow reader skips to the newest value. Ends when `signal` aborts or the reader
 * returns, at once, also in the midst of a wait; the listener is gone from then on.
 */
export function watchValue<T>(
  watchable: Watchable<T>,
  signal: AbortSignal | undefined,
): AsyncIteratorClass<T, void, void> {
  return watchSource(
    {
      now: () => watchable.get(),
      onChange: (listener) => watchable.onChange(listener),
      merge: (_waiting, newer) => newer,
    },
    signal,
  );
}

/** The same for any source: never more than one value waits for the reader, made by `source.merge`. */
export function watchSource<T>(
  source: WatchSource<T>,
  signal: AbortSignal | undefined,
): AsyncIteratorClass<T, void, void> {
  let waiting: { value: T } | undefined;
  let ended = false;
  let stopListening: (() => void) | undefined;
  let wakeReader: (() => void) | undefined;

  const begin = (): void => {
    stopListening = source.onChange((value) => {
      waiting = { value: waiting ? source.merge(waiting.value, value) : value };
      wakeReader?.();
    });
    // Read after listening has begun, so that no change falls between the two.
    waiting = { value: source.now() };
    signal?.addEventListener('abort', end, { once: true });
  };
  const end = (): void => {
    ended = true;
    stopListening?.();
    signal?.removeEventListener('abort', end);
    wakeReader?.();
  };

  // Not an async generator: `return()` of a generator waits for the pending `next()`, here perhaps for ever.
  return new AsyncIteratorClass<T, void, void>(
    async () => {
      if (signal?.aborted) ended = true;
      if (!stopListening && !ended) begin();
      if (!waiting && !ended) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wakeReader = resolve;
        await promise;
      }
      if (ended || !waiting) return { done: true, value: undefined };
      const { value } = waiting;
      waiting = undefined;
      return { done: false, value };
    },
    async () => end(),
  );
}
