import { hash } from 'node:crypto';
import type { JsonBody } from '../body/json-body.ts';
import { quote } from '../body/json-bytes.ts';
import { findElements, type JsonRange } from '../body/json-elements.ts';
import type { JsonField } from '../body/json-scanner.ts';
import { readText, slicePieces } from '../body/pieces.ts';
import { type AnswerItem, canonicalItem, contentText, isFields, readAnswerItems } from './answer-item.ts';

/** The hashes of an array's prefixes: `prefixes[i]` covers the scope and the first `i` elements. */
export interface MessageChain {
  readonly prefixes: readonly string[];
}

/**
 * Turns conversations into keyed hashes, chained message by message: h(0) = H(scope), h(i) = H(h(i-1), element i), where
 * H is SHA-256 over a secret key of fixed length and its arguments, all framed. The hashes never leave the process, so
 * nobody can extend one; without the key, which is random for each run, nothing can be read from them or tried against
 * them.
 *
 * What of an element is hashed:
 * - What an assistant said (up to `parseUpToBytes`): its texts and tool calls, see `answer-item.ts`, so that an answer
 *   sent back by any usual SDK hashes like the answer the proxy saw. Steps such as `reasoning` count for nothing: whether
 *   a client sends them back does not matter.
 * - Other elements: their bytes. The client that sent a message sends it again in the same spelling.
 * - Other elements, where any small element has a `cache_control` mark: the element without such marks, a text as a
 *   string. Clients move these marks from message to message with each turn.
 * - Whether an element is one or the other is seen at its first and last 256 bytes, where clients write such fields.
 * - Elements larger than `parseUpToBytes`: their length, their first and last 4 KiB, and 64 samples of 64 bytes between.
 *   That is safe enough: pictures of the same length differ nearly everywhere, since they are compressed; texts of the
 *   same length that differ between the samples only would have to meet in conversations that are equal in everything
 *   else, answers included, of one client. And all that can happen then is that a turn meets the other one's provider.
 *
 * A client that changes anything else in a message is not recognised by its messages.
 */
export class MessageHasher {
  readonly #key: Buffer;
  /** Key, kind of what follows, previous hash, and room for an element. */
  readonly #frame: Buffer;

  /** `key`: 32 random bytes, new for each run. */
  constructor(key: Uint8Array) {
    if (key.length !== keyBytes) throw new RangeError(`An affinity key has ${keyBytes} bytes.`);
    this.#key = Buffer.from(key);
    this.#frame = Buffer.alloc(contentAt + parseUpToBytes);
    this.#key.copy(this.#frame);
  }

  /** The hash of a list of texts that name one thing, such as a session name in its scope. */
  name(parts: readonly string[]): string {
    return this.#text('N', noHash, JSON.stringify(parts));
  }

