/** A timer that was set on a clock. */
export interface ClockTimer {
  /** Starts the timer's delay anew, as if it had just been set. */
  refresh(): void;
  cancel(): void;
}

/** Time as the core knows it. Logic never reads the machine's clock itself, so that tests move it by hand. */
export interface Clock {
  /** Milliseconds since 1970; may jump when the user sets the machine's clock. */
  wallMs(): number;
  /** Milliseconds from an arbitrary start; never goes backwards. */
  monotonicMs(): number;
  /** Calls `callback` once after `delayMs`. The timer alone does not keep the process alive. */
  setTimer(delayMs: number, callback: () => void): ClockTimer;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer: (delayMs, callback) => new SystemTimer(delayMs, callback),
};

class SystemTimer implements ClockTimer {
  readonly #timeout: NodeJS.Timeout;

  constructor(delayMs: number, callback: () => void) {
    this.#timeout = setTimeout(callback, delayMs).unref();
  }

  refresh(): void {
    this.#timeout.refresh();
  }

  cancel(): void {
    clearTimeout(this.#timeout);
  }
}
