import type { TokenCounts } from '../../../shared/contract/activity.ts';
import type { AnswerFacts } from './answer-facts.ts';
import { findResponseId } from './find-response-id.ts';
import { findUsage } from './find-usage.ts';

/**
 * Keeps the first 4 KiB and the last 16 KiB of an answer of any length, and reads from them what it cost and, if it is a
 * response, its id. There they stand: the id comes first, the usage behind all that was said (a few upstreams put it at
 * the start). What lies between is never looked at.
 */
export class AnswerEnds {
  /** The only chunk so far. It is not copied, since many answers have no other. */
  #only: Buffer | null = null;
  #head: Buffer | null = null;
  #headLength = 0;
  /** A ring: new bytes are written over those that are older than its length. */
  #tail: Buffer | null = null;
  #tailWritten = 0;

  write(chunk: Buffer): void {
    if (this.#head === null) {
      if (this.#only === null && chunk.length <= headBytes + tailBytes) {
        this.#only = chunk;
        return;
      }
      this.#head = Buffer.allocUnsafe(headBytes);
      if (this.#only !== null) this.#keep(this.#only, this.#head);
      this.#only = null;
    }
    this.#keep(chunk, this.#head);
  }

  /** What was read, once the answer is complete. */
  end(): AnswerFacts {
    const head = this.#only ?? this.#head?.subarray(0, this.#headLength) ?? Buffer.alloc(0);
    return {
      items: null,
      responseId: findResponseId(head.subarray(0, headBytes)),
      usage: this.#findUsage(head),
      tooLong: false,
    };
  }

  #findUsage(head: Buffer): TokenCounts | null {
    const tail = this.#tail;
    if (tail === null) return findUsage(head);
    if (this.#tailWritten <= tailBytes)
      return findUsage(Buffer.concat([head, tail.subarray(0, this.#tailWritten)]));
    const seam = this.#tailWritten % tailBytes;
    return findUsage(head, findUsage(Buffer.concat([tail.subarray(seam), tail.subarray(0, seam)])));
  }

  #keep(chunk: Buffer, head: Buffer): void {
    let from = 0;
    if (this.#headLength < headBytes) {
      from = chunk.copy(head, this.#headLength);
      this.#headLength += from;
      if (from === chunk.length) return;
    }
    const tail = (this.#tail ??= Buffer.allocUnsafe(tailBytes));
    const skipped = Math.max(0, chunk.length - from - tailBytes);
    from += skipped;
    const copied = chunk.copy(tail, (this.#tailWritten + skipped) % tailBytes, from);
    if (from + copied < chunk.length) chunk.copy(tail, 0, from + copied);
    this.#tailWritten += skipped + chunk.length - from;
  }
}

const headBytes = 4 * 1024;
const tailBytes = 16 * 1024;