  /**
   * The chain of an array of messages, or of a text that stands for one user message. Null if it is neither, or longer
   * than 4,096 elements. `scope` comes from `name`.
   */
  chain(scope: string, body: JsonBody, field: JsonField): MessageChain | null {
    const elements = findElements(field, maxElements);
    if (elements === null) {
      const { valueStart, valueEnd } = field;
      const isText = slicePieces(body.pieces, valueStart, valueStart + 1)[0]?.[0] === quote;
      if (!isText || valueEnd - valueStart > parseUpToBytes) return null;
      // As clients write the same text when they send it again in a list.
      const message = `{"role":"user","content":${readText(body.pieces, valueStart, valueEnd)}}`;
      return { prefixes: [scope, this.#text('E', scope, message)] };
    }
    const slices = smallSlices(body, elements);
    const ends = slices.map((slice) => (slice ? endsOf(slice) : ''));
    const marked = ends.some((text) => text.includes(cacheMark));
    const prefixes = [scope];
    let previous = scope;
    for (const [index, element] of elements.entries()) {
      const slice = slices[index];
      previous = slice
        ? this.#element(previous, slice, assistantMark.test(ends[index] ?? ''), marked)
        : this.#large(previous, body, element);
      prefixes.push(previous);
    }
    return { prefixes };
  }

  /** The hash of a chain that goes on with an answer. */
  extend(previous: string, answer: readonly AnswerItem[]): string {
    return answer.reduce((hashed, item) => this.#text('A', hashed, canonicalItem(item)), previous);
  }

  #element(previous: string, slice: Buffer, mayBeAnswer: boolean, marked: boolean): string {
    if (mayBeAnswer || marked) {
      const element = parseOrNull(slice);
      const answer = mayBeAnswer ? readAnswerItems(element) : null;
      if (answer) return this.extend(previous, answer);
      if (marked && isFields(element)) return this.#text('E', previous, withoutMarks(element));
    }
    return this.#bytes('E', previous, slice);
  }

  #large(previous: string, body: JsonBody, { start, end }: JsonRange): string {
    const pieces = slicePieces(body.pieces, start, end);
    const bytes = end - start;
    const samples: Buffer[] = [Buffer.from(`${bytes}:`), ...slicePieces(pieces, 0, edgeBytes)];
    const stride = (bytes - 2 * edgeBytes) / sampleCount;
    for (let index = 0; index < sampleCount; index++) {
      const from = Math.floor(edgeBytes + index * stride);
      samples.push(...slicePieces(pieces, from, from + sampleBytes));
    }
    samples.push(...slicePieces(pieces, bytes - edgeBytes, bytes));
    return this.#bytes('L', previous, Buffer.concat(samples));
  }

  #text(kind: string, previous: string, text: string): string {
    // Never longer than the frame in UTF-16 units; in UTF-8 it may be, so it is hashed on its own then.
    if (text.length * 3 > parseUpToBytes) return this.#bytes(kind, previous, Buffer.from(text));
    return this.#finish(kind, previous, this.#frame.write(text, contentAt));
  }

  #bytes(kind: string, previous: string, bytes: Buffer): string {
    if (bytes.length > parseUpToBytes) {
      return this.#bytes(kind, previous, hash('sha256', Buffer.concat([this.#key, bytes]), 'buffer'));
    }
    return this.#finish(kind, previous, bytes.copy(this.#frame, contentAt));
  }

  #finish(kind: string, previous: string, contentBytes: number): string {
    this.#frame.write(kind + previous, keyBytes, 'latin1');
    return hash('sha256', this.#frame.subarray(0, contentAt + contentBytes), 'binary');
  }
}

/** For each element its bytes if it is small enough to be hashed whole; null for a large one. One walk over the pieces. */
function smallSlices({ pieces }: JsonBody, elements: readonly JsonRange[]): (Buffer | null)[] {
  let index = 0;
  let base = 0;
  return elements.map(({ start, end }) => {
    let piece = pieces[index];
    while (piece && base + piece.length <= start) {
      base += piece.length;
      piece = pieces[++index];
    }
    if (end - start > parseUpToBytes || !piece) return null;
    if (end <= base + piece.length) return piece.subarray(start - base, end - base);
    return Buffer.concat(slicePieces(pieces.slice(index), start - base, end - base));
  });
}

/** An element's first and last bytes, one character each. */
function endsOf(slice: Buffer): string {
  if (slice.length <= 2 * markedEndBytes) return slice.toString('latin1');
  return (
    slice.toString('latin1', 0, markedEndBytes) + slice.toString('latin1', slice.length - markedEndBytes)
  );
}

function parseOrNull(slice: Buffer): unknown {
  try {
    return JSON.parse(slice.toString('utf8'));
  } catch {
    return null;
  }
}

function withoutMarks(element: Readonly<Record<string, unknown>>): string {
  const { content } = element;
  const onlyTexts =
    Array.isArray(content) && content.every((part) => isFields(part) && part['type'] === 'text');
  const plain = onlyTexts ? { ...element, content: contentText(content) } : element;
  return JSON.stringify(plain, (name, value: unknown) => (name === 'cache_control' ? undefined : value));
}

const keyBytes = 32;
const hashBytes = 32;
const noHash = '\0'.repeat(hashBytes);
const contentAt = keyBytes + hashBytes + 1;
const parseUpToBytes = 64 * 1024;
const edgeBytes = 4096;
const sampleBytes = 64;
const sampleCount = 64;
const maxElements = 4096;
/** Where the marks below stand in an element: the role and the type at its ends, the cache mark behind a text. */
const markedEndBytes = 256;
const cacheMark = '"cache_control"';
/** What every element that an assistant made has in it; what merely talks about one is told apart by parsing. */
const assistantMark = /"assistant"|_call"|"reasoning"/;
