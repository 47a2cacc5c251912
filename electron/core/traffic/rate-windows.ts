import { TimeRing } from './time-ring.ts';

/** At most `limit` starts (a whole number; 0 = no limit) in any stretch of `lengthMs` milliseconds. */
export interface RateWindow {
  readonly limit: number;
  readonly lengthMs: number;
}

/** One start, taken from all windows at once. It is held until it is sent or released: one of the two must follow. */
export interface RateSlot {
  state: 'held' | 'sent' | 'released';
}

/** So many past starts are remembered even where no limit asks for them, so that a limit set later finds them. */
const REMEMBERED_STARTS = 1024;

/**
 * Sliding windows that are decided together: a start takes from all of them or from none.
 *
 * A start counts in a window from the moment it is taken until `lengthMs + safetyMs` after it was *sent*. While it is
 * taken but not yet sent it counts without end, for nobody knows when the upstream will receive it. So the upstream never
 * receives more than the limit in any stretch of `lengthMs`, as long as two requests do not differ by more than `safetyMs`
 * in their way from `sent` to the upstream.
 *
 * As every start is in every window, one row of times serves them all, and a window of limit L is free exactly when its
 * L-th newest start has left it: deciding takes one step per window, however many starts there were.
 *
 * All times are milliseconds of a monotonic clock.
 */
export class RateWindows {
  /** May be replaced at any time; what was started before counts in the new windows as well. */
  windows: readonly RateWindow[];
  readonly #safetyMs: number;
  #sent = new TimeRing();
  #held = 0;
  #sentCount = 0;

  constructor(windows: readonly RateWindow[], safetyMs = 50) {
    this.windows = windows;
    this.#safetyMs = safetyMs;
  }

  /** How many starts there were, those that are held included. */
  get startedCount(): number {
    return this.#sentCount + this.#held;
  }

  /**
   * `nowMs` if a start is free now, otherwise when the next one frees. Exact unless it hangs on a start that is not sent
   * yet: then it is the earliest time possible, to be asked again at that time.
   */
  earliestStartMs(nowMs: number): number {
    let earliestMs = nowMs;
    for (const window of this.windows) {
      if (window.limit <= 0) continue;
      const place = window.limit - this.#held;
      const blockingMs = place > 0 ? this.#sent.newest(place) : nowMs;
      if (blockingMs !== undefined) earliestMs = Math.max(earliestMs, blockingMs + this.#holdMs(window));
    }
    return earliestMs;
  }

  /** Takes a start from all windows, or returns null and takes none. */
  take(nowMs: number): RateSlot | null {
    if (this.earliestStartMs(nowMs) > nowMs) return null;
    this.#held += 1;
    return { state: 'held' };
  }

  /** Says that a held start was sent at `atMs`, from which it counts. Of a start that is no longer held: nothing. */
  sent(slot: RateSlot, atMs: number): void {
    if (slot.state !== 'held') return;
    slot.state = 'sent';
    this.#sentCount += 1;
    this.#held -= 1;
    this.#remember(atMs);
  }

  /** Gives a held start, which was not sent, back to all windows. Of a start that is no longer held: nothing. */
  release(slot: RateSlot): void {
    if (slot.state !== 'held') return;
    slot.state = 'released';
    this.#held -= 1;
  }

  /** How many starts each window has left; Infinity for one without a limit. */
  remaining(nowMs: number): number[] {
    return this.windows.map((window) =>
      window.limit > 0 ? Math.max(0, window.limit - this.#held - this.#countSent(window, nowMs)) : Infinity,
    );
  }

  /** How long until the oldest start leaves each window, in milliseconds; 0 where there is none. */
  resetMs(nowMs: number): number[] {
    return this.windows.map((window) => {
      const oldestMs = this.#sent.newest(this.#countSent(window, nowMs));
      if (oldestMs !== undefined) return oldestMs + this.#holdMs(window) - nowMs;
      return this.#held > 0 ? this.#holdMs(window) : 0;
    });
  }

  /** The ages in milliseconds, oldest first, of the starts that still count in some window; one held has the age 0. */
  snapshot(nowMs: number): number[] {
    const counting = Math.max(0, ...this.windows.map((window) => this.#countSent(window, nowMs)));
    const ages: number[] = [];
    for (let place = counting; place > 0; place -= 1) ages.push(nowMs - (this.#sent.newest(place) ?? nowMs));
    for (let held = 0; held < this.#held; held += 1) ages.push(0);
    return ages;
  }

  /**
   * Adds starts of an earlier run, by their ages at `nowMs` in milliseconds, in any order. A negative age counts as 0 (the
   * machine's clock was set back in between); what is not a finite number is passed over.
   */
  restore(nowMs: number, ages: readonly number[]): void {
    const times = ages.filter(Number.isFinite).map((ageMs) => nowMs - Math.max(0, ageMs));
    for (let place = this.#sent.size; place > 0; place -= 1) times.push(this.#sent.newest(place) ?? nowMs);
    this.#sent = new TimeRing();
    for (const timeMs of times.toSorted((a, b) => a - b)) this.#remember(timeMs);
  }

  #remember(timeMs: number): void {
    let most = REMEMBERED_STARTS;
    for (const window of this.windows) most = Math.max(most, window.limit);
    this.#sent.push(timeMs, most);
  }

  #countSent(window: RateWindow, nowMs: number): number {
    return this.#sent.countAfter(nowMs - this.#holdMs(window));
  }

  #holdMs(window: RateWindow): number {
    return window.lengthMs + this.#safetyMs;
  }
}
