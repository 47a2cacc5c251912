import type { Clock } from '../clock.ts';

/** The newest request of a conversation. */
export interface ConversationCursor {
  readonly requestId: string;
  /** Which turn of its conversation that request was, as far as it was seen; the first is 1. */
  readonly turn: number;
}

/** A whole array as it was sent up: the key it is kept under, and the size it is looked for by. */
export interface AskedArray {
  readonly key: string;
  /** Says nothing but its scope and size (see `message-chain.ts`); arrays of other contents may have the same. */
  readonly sizeMark: number;
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
 * which of them the next turn belongs to. Of asked keys the sizes are known too, so that nobody has to hash what
 * surely was not asked.
 */
export class AffinityStore {
  readonly #clock: Clock;
  readonly #maxEntries: number;
  readonly #entries = new Map<string, Entry>();
  /** How many asked keys have a size mark. */
  readonly #sizeMarks = new Map<number, number>();

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
    this.#put(key, this.#entries.get(key), { cursor, owner: null, sizeMark: null, untilMs: this.#untilMs() });
  }

  /** What the key leads to; null if to nothing, or no longer. */
  lookup(key: string): ConversationCursor | null {
    return this.find(key)?.cursor ?? null;
  }

  /** What is known of a key; undefined if nothing is. An asked key may be known and lead nowhere. */
  find(key: string): { readonly cursor: ConversationCursor | null } | undefined {
    const entry = this.#live(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /** Whether an array with this size mark may have been asked; false is sure. */
  mayHaveAsked(sizeMark: number): boolean {
    return this.#sizeMarks.has(sizeMark);
  }

  /**
   * Claims an asked key for an exchange, once an answer to it has begun. If another exchange claimed it before, the key
   * leads nowhere until an hour after the last claim. Claiming twice for one exchange is claiming once.
   */
  claimAsked({ key, sizeMark }: AskedArray, exchange: object): AskedClaim {
    const before = this.#live(key);
    if (before?.owner === exchange) return 'mine';
    const owner = before ? nobody : exchange;
    this.#put(key, before, { cursor: null, owner, sizeMark, untilMs: this.#untilMs() });
    return before ? 'shared' : 'mine';
  }

  /** Lets an asked key lead to this request, if the exchange alone claims it. */
  bindAsked(asked: AskedArray, exchange: object, cursor: ConversationCursor): void {
    const { key, sizeMark } = asked;
    if (this.claimAsked(asked, exchange) === 'shared') return;
    const bound = { cursor, owner: exchange, sizeMark, untilMs: this.#untilMs() };
    this.#put(key, this.#entries.get(key), bound);
  }

  /** Lets an asked key lead nowhere: its conversation has gone on. Unlike a forgotten key it cannot be claimed again. */
  spendAsked(key: string): void {
    const before = this.#live(key);
    if (!before) return;
    const { sizeMark } = before;
    this.#put(key, before, { cursor: null, owner: nobody, sizeMark, untilMs: this.#untilMs() });
  }

  /** Forgets what a key leads to. */
  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) this.#remove(key, entry);
  }

  /** Forgets everything, as when affinity is turned off. */
  clear(): void {
    this.#entries.clear();
    this.#sizeMarks.clear();
  }

  #untilMs(): number {
    return this.#clock.monotonicMs() + lifeMs;
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry || entry.untilMs > this.#clock.monotonicMs()) return entry;
    this.#remove(key, entry);
    return undefined;
  }

  /** Puts an entry in the place of the one that was there, if any. */
  #put(key: string, before: Entry | undefined, entry: Entry): void {
    if (before) this.#remove(key, before);
    this.#entries.set(key, entry);
    this.#countSize(entry.sizeMark, 1);
    if (this.#entries.size <= this.#maxEntries) return;
    for (const [oldest, entry] of this.#entries) {
      this.#remove(oldest, entry);
      return;
    }
  }

  #remove(key: string, { sizeMark }: Entry): void {
    this.#entries.delete(key);
    this.#countSize(sizeMark, -1);
  }

  #countSize(sizeMark: number | null, more: 1 | -1): void {
    if (sizeMark === null) return;
    const count = (this.#sizeMarks.get(sizeMark) ?? 0) + more;
    if (count > 0) this.#sizeMarks.set(sizeMark, count);
    else this.#sizeMarks.delete(sizeMark);
  }
}

interface Entry {
  readonly cursor: ConversationCursor | null;
  /** Which exchange claims an asked key; null for plain keys. */
  readonly owner: object | null;
  readonly sizeMark: number | null;
  readonly untilMs: number;
}

const lifeMs = 60 * 60 * 1000;
const nobody = {};
