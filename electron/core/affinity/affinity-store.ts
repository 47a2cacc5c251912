import type { Clock } from '../clock.ts';

/** The newest request of a conversation. */
export interface ConversationCursor {
  readonly requestId: string;
  /** Which turn of its conversation that request was, as far as it was seen; the first is 1. */
  readonly turn: number;
}

/** Whose whole array it was that a key of this kind stands for. */
export type AskedClaim = 'mine' | 'shared';

/**
 * Remembers in RAM which request a conversation last had, under keys that are hashes (see `message-chain.ts`). At most
 * `maxEntries` (10,000), of which the least recently used goes first; each lives for an hour by the monotonic clock
 * from when it was last bound. Knows nothing of scopes: they are part of the keys.
 *
 * Beside plain keys there are asked keys, for arrays as they were sent up, without their answer. Such a key leads to a
 * request only while one exchange alone claimed it: an array that was sent twice has two answers, and does not tell
 * which of them the next turn belongs to.
 */
export class AffinityStore {
  readonly #clock: Clock;
  readonly #maxEntries: number;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock, maxEntries = 10_000) {
    this.#clock = clock;
    this.#maxEntries = maxEntries;
  }

  /** How many keys are kept, expired ones included until they are met. */
  get size(): number {
    return this.#entries.size;
  }

  /** Lets a key lead to this request from now on. */
  bind(key: string, cursor: ConversationCursor): void {
    this.#put(key, { cursor, owner: null, untilMs: 0 });
  }

  /** What the key leads to; null if to nothing, or no longer. */
  lookup(key: string): ConversationCursor | null {
    const entry = this.#live(key);
    if (!entry) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.cursor;
  }

  /**
   * Claims an asked key for an exchange, once an answer to it has begun. If another exchange claimed it before, the key
   * leads nowhere until an hour after the last claim. Claiming twice for one exchange is claiming once.
   */
  claimAsked(key: string, exchange: symbol): AskedClaim {
    const entry = this.#live(key);
    if (entry?.owner === exchange) return 'mine';
    const owner = entry ? sharedOwner : exchange;
    this.#put(key, { cursor: null, owner, untilMs: 0 });
    return entry ? 'shared' : 'mine';
  }

  /** Lets an asked key lead to this request, if the exchange alone claims it. */
  bindAsked(key: string, exchange: symbol, cursor: ConversationCursor): void {
    if (this.claimAsked(key, exchange) === 'mine') this.#put(key, { cursor, owner: exchange, untilMs: 0 });
  }

  /** Lets an asked key lead nowhere: its conversation has gone on. Unlike a forgotten key it cannot be claimed again. */
  spendAsked(key: string): void {
    if (this.#live(key)) this.#put(key, { cursor: null, owner: sharedOwner, untilMs: 0 });
  }

  /** Forgets what a key leads to. */
  forget(key: string): void {
    this.#entries.delete(key);
  }

  /** Forgets everything, as when affinity is turned off. */
  clear(): void {
    this.#entries.clear();
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry || entry.untilMs > this.#clock.monotonicMs()) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  #put(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#entries.set(key, { ...entry, untilMs: this.#clock.monotonicMs() + lifeMs });
    if (this.#entries.size <= this.#maxEntries) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }
}

interface Entry {
  readonly cursor: ConversationCursor | null;
  /** Which exchange claims an asked key; null for plain keys. */
  readonly owner: symbol | null;
  readonly untilMs: number;
}

const lifeMs = 60 * 60 * 1000;
const sharedOwner = Symbol('shared');
