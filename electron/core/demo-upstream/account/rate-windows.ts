/** How many requests a key may start; 0 = as many as it likes. */
export interface DemoLimits {
  readonly perMinute: number;
  readonly perSecond: number;
}

const minuteMs = 60_000;
const secondMs = 1_000;

/**
 * The demo's sliding windows of a minute and a second, one pair for the whole upstream. Only accepted requests count.
 * Whether Cody's own windows slide is unknown.
 */
export class RateWindows {
  #acceptedMs: number[] = [];

  /**
   * Asks to start a request at `nowMs` (monotonic). Null: it may, and counts. Otherwise the whole seconds, at least 1,
   * after which it may be tried again.
   */
  tryAccept(nowMs: number, limits: DemoLimits): number | null {
    if (limits.perMinute <= 0 && limits.perSecond <= 0) {
      this.#acceptedMs = [];
      return null;
    }
    this.#acceptedMs = this.#acceptedMs.filter((acceptedMs) => acceptedMs > nowMs - minuteMs);
    const waitMs = Math.max(
      this.#waitMs(nowMs, limits.perMinute, minuteMs),
      this.#waitMs(nowMs, limits.perSecond, secondMs),
    );
    if (waitMs > 0) return Math.max(1, Math.ceil(waitMs / 1000));
    this.#acceptedMs.push(nowMs);
    return null;
  }

  #waitMs(nowMs: number, limit: number, windowMs: number): number {
    if (limit <= 0) return 0;
    // The window has room again when the limit-th newest request leaves it.
    const blocking = this.#acceptedMs.at(-limit);
    return blocking === undefined ? 0 : Math.max(0, blocking + windowMs - nowMs);
  }
}
