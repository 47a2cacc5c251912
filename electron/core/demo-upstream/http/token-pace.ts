import type { Clock } from '../../clock.ts';
import { breathe } from '../breathe.ts';
import { wait } from './wait.ts';

const tokensBetweenBreaths = 64;

/**
 * The pace of one stream. Token n is due n / tokensPerSecond after the start; tokens that are late come at once, so that
 * the pace holds on the whole even where timers are coarse. A pace of 0 means no waiting and no timers.
 */
export class TokenPace {
  readonly #clock: Clock;
  readonly #tokensPerSecond: number;
  readonly #gone: AbortSignal;
  readonly #startMs: number;
  #tokens = 0;

  constructor(clock: Clock, tokensPerSecond: number, gone: AbortSignal) {
    this.#clock = clock;
    this.#tokensPerSecond = tokensPerSecond;
    this.#gone = gone;
    this.#startMs = clock.monotonicMs();
  }

  /** Resolves when the next token (or the next `count` tokens together) may leave, or the client has gone. */
  async next(count = 1): Promise<void> {
    this.#tokens += count;
    if (this.#tokensPerSecond > 0) {
      const dueMs = this.#startMs + (this.#tokens * 1000) / this.#tokensPerSecond;
      const leftMs = dueMs - this.#clock.monotonicMs();
      if (leftMs > 0) await wait(this.#clock, leftMs, this.#gone);
    }
    if (this.#tokens % tokensBetweenBreaths === 0) await breathe();
  }
}
