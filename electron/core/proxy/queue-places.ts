import type { Clock, ClockTimer } from '../clock.ts';
import type { OpenExchanges } from './open-exchanges.ts';

/** Keeps the open exchanges informed of their places in the queue: each looks again a little after the queue has moved. */
export class QueuePlaces {
  readonly #clock: Clock;
  readonly #open: OpenExchanges;
  readonly #waiting: () => number;
  #timer: ClockTimer | null = null;

  /** `waiting`: how many exchanges wait now. */
  constructor(clock: Clock, open: OpenExchanges, waiting: () => number) {
    this.#clock = clock;
    this.#open = open;
    this.#waiting = waiting;
  }

  /** Says that an exchange has left the queue. Costs nothing while nobody else waits. */
  moved(): void {
    if (this.#timer !== null || this.#waiting() === 0) return;
    this.#timer = this.#clock.setTimer(lookAgainMs, () => {
      this.#timer = null;
      this.#open.forEach((exchange) => exchange.queueMoved());
    });
  }
}

const lookAgainMs = 250;
