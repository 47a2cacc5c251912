import { Chain, type Link } from './chain.ts';
import type { RateSlot, RateWindows } from './rate-windows.ts';

/** A start that has left for the upstream. */
export interface LeftStart extends Link<LeftStart> {
  readonly slot: RateSlot;
  readonly leftMs: number;
  /** The how-manieth that left, the first being 1. */
  readonly order: number;
}

/**
 * The starts of which nobody knows yet when the upstream received them: from when they leave until their answers begin, but
 * for `longestWayMs` at most. That long they are held in the windows, and then count from that moment, so that it does not
 * matter how uneven their ways are: through a new connection, a slow network, a busy machine.
 */
export class UnderWay {
  readonly #windows: RateWindows;
  readonly #longestWayMs: number;
  readonly #starts = new Chain<LeftStart>();
  #leftCount = 0;

  constructor(windows: RateWindows, longestWayMs = 500) {
    this.#windows = windows;
    this.#longestWayMs = longestWayMs;
  }

  /** Says that a held start leaves now. */
  left(slot: RateSlot, nowMs: number): LeftStart {
    this.#leftCount += 1;
    const start = { slot, leftMs: nowMs, order: this.#leftCount, previous: null, next: null };
    this.#starts.append(start);
    return start;
  }

  /** Says that the answer to a start begins, so that the upstream has it. */
  arrived(start: LeftStart, nowMs: number): void {
    this.settle(nowMs);
    if (start.slot.state === 'held') this.#count(start, nowMs);
  }

  /** Lets those count that left long enough ago. To be called before the windows are asked. */
  settle(nowMs: number): void {
    for (let first = this.#starts.first; first !== null; first = this.#starts.first) {
      const atMs = first.leftMs + this.#longestWayMs;
      if (atMs > nowMs) return;
      this.#count(first, atMs);
    }
  }

  #count(start: LeftStart, atMs: number): void {
    this.#starts.remove(start);
    this.#windows.sent(start.slot, atMs);
  }
}
