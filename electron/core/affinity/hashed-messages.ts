import { type AnswerItem, readAnswerItems } from '../answers/answer-item.ts';
import type { JsonBody } from '../body/json-body.ts';
import { quote } from '../body/json-bytes.ts';
import { findElements, type JsonRange } from '../body/json-elements.ts';
import type { JsonField } from '../body/json-scanner.ts';
import { type Pieces, readText, slicePieces } from '../body/pieces.ts';
import { largeFromBytes, writeSamples } from './large-samples.ts';
import { mayHaveMarks, withoutMarks } from './without-marks.ts';

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
 *   eight messages, where clients put them.
 * - Of a message larger than 64 KiB: samples, see `writeSamples`.
 */
export function readMessages({ pieces }: JsonBody, field: JsonField): HashedMessages | null {
  const elements = findElements(field, maxMessages);
  if (elements === null) return readOneText(pieces, field);
  if (elements.length === 0) return null;
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
  return new PlainMessages([message], [{ start: 0, end: message.length }]);
}

class PlainMessages implements HashedMessages {
  readonly count: number;
  readonly #pieces: Pieces;
  readonly #elements: readonly JsonRange[];

  constructor(pieces: Pieces, elements: readonly JsonRange[]) {
    this.count = elements.length;
    this.#pieces = pieces;
    this.#elements = elements;
  }

  bytesOf(length: number): number {
    return this.#endOf(length) - this.#endOf(0);
  }

  write(from: number, to: number, target: Buffer, at: number): number {
    const range = { start: this.#endOf(from), end: this.#endOf(to) };
    const isLarge = to - from === 1 && range.end - range.start > largeFromBytes;
    return isLarge
      ? writeSamples(this.#pieces, range, target, at)
      : writeRange(this.#pieces, range, target, at);
  }

  answerAt(index: number): AnswerItem[] | null {
    return readAnswerAt(this.#pieces, this.#elements[index]);
  }

  #endOf(length: number): number {
    return (length === 0 ? this.#elements[0]?.start : this.#elements[length - 1]?.end) ?? 0;
  }
}

/** Messages with cache marks, read as if these were not there. Large ones are left as they are. */
class MarkedMessages implements HashedMessages {
  readonly count: number;
  readonly #pieces: Pieces;
  readonly #elements: readonly JsonRange[];
  /** The messages, one character a byte, a comma before all but the first; null for large ones. */
  readonly #texts: (string | null)[] = [];
  /** With how many bytes each message ends. */
  readonly #ends: number[] = [];

  constructor(pieces: Pieces, elements: readonly JsonRange[]) {
    this.count = elements.length;
    this.#pieces = pieces;
    this.#elements = elements;
    let bytes = 0;
    for (const { start, end } of elements) {
      const isLarge = end - start >= largeFromBytes;
      const comma = bytes === 0 ? '' : ',';
      const text = isLarge ? null : comma + withoutMarks(readBytes(pieces, start, end));
      bytes += text === null ? end - start + 1 : text.length;
      this.#texts.push(text);
      this.#ends.push(bytes);
    }
  }

  bytesOf(length: number): number {
    return length === 0 ? 0 : (this.#ends[length - 1] ?? 0);
  }

  write(from: number, to: number, target: Buffer, at: number): number {
    const [first = null] = this.#texts.slice(from, from + 1);
    const element = this.#elements[from];
    if (first === null && element) return writeSamples(this.#pieces, element, target, at);
    return target.write(this.#texts.slice(from, to).join(''), at, 'latin1');
  }

  answerAt(index: number): AnswerItem[] | null {
    return readAnswerAt(this.#pieces, this.#elements[index]);
  }
}

function writeRange(pieces: Pieces, { start, end }: JsonRange, target: Buffer, at: number): number {
  let written = 0;
  for (const slice of slicePieces(pieces, start, end)) written += slice.copy(target, at + written);
  return written;
}

function hasMarks(pieces: Pieces, elements: readonly JsonRange[]): boolean {
  const start = elements[0]?.start ?? 0;
  const end = elements.at(-1)?.end ?? 0;
  if (end - start <= lookThroughBytes) return mayHaveMarks(readBytes(pieces, start, end));
  const inside = elements.length - markedAtEnd;
  return elements.some(
    (element, index) =>
      (index < markedAtStart || index >= inside) && mayHaveMarks(readEnds(pieces, element)),
  );
}

/** An element's first and last bytes, where clients write roles, types and marks. */
function readEnds(pieces: Pieces, { start, end }: JsonRange): string {
  if (end - start <= 2 * endBytes) return readBytes(pieces, start, end);
  return readBytes(pieces, start, start + endBytes) + readBytes(pieces, end - endBytes, end);
}

/** Bytes as a text of one character each. */
function readBytes(pieces: Pieces, start: number, end: number): string {
  let text = '';
  for (const slice of slicePieces(pieces, start, end)) text += slice.toString('latin1');
  return text;
}

function readAnswerAt(pieces: Pieces, element: JsonRange | undefined): AnswerItem[] | null {
  if (!element || element.end - element.start > maxAnswerBytes) return null;
  if (!assistantMark.test(readEnds(pieces, element))) return null;
  try {
    return readAnswerItems(JSON.parse(readText(pieces, element.start, element.end)));
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
/** What every message that an assistant made has in it; what merely talks about one is told apart by parsing. */
const assistantMark = /"assistant"|_call"|"reasoning"/;
