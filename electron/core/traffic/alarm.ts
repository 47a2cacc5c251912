import type { Clock, ClockTimer } from '../clock.ts';

/** The longest delay Node's timers know; a longer one would fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * A timer that rings at the asked time or before, never after: asked for a later time than it is set to, it stays as it
 * is, so that a time that moves on with every decision costs no new timer each. Whoever is called looks again.
 */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: ClockTimer | null = null;
  #dueMs = Infinity;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at `dueMs` of the monotonic clock, or earlier. */
  setBy(dueMs: number, nowMs: number): void {
    if (dueMs >= this.#dueMs) return;
    this.#timer?.cancel();
    const delayMs = Math.min(Math.ceil(dueMs - nowMs), LONGEST_DELAY_MS);
    this.#dueMs = dueMs;
    this.#timer = this.#clock.setTimer(delayMs, () => {
      this.#timer = null;
      this.#dueMs = Infinity;
      this.#ring();
    });
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#dueMs = Infinity;
  }
}
