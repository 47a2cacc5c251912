import { type AnswerItem, readAnswerItems } from '../answers/answer-item.ts';
import type { JsonBody } from '../body/json-body.ts';
import { quote } from '../body/json-bytes.ts';
import { JsonElements, viewElements } from '../body/json-elements.ts';
import type { JsonField } from '../body/json-scanner.ts';
import { countBytes, type Pieces, readText, slicePieces } from '../body/pieces.ts';
import { type ByteRange, largeFromBytes, writeSamples } from './large-samples.ts';
import { mayHaveMarks, withoutMarks, withoutMarksAtEnds } from './without-marks.ts';

/** The messages of a conversation, as what they count for in its hashes. */
export interface HashedMessages {
  readonly count: number;
  /** How many bytes the first `length` messages have. */
  bytesOf(length: number): number;
  /**
   * Writes the messages from one index to another (exclusive) into a buffer, and gives how many bytes these were: not more
   * than `bytesOf` says. A message of more than `largeFromBytes` can only be written alone, and is shorter then.
   */
  write(from: number, to: number, target: Buffer, at: number): number;
  /** What the assistant said in the message at an index; null if it is none of an assistant, or longer than 256 KiB. */
  answerAt(index: number): AnswerItem[] | null;
}

/**
 * The messages of a field that is an array of them, or a text that stands for one message of the user. Null if it is
 * neither, or has no message, or more than 4,096. What of a message counts:
 *
 * - Its bytes, and those between it and the message before. The client that sent a message sends it again in the same
 *   spelling.
 * - Where cache marks are in the array: its bytes `withoutMarks`. They are looked for in the first three and the last
 *   eight messages, where clients put them, and in a large message in its first 8 KiB and at its end.
 * - Of a message larger than 64 KiB: samples, see `writeSamples`.
 */
export function readMessages({ pieces }: JsonBody, field: JsonField): HashedMessages | null {
  const elements = viewElements(field, maxMessages);
  if (elements === null) return readOneText(pieces, field);
  if (elements.count === 0) return null;
  return hasMarks(pieces, elements)
    ? new MarkedMessages(pieces, elements)
    : new PlainMessages(pieces, elements);
}

function readOneText(pieces: Pieces, { valueStart, valueEnd }: JsonField): HashedMessages | null {
  const isText = slicePieces(pieces, valueStart, valueStart + 1)[0]?.[0] === quote;
  if (!isText || valueEnd - valueStart > largeFromBytes) return null;
  // As clients write the same text when they send it again in a list.
  const text = slicePieces(pieces, valueStart, valueEnd);
  const message = Buffer.concat([Buffer.from('{"role":"user","content":'), ...text, Buffer.from('}')]);
  return new PlainMessages([message], new JsonElements([0, message.length]));
}

class PlainMessages implements HashedMessages {
  readonly count: number;
  readonly #pieces: Pieces;
  readonly #elements: JsonElements;

  constructor(pieces: Pieces, elements: JsonElements) {
    this.count = elements.count;
    this.#pieces = pieces;
    this.#elements = elements;
  }

  bytesOf(length: number): number {
    return this.#endOf(length) - this.#endOf(0);
  }

