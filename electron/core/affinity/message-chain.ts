import type { HashedMessages } from './hashed-messages.ts';
import type { KeyedHash } from './keyed-hash.ts';
import { largeFromBytes } from './large-samples.ts';

/**
 * The hashes of an array's prefixes, chained message by message: that of a prefix is made of the last link that ends
 * before it and of the messages since. A link ends behind the message with which it comes to 16 KiB, and before and behind
 * a large message. So an array costs little more than one hash of its bytes, however many messages it has, and a prefix of
 * it no more than one of a link.
 */
export class MessageChain {
  readonly #messages: HashedMessages;
  readonly #keyed: KeyedHash;
  readonly #salt: number;
  /** With how many messages each link ends, and the hash up to there. */
  readonly #links: Link[];

  /** `scope`: a hash; arrays of different scopes have nothing in common. */
  constructor(messages: HashedMessages, scope: string, keyed: KeyedHash) {
    this.#messages = messages;
    this.#keyed = keyed;
    this.#salt = saltOf(scope);
    this.#links = [{ length: 0, key: scope }];
    let linkStart = 0;
    let start = 0;
    for (let length = 1; length <= messages.count; length++) {
      const end = messages.bytesOf(length);
      const isLarge = end - start > largeFromBytes;
      if (isLarge) this.#endLink(length - 1);
      if (isLarge || end - linkStart >= linkBytes) {
        this.#endLink(length);
        linkStart = end;
      }
      start = end;
    }
  }

  /** The hash of the first `length` messages, at least one. */
  keyOf(length: number): string {
    const last = this.#links.findLast((link) => link.length <= length) as Link;
    return last.length === length ? last.key : this.#hash(last, length);
  }

  /** A number that prefixes of one scope share if they are of one length and size, and hardly any others. */
  sizeMarkOf(length: number): number {
    const bytes = this.#messages.bytesOf(length);
    return (Math.imul(bytes, 0x9e3779b1) ^ Math.imul(length, 0x85ebca6b) ^ this.#salt) & 0x3fffffff;
  }

  #endLink(length: number): void {
    const last = this.#links.at(-1) as Link;
    if (length > last.length) this.#links.push({ length, key: this.#hash(last, length) });
  }

  #hash(last: Link, length: number): string {
    return this.#keyed.link(last.key, (target, at) => this.#messages.write(last.length, length, target, at));
  }
}

interface Link {
  readonly length: number;
  readonly key: string;
}

/** The first four bytes of a hash. */
function saltOf(scope: string): number {
  let salt = 0;
  for (let index = 0; index < 4; index++) salt = (salt << 8) | scope.charCodeAt(index);
  return salt;
}

const linkBytes = 16 * 1024;
