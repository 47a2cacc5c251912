/** How long a hidden page goes on before it lets go of its connection. */
const graceMs = 30_000;

/**
 * Runs `work` while the page can be seen. Browsers give an HTTP/1.1 server six connections for all tabs together, so
 * pages left open in the background must not hold theirs.
 */
export function runWhileVisible(document: Document, work: (signal: AbortSignal) => Promise<void>): void {
  let running: AbortController | undefined;
  let grace: ReturnType<typeof setTimeout> | undefined;
  const follow = (): void => {
    clearTimeout(grace);
    if (document.visibilityState === 'hidden') {
      grace = setTimeout(() => {
        running?.abort();
        running = undefined;
      }, graceMs);
    } else if (!running) {
      running = new AbortController();
      void work(running.signal);
    }
  };
  document.addEventListener('visibilitychange', follow);
  follow();
}

/** Resolves after so many milliseconds, or at once when the signal aborts. */
export function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timeout = setTimeout(resolve, delayMs);
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(timeout);
      resolve();
    },
    { once: true },
  );
  return promise;
}
