import { AnswerEnds } from './answer-ends.ts';
import type { AnswerFacts } from './answer-facts.ts';
import { JsonWords } from './json-words.ts';
import { StreamWords } from './stream-words.ts';

/**
 * Reads an answer on the side, while its chunks pass: what it cost, the id of a response, and with `words` what the
 * assistant said. Without words next to nothing is done, whatever the answer is. With them, JSON up to 1 MiB is kept and
 * parsed at its end; of a stream of server-sent events of any length at most 256 Ki characters of words and 1 MiB of one
 * event are. Chunks may be cut anywhere, but few large ones cost less than many small ones.
 *
 * Never throws: what it does not understand it passes over. Chunks are kept for a while, so their memory must not be
 * written again. Give it the bytes as they are before compression.
 */
export class AnswerReader {
  readonly #reading: Reading;

  /** `contentType`: that of the answer; anything but an event stream is taken for JSON. */
  constructor(contentType: string, { words }: { readonly words: boolean }) {
    if (!words) this.#reading = new AnswerEnds();
    else if (eventStream.test(contentType)) this.#reading = new StreamWords(maxWords, maxBytes);
    else this.#reading = new JsonWords(maxBytes);
  }

  write(chunk: Buffer): void {
    this.#reading.write(chunk);
  }

  /** What was read, once the answer is complete. To be called once. */
  end(): AnswerFacts {
    return this.#reading.end();
  }
}

/** One way of reading an answer. */
interface Reading {
  write(chunk: Buffer): void;
  end(): AnswerFacts;
}

const eventStream = /^\s*text\/event-stream\s*(?:;|$)/i;
const maxWords = 256 * 1024;
const maxBytes = 1024 * 1024;
