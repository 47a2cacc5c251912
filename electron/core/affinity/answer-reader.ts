import { AnswerCollector, type TokenUsage } from './answer-collector.ts';
import type { AnswerItem } from './answer-item.ts';
import { EventLines } from './event-lines.ts';

/** What an answer said of itself. Null is what it did not say, or what could not be read. */
export interface AnswerFacts {
  /** What the assistant said. */
  readonly items: readonly AnswerItem[] | null;
  /** The `resp_…` id of an answer of the Responses API. */
  readonly responseId: string | null;
  readonly usage: TokenUsage | null;
  /** Whether the answer, one of its events or its words were longer than is read; `items` is null then. */
  readonly tooLong: boolean;
}

/**
 * Reads an answer of chat.completions or responses on the side, while its chunks pass: JSON up to 1 MiB, or a stream of
 * server-sent events of any length, of which at most 1 MiB of words and 1 MiB of one event are kept. Chunks may be cut
 * anywhere. Never throws: what it does not understand it passes over. Give it the bytes as they are before compression.
 */
export class AnswerReader {
  readonly #collector = new AnswerCollector(maxChars);
  readonly #events: EventLines | null;
  #pieces: Uint8Array[] = [];
  #byteCount = 0;
  #tooLong = false;

  /** `contentType`: that of the answer; anything but an event stream is taken for JSON. */
  constructor(contentType: string) {
    this.#events = /^text\/event-stream\s*(?:;|$)/i.test(contentType)
      ? new EventLines(
          maxChars,
          (data) => this.#takeEvent(data),
          () => (this.#tooLong = true),
        )
      : null;
  }

  /** Reads the next bytes. JSON chunks are kept until the end, so their memory must not be written again. */
  write(chunk: Uint8Array): void {
    if (this.#events) {
      this.#events.write(chunk);
      return;
    }
    this.#byteCount += chunk.length;
    if (this.#byteCount > maxChars) {
      this.#tooLong = true;
      this.#pieces = [];
    } else {
      this.#pieces.push(chunk);
    }
  }

  /** What was read, once the answer is complete. To be called once. */
  end(): AnswerFacts {
    if (this.#events) this.#events.end();
    else if (!this.#tooLong) this.#takeJson(Buffer.concat(this.#pieces).toString('utf8'));
    this.#pieces = [];
    const { items, responseId, usage, tooLong } = this.#collector;
    const missed = this.#tooLong || tooLong;
    return { items: missed ? null : items, responseId, usage, tooLong: missed };
  }

  #takeEvent(data: string): void {
    // The words of a response come again, whole, in its last event; parsing them piece by piece would be for nothing.
    if (responseDelta.test(data) || data === '[DONE]') return;
    this.#takeJson(data);
  }

  #takeJson(text: string): void {
    try {
      this.#collector.take(JSON.parse(text));
    } catch {
      // Not JSON after all: nothing that could be remembered.
    }
  }
}

const maxChars = 1024 * 1024;
const responseDelta = /^\{"type":\s?"response\.[a-z_.]+\.(?:delta|partial_image)"/;
