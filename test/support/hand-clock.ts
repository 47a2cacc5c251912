import type { Clock, ClockTimer } from '../../electron/core/clock.ts';

/** A clock that stands still until the test moves it. Timers run in the order of their times, inside `advance`. */
export class HandClock implements Clock {
  #nowMs = 1_700_000_000_000;
  readonly #timers = new Set<{ dueMs: number; callback: () => void }>();

  wallMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, callback: () => void): ClockTimer {
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return {
      refresh: () => {
        timer.dueMs = this.#nowMs + delayMs;
        this.#timers.add(timer);
      },
      cancel: () => void this.#timers.delete(timer),
    };
  }

  /** How many timers are waiting. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** Moves time forward, calling each timer that falls due, at its own time. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.dueMs <= untilMs);
      const next = due.toSorted((a, b) => a.dueMs - b.dueMs)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.callback();
    }
    this.#nowMs = untilMs;
  }
}
