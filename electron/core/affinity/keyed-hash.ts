import { hash } from 'node:crypto';
import { type AnswerItem, canonicalItem } from '../answers/answer-item.ts';

/**
 * SHA-256 over a secret key and what is to be hashed, as 32 characters of one byte each. The hashes never leave the
 * process, so nobody can go on from one; without the key, which is random for each run, nothing can be read from them or
 * tried against them. Each is made in one call: hash objects cost several times as much, collecting them included.
 */
export class KeyedHash {
  /** The key, one character a byte. */
  readonly #key: string;
  /** The key again, and behind it room for a link. */
  readonly #frame: Buffer;

  /** `key`: 32 random bytes, new for each run. */
  constructor(key: Uint8Array) {
    if (key.length !== keyBytes) throw new RangeError(`An affinity key has ${keyBytes} bytes.`);
    this.#key = Buffer.from(key).toString('latin1');
    this.#frame = Buffer.alloc(linkAt + maxLinkBytes);
    this.#frame.set(key);
  }

  /** The hash of a list of texts that name one thing, such as a session name in its scope. */
  name(parts: readonly string[]): string {
    let text = 'N';
    for (const part of parts) text += `${part.length}:${part}`;
    return this.#text(text);
  }

  /** The hash of a conversation that goes on with an answer. */
  answered(conversation: string, answer: readonly AnswerItem[]): string {
    let hashed = conversation;
    for (const item of answer) hashed = this.#text(`A${hashed}${canonicalItem(item)}`);
    return hashed;
  }

  /**
   * The hash of a chain that goes on with more bytes, at most `maxLinkBytes`. `write` puts them into a buffer at the place
   * given, and says how many they are.
   */
  link(previous: string, write: (target: Buffer, at: number) => number): string {
    this.#frame.write(`M${previous}`, keyBytes, 'latin1');
    const bytes = write(this.#frame, linkAt);
    return hash('sha256', this.#frame.subarray(0, linkAt + bytes), 'binary');
  }

  #text(text: string): string {
    return hash('sha256', this.#key + text, 'binary');
  }
}

/** The most that is hashed at once. */
export const maxLinkBytes = 96 * 1024;
const keyBytes = 32;
/** Behind the key, a letter and a hash. */
const linkAt = keyBytes + 1 + 32;