  write(from: number, to: number, target: Buffer, at: number): number {
    const [start, end] = [this.#endOf(from), this.#endOf(to)];
    const isLarge = to - from === 1 && end - start > largeFromBytes;
    const write = isLarge ? writeSamples : writeRange;
    return write(this.#pieces, { start, end }, target, at);
  }

  answerAt(index: number): AnswerItem[] | null {
    return readAnswerAt(this.#pieces, this.#elements, index);
  }

  #endOf(length: number): number {
    return length === 0 ? this.#elements.startOf(0) : this.#elements.endOf(length - 1);
  }
}

/** Messages with cache marks, read as if these were not there. */
class MarkedMessages implements HashedMessages {
  readonly count: number;
  readonly #pieces: Pieces;
  readonly #elements: JsonElements;
  /** The messages, a comma before all but the first: as texts of one character a byte, and large ones as bytes. */
  readonly #messages: (string | Pieces)[] = [];
  /** With how many bytes each message ends. */
  readonly #ends: number[] = [];

  constructor(pieces: Pieces, elements: JsonElements) {
    this.count = elements.count;
    this.#pieces = pieces;
    this.#elements = elements;
    let bytes = 0;
    for (let index = 0; index < elements.count; index++) {
      const [start, end] = [elements.startOf(index), elements.endOf(index)];
      const comma = index === 0 ? '' : ',';
      const large = unmarkLarge(pieces, { start, end }, comma);
      const message = large ?? comma + withoutMarks(readBytes(pieces, start, end));
      bytes += typeof message === 'string' ? message.length : countBytes(message);
      this.#messages.push(message);
      this.#ends.push(bytes);
    }
  }

  bytesOf(length: number): number {
    return length === 0 ? 0 : (this.#ends[length - 1] ?? 0);
  }

  write(from: number, to: number, target: Buffer, at: number): number {
    const first = this.#messages[from] ?? '';
    if (typeof first !== 'string') {
      return writeSamples(first, { start: 0, end: countBytes(first) }, target, at);
    }
    return target.write(this.#messages.slice(from, to).join(''), at, 'latin1');
  }

  answerAt(index: number): AnswerItem[] | null {
    return readAnswerAt(this.#pieces, this.#elements, index);
  }
}

/** A large message without its marks; null if it is none. */
function unmarkLarge(pieces: Pieces, { start, end }: ByteRange, comma: string): Pieces | null {
  if (end - start <= largeFromBytes) return null;
  const headEnd = start + markedHeadBytes;
  const tailStart = end - endBytes;
  const ends = withoutMarksAtEnds(readBytes(pieces, start, headEnd), readBytes(pieces, tailStart, end));
  const unmarked = [
    Buffer.from(comma + ends[0], 'latin1'),
    ...slicePieces(pieces, headEnd, tailStart),
    Buffer.from(ends[1], 'latin1'),
  ];
  return countBytes(unmarked) > largeFromBytes ? unmarked : null;
}

function writeRange(pieces: Pieces, { start, end }: ByteRange, target: Buffer, at: number): number {
  let written = 0;
  for (const slice of slicePieces(pieces, start, end)) written += slice.copy(target, at + written);
  return written;
}

function hasMarks(pieces: Pieces, elements: JsonElements): boolean {
  const { count } = elements;
  const [start, end] = [elements.startOf(0), elements.endOf(count - 1)];
  if (end - start <= lookThroughBytes) return mayHaveMarks(readBytes(pieces, start, end));
  for (let index = 0; index < count; index++) {
    if (index === markedAtStart) index = Math.max(index, count - markedAtEnd);
    if (mayHaveMarks(readEnds(pieces, elements, index))) return true;
  }
  return false;
}

/** An element's first and last bytes, where clients write roles, types and marks. */
function readEnds(pieces: Pieces, elements: JsonElements, index: number): string {
  const [start, end] = [elements.startOf(index), elements.endOf(index)];
  if (end - start <= 2 * endBytes) return readBytes(pieces, start, end);
  return readBytes(pieces, start, start + endBytes) + readBytes(pieces, end - endBytes, end);
}

/** Bytes as a text of one character each. */
function readBytes(pieces: Pieces, start: number, end: number): string {
  let text = '';
  for (const slice of slicePieces(pieces, start, end)) text += slice.toString('latin1');
  return text;
}

function readAnswerAt(pieces: Pieces, elements: JsonElements, index: number): AnswerItem[] | null {
  const [start, end] = [elements.startOf(index), elements.endOf(index)];
  if (end - start > maxAnswerBytes || !assistantMark.test(readEnds(pieces, elements, index))) return null;
  try {
    return readAnswerItems(JSON.parse(readText(pieces, start, end)));
  } catch {
    // Deep inside long strings nobody has checked it yet.
    return null;
  }
}

const maxMessages = 4096;
const maxAnswerBytes = 256 * 1024;
const lookThroughBytes = 4 * 1024;
const markedAtStart = 3;
const markedAtEnd = 8;
const endBytes = 256;
/** How far into a large message a mark may stand, as behind a text before a picture. */
const markedHeadBytes = 8 * 1024;
/** What every message that an assistant made has in it; what merely talks about one is told apart by parsing. */
const assistantMark = /"assistant"|_call"|"reasoning"/;
