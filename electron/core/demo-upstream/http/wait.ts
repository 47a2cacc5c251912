import type { Clock } from '../../clock.ts';

/** Waits `delayMs` on the clock. Resolves true when the time is over, false as soon as `gone` is aborted; no timer stays behind. */
export function wait(clock: Clock, delayMs: number, gone: AbortSignal): Promise<boolean> {
  if (gone.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const onGone = (): void => {
      timer.cancel();
      resolve(false);
    };
    const timer = clock.setTimer(delayMs, () => {
      gone.removeEventListener('abort', onGone);
      resolve(true);
    });
    gone.addEventListener('abort', onGone, { once: true });
  });
}
