import type { AdmissionLane } from './admission-request.ts';
import { Lane } from './lane.ts';
import type { Waiter } from './waiter.ts';

/** After so many interactive exchanges in a row one of the background goes first, if it waits. */
const INTERACTIVE_IN_A_ROW = 3;

/** The two lanes: interactive before background, but background gets at least every fourth start while it waits. */
export class WaitingQueue {
  readonly #interactive = new Lane();
  readonly #background = new Lane();
  /** Interactive exchanges that went first since the background last had a start. */
  #inARow = 0;

  get waiting(): number {
    return this.#interactive.waiting + this.#background.waiting;
  }

  lane(name: AdmissionLane): Lane {
    return name === 'interactive' ? this.#interactive : this.#background;
  }

  /** Takes out the exchange that is to start next; null when none waits. */
  takeNext(): Waiter | null {
    const backgroundWaits = this.#background.waiting > 0;
    const backgroundsTurn = backgroundWaits && this.#inARow >= INTERACTIVE_IN_A_ROW;
    if (this.#interactive.waiting === 0 || backgroundsTurn) {
      this.#inARow = 0;
      return this.#background.takeNext();
    }
    this.#inARow = backgroundWaits ? this.#inARow + 1 : 0;
    return this.#interactive.takeNext();
  }

  /** How many exchanges start before this one if nobody comes or leaves; 0 when it does not wait. */
  ahead(waiter: Waiter): number {
    if (!waiter.waits) return 0;
    const ahead = this.lane(waiter.request.lane).ahead(waiter);
    const others =
      waiter.request.lane === 'interactive'
        ? Math.min(this.#background.waiting, Math.floor((this.#inARow + ahead) / INTERACTIVE_IN_A_ROW))
        : Math.min(this.#interactive.waiting, INTERACTIVE_IN_A_ROW * (ahead + 1) - this.#inARow);
    return ahead + others;
  }
}
