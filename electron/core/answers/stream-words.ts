import { isAscii } from 'node:buffer';
import { AnswerCollector } from './answer-collector.ts';
import { AnswerEnds } from './answer-ends.ts';
import type { AnswerFacts } from './answer-facts.ts';
import { type DeltaShape, findDeltaShape, isPlain } from './delta-shape.ts';
import { EventLines } from './event-lines.ts';

/**
 * Reads what is said in a stream of server-sent events, of any length, while its chunks pass: at most `maxWords`
 * characters of words, and of one event `maxEventChars`; once there are more, only the ends are read. Chunks are put by
 * until there are some, since reading many at once costs far less. Then events that are spelled like the one before are
 * taken apart together (see `DeltaShape`), and all others are parsed.
 */
export class StreamWords {
  readonly #lines: EventLines;
  readonly #collector: AnswerCollector;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** What is left to read once more came than is kept. */
  #ends: AnswerEnds | null = null;
  #isAscii = true;
  #shape: DeltaShape | null = null;
  /** The beginning of an event of that shape, the rest of which has not come yet. */
  #begun = '';
  /** How many shapes may still be looked for: streams that spell each event anew have none. */
  #shapesLeft = maxShapes;

  constructor(maxWords: number, maxEventChars: number) {
    this.#lines = new EventLines(maxEventChars);
    this.#collector = new AnswerCollector(maxWords);
  }

  write(chunk: Buffer): void {
    if (this.#ends !== null) {
      this.#ends.write(chunk);
      return;
    }
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes >= readFromBytes || this.#waiting.length >= readFromChunks) this.#readWaiting();
  }

  /** What was read, once the stream is complete. An event that no empty line ended counts too, as lenient clients have it. */
  end(): AnswerFacts {
    this.write(streamEnd);
    if (this.#ends === null) this.#readWaiting();
    const { items, responseId, usage } = this.#collector;
    if (this.#ends === null) return { items, responseId, usage, tooLong: false };
    return { items: null, responseId, usage: this.#ends.end().usage ?? usage, tooLong: true };
  }

  get #isTooLong(): boolean {
    return this.#lines.isTooLong || this.#collector.tooLong;
  }

  #readWaiting(): void {
    const [first] = this.#waiting;
    const bytes =
      this.#waiting.length === 1 && first ? first : Buffer.concat(this.#waiting, this.#waitingBytes);
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (this.#isAscii) this.#isAscii = isAscii(bytes);
    this.#readBegun(bytes.toString('latin1'));
    if (!this.#isTooLong) return;
    this.#ends = new AnswerEnds();
    this.#ends.write(bytes);
  }

  /** Reads a text; first, if an event has begun before it, that event to where its end may be. */
  #readBegun(text: string): void {
    const begun = this.#begun;
    if (begun === '') {
      this.#readText(text, 0);
      return;
    }
    this.#begun = '';
    const end = this.#shape?.endBehind(text) ?? text.length;
    this.#readText(begun + text.slice(0, end), 0);
    if (end < text.length) this.#readText(text, end);
  }

  #readText(text: string, from: number): void {
    let at = from;
    while (at < text.length && !this.#isTooLong) {
      const shape = this.#shape;
      if (shape === null || !this.#lines.isBetweenEvents || !shape.opensAt(text, at)) {
        at = this.#readEvent(text, at);
        continue;
      }
      const read = this.#readAlike(text, at, shape);
      at += read;
      if (read > 0) continue;
      if (this.#putBy(text, at)) return;
      // It begins like the one before and ends otherwise: perhaps all do from now on.
      this.#shape = null;
    }
  }

  /** Reads the events that are spelled like the one before, as far as they come; gives how many characters they had. */
  #readAlike(text: string, from: number, shape: DeltaShape): number {
    const parts = shape.split(text, from);
    const words = shape.wordsOf(parts);
    const joined = words?.join('') ?? '';
    // A single part may be a view of the whole text, which must not be kept for its sake.
    if (words !== null && words.length > 1 && isPlain(joined)) {
      this.#collector.say(this.#isAscii ? joined : decode(words.join('\n')).replaceAll('\n', ''));
    } else {
      for (const part of parts) this.#readPart(part, shape);
    }
    this.#earnShapes(parts.length);
    let read = shape.charsAround(parts.length);
    for (const part of parts) read += part.length;
    return read;
  }

  #readPart(part: string, shape: DeltaShape): void {
    const [words] = shape.wordsOf([part]) ?? [];
    const said = words === undefined ? undefined : parseOrUndefined(this.#decode(`"${words}"`));
    if (typeof said === 'string') {
      this.#collector.say(said);
      return;
    }
    const events = shape.eventsOf(part);
    for (let at = 0; at < events.length && !this.#isTooLong;) at = this.#readEvent(events, at);
  }

  /** Reads the next event, or what there is of it; gives the place behind it. */
  #readEvent(text: string, from: number): number {
    const isWhole = this.#lines.isBetweenEvents;
    const to = this.#lines.read(text, from);
    const data = this.#lines.takeData();
    // The words of a response come again, whole, in its last event; parsing them piece by piece would be for nothing.
    if (data === null || responseDelta.test(data) || data === '[DONE]') return to;
    this.#collector.take(parseOrUndefined(this.#decode(data)));
    this.#earnShapes(1);
    if (isWhole && this.#shapesLeft >= 1 && data.length <= alikeUpToChars && addsWords.test(data)) {
      this.#shapesLeft--;
      this.#shape = findDeltaShape(copy(text.slice(from, to))) ?? this.#shape;
    }
    return to;
  }

  /** Keeps what begins like the event before until the rest of it has come; false if it has, or is long. */
  #putBy(text: string, from: number): boolean {
    if (text.length - from > alikeUpToChars || emptyLine.test(text.slice(from))) return false;
    this.#begun = copy(text.slice(from));
    return true;
  }

  #earnShapes(events: number): void {
    this.#shapesLeft = Math.min(maxShapes, this.#shapesLeft + events / eventsForAShape);
  }

  #decode(text: string): string {
    return this.#isAscii ? text : decode(text);
  }
}

/** A text of its own memory. What is sliced out of a text is a view that keeps the whole of it. */
function copy(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** The text of UTF-8 bytes that are given one a character. */
function decode(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON after all: nothing that could be remembered.
    return undefined;
  }
}

const readFromBytes = 16 * 1024;
const readFromChunks = 32;
const alikeUpToChars = 8 * 1024;
const streamEnd = Buffer.from('\n\n');
const maxShapes = 4;
const eventsForAShape = 256;
const addsWords = /"content"\s*:\s*"(?!")/;
const emptyLine = /\n\n|\n\r|\r\r/;
const responseDelta = /^\{"type":\s?"response\.[a-z_.]+\.(?:delta|partial_image)"/;
