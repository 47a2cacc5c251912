import { AnswerCollector } from './answer-collector.ts';
import { AnswerEnds } from './answer-ends.ts';
import type { AnswerFacts } from './answer-facts.ts';

/**
 * Reads what is said in an answer that is one JSON object. Its chunks are kept until its end; of one of more than
 * `maxBytes` only the ends are read.
 */
export class JsonWords {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #byteCount = 0;
  #ends: AnswerEnds | null = null;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  write(chunk: Buffer): void {
    if (this.#ends !== null) {
      this.#ends.write(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#byteCount += chunk.length;
    if (this.#byteCount <= this.#maxBytes) return;
    this.#ends = new AnswerEnds();
    for (const kept of this.#chunks) this.#ends.write(kept);
    this.#chunks = [];
  }

  /** What was read, once the answer is complete. */
  end(): AnswerFacts {
    if (this.#ends !== null) return { ...this.#ends.end(), tooLong: true };
    const [first] = this.#chunks;
    const bytes = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, this.#byteCount);
    const collector = new AnswerCollector(this.#maxBytes);
    try {
      collector.take(JSON.parse(bytes.toString('utf8')));
    } catch {
      // Not JSON after all: nothing that could be remembered.
    }
    const { items, responseId, usage } = collector;
    return { items, responseId, usage, tooLong: false };
  }
}
