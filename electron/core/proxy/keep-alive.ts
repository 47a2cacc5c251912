import type { Clock, ClockTimer } from '../clock.ts';
import type { Relay } from './relay.ts';

/** What keeping a client waiting needs. */
export interface KeepAliveOptions {
  readonly clock: Clock;
  readonly relay: Relay;
  /** How many exchanges stand before this one in the queue; null while it does not wait there. */
  readonly ahead: () => number | null;
  /** Name, value, …: headers for an answer that is begun early. */
  readonly headers: () => readonly string[];
}

/**
 * Keeps the client of an event stream waiting: once nothing has come for 15 s, whether the request waits in the queue or
 * the upstream thinks, the client gets the head of its answer, and from then on a comment every 10 s in which nothing else
 * came. The upstream's own clocks know nothing of these comments.
 */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  #timer: ClockTimer;
  #bytesBefore = 0;

  /** Begins to count. */
  constructor(options: KeepAliveOptions) {
    this.#options = options;
    this.#timer = options.clock.setTimer(firstAfterMs, () => this.#look());
  }

  /** Ends with the exchange. */
  stop(): void {
    this.#timer.cancel();
  }

  #look(): void {
    const { clock, relay, ahead, headers } = this.#options;
    this.#timer = clock.setTimer(everyMs, () => this.#look());
    if (!relay.hasBegun) relay.openEarly(headers());
    if (relay.bytesOut === this.#bytesBefore) relay.comment(describeWait(ahead()));
    this.#bytesBefore = relay.bytesOut;
  }
}

function describeWait(ahead: number | null): string {
  return ahead === null ? 'waiting for the upstream' : `waiting, ${ahead} ahead`;
}

const firstAfterMs = 15_000;
const everyMs = 10_000;
