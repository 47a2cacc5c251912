import type { Clock } from '../../clock.ts';

/** Waits `delayMs` on the clock. Resolves when the time is over or `gone` is aborted; no timer stays behind. */
export function wait(clock: Clock, delayMs: number, gone: AbortSignal): Promise<void> {
  if (gone.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const onGone = (): void => {
      timer.cancel();
      resolve();
    };
    const timer = clock.setTimer(delayMs, () => {
      gone.removeEventListener('abort', onGone);
      resolve();
    });
    gone.addEventListener('abort', onGone, { once: true });
  });
}
