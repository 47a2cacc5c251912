import { ORPCError } from '@orpc/client';
import type { Door } from '../door/door.ts';
import { completeSnapshot, mergeExchanges, type LiveState, type PartialSnapshot } from './live-state.ts';

/** The window's picture of the host, kept current by event streams; the shape `useSyncExternalStore` wants. */
export interface LiveStore {
  readonly getState: () => LiveState;
  /** Calls `listener` at each change. Returns the function that ends it. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Follows the host until `signal` aborts; opens the streams again whenever they end. Never rejects. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

const firstRetryMs = 250;
const longestRetryMs = 5_000;

/** How long to wait before trying again, after so many failures in a row. */
export function retryDelayMs(failureCount: number): number {
  return Math.min(firstRetryMs * 2 ** (failureCount - 1), longestRetryMs);
}

/** `wait` resolves after so many milliseconds or at once when the signal aborts; it never rejects. */
export function createLiveStore(
  door: Door,
  wait: (delayMs: number, signal: AbortSignal) => Promise<void>,
): LiveStore {
  const listeners = new Set<() => void>();
  let state: LiveState = { connection: 'connecting', host: null };
  const setState = (next: LiveState): void => {
    state = next;
    for (const listener of listeners) listener();
  };

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async run(signal) {
      let failureCount = 0;
      while (!signal.aborted) {
        const error = await followOnce(door, signal, (parts) => {
          const host = completeSnapshot(parts);
          if (!host) return;
          failureCount = 0;
          setState({ connection: 'live', host });
        });
        if (signal.aborted) return;
        failureCount += 1;
        const noSession = error instanceof ORPCError && error.code === 'UNAUTHORIZED';
        setState({ connection: noSession ? 'no-session' : 'lost', host: state.host });
        await wait(retryDelayMs(failureCount), signal);
      }
    },
  };
}

/** Opens all streams and follows them until the first of them ends; then ends the rest. Gives its error, if it was one. */
async function followOnce(
  door: Door,
  signal: AbortSignal,
  onChange: (parts: PartialSnapshot) => void,
): Promise<unknown> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  signal.addEventListener('abort', abort, { once: true });
  const options = { signal: controller.signal };
  let parts: PartialSnapshot = {};
  const take = (part: PartialSnapshot): void => {
    if (controller.signal.aborted) return;
    parts = { ...parts, ...part };
    onChange(parts);
  };
  try {
    await Promise.race([
      follow(door.app.watchInfo(undefined, options), (app) => take({ app })),
      follow(door.proxy.watchState(undefined, options), (proxy) => take({ proxy })),
      follow(door.codyKey.watchStatus(undefined, options), (codyKey) => take({ codyKey })),
      follow(door.clients.watch(undefined, options), (clients) => take({ clients })),
      follow(door.settings.watch(undefined, options), (settings) => take({ settings })),
      follow(door.activity.watch(undefined, options), (batch) =>
        take({ exchanges: mergeExchanges(parts.exchanges ?? [], batch) }),
      ),
    ]);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    signal.removeEventListener('abort', abort);
    abort();
  }
}

async function follow<T>(
  opening: Promise<AsyncIteratorObject<T, unknown, void>>,
  take: (value: T) => void,
): Promise<void> {
  for await (const value of await opening) take(value);
}
