import { readText, type Pieces } from './pieces.ts';

/** A part of a multipart body: byte offsets from the body's start, ends exclusive. */
export interface MultipartPart {
  /** The name of its form field; empty if it has none. */
  readonly name: string;
  /** Whether it brings a file name, as files do. */
  readonly isFile: boolean;
  /** Where the delimiter before it begins. */
  readonly start: number;
  readonly valueStart: number;
  /** Null while its end has not been seen. */
  readonly valueEnd: number | null;
}

/**
 * Reads a `multipart/form-data` body (RFC 7578; RFC 2046, section 5.1) as it arrives, in pieces cut anywhere, and notes where
 * its parts lie. Never looks at what the parts hold, and keeps no more of it than a delimiter's length. What is malformed is
 * left for the upstream to refuse: the parts before it are known all the same.
 */
export class MultipartScanner {
  readonly boundary: string;
  readonly #delimiter: Buffer;
  readonly #parts: MutablePart[] = [];
  #state: 'content' | 'delimiter' | 'headers' | 'over' = 'content';
  /** What has been seen and not been read yet, and where it begins in the body. */
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;
  /** Where the delimiter begins that is being read. */
  #delimiterStart = 0;
  #endStart: number | null = null;

  constructor(boundary: string) {
    this.boundary = boundary;
    this.#delimiter = Buffer.from(`--${boundary}`);
  }

  get parts(): readonly MultipartPart[] {
    return this.#parts;
  }

  /** Where the last delimiter begins; null while it has not been seen. */
  get endStart(): number | null {
    return this.#endStart;
  }

  write(piece: Buffer): void {
    if (this.#state === 'over') return;
    this.#window = this.#window.length === 0 ? piece : Buffer.concat([this.#window, piece]);
    while (this.#step());
  }

  /** Reads on by one step. False if more bytes are needed, or none are wanted any more. */
  #step(): boolean {
    switch (this.#state) {
      case 'content':
        return this.#findDelimiter();
      case 'delimiter':
        return this.#readDelimiter();
      case 'headers':
        return this.#readHeaders();
      case 'over':
        return false;
    }
  }

  #findDelimiter(): boolean {
    const window = this.#window;
    for (let at = window.indexOf(this.#delimiter); at >= 0; at = window.indexOf(this.#delimiter, at + 1)) {
      const isFirst = this.#windowStart + at === 0;
      const startsLine =
        isFirst || (at >= 2 && window[at - 2] === carriageReturn && window[at - 1] === lineFeed);
      if (!startsLine) continue;
      this.#delimiterStart = this.#windowStart + at;
      this.#consume(at + this.#delimiter.length);
      this.#state = 'delimiter';
      return true;
    }
    // A delimiter may begin in what is left, with the two bytes before it that make it count.
    this.#consume(Math.max(0, window.length - this.#delimiter.length - 1));
    return false;
  }

  #readDelimiter(): boolean {
    const window = this.#window;
    if (window.length < 2) return false;
    const isEnd = window[0] === dash && window[1] === dash;
    const lineEnd = isEnd ? -1 : window.indexOf('\r\n');
    if (!isEnd && lineEnd < 0 && window.length < longestPadding) return false;
    if (!isEnd && (lineEnd < 0 || !isPadding(window, lineEnd))) {
      // A longer delimiter that begins with ours: it is content like any other.
      this.#state = 'content';
      return true;
    }
    const last = this.#parts.at(-1);
    if (last !== undefined) last.valueEnd = this.#delimiterStart - 2;
    if (isEnd) {
      this.#endStart = this.#delimiterStart;
      this.#state = 'over';
      return false;
    }
    // The line's end stays, so that a part without headers is seen by its empty line too.
    this.#consume(lineEnd);
    this.#state = 'headers';
    return true;
  }

  #readHeaders(): boolean {
    const end = this.#window.indexOf('\r\n\r\n');
    if (end < 0) {
      if (this.#window.length > longestHeaders) this.#state = 'over';
      return false;
    }
    const headers = this.#window.toString('utf8', 0, end);
    this.#consume(end + 4);
    this.#parts.push({
      ...readDisposition(headers),
      start: this.#delimiterStart,
      valueStart: this.#windowStart,
      valueEnd: null,
    });
    this.#state = this.#parts.length === mostParts ? 'over' : 'content';
    return true;
  }

  #consume(byteCount: number): void {
    this.#window = this.#window.subarray(byteCount);
    this.#windowStart += byteCount;
  }
}

/** The text of a part that is no file and not longer than `maxBytes`; undefined for others and for one that has not ended. */
export function readPartText(pieces: Pieces, part: MultipartPart, maxBytes: number): string | undefined {
  const { isFile, valueStart, valueEnd } = part;
  if (isFile || valueEnd === null || valueEnd - valueStart > maxBytes) return undefined;
  return readText(pieces, valueStart, valueEnd);
}

type MutablePart = { -readonly [K in keyof MultipartPart]: MultipartPart[K] };

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const dash = 0x2d;
/** White space between a delimiter and its line's end; no known client writes any. */
const longestPadding = 128;
const longestHeaders = 16 * 1024;
const mostParts = 1_000;

function isPadding(window: Buffer, end: number): boolean {
  for (let index = 0; index < end; index++)
    if (window[index] !== 0x20 && window[index] !== 0x09) return false;
  return true;
}

/** Reads the `Content-Disposition` among a part's header lines (RFC 7578, section 4.2). */
function readDisposition(headers: string): { name: string; isFile: boolean } {
  const value = /(?:^|\r\n)content-disposition:([^\r]*)/i.exec(headers)?.[1] ?? '';
  let name: string | null = null;
  let isFile = false;
  for (const [, key = '', quoted, token = ''] of value.matchAll(parameter)) {
    if (/^filename\*?$/i.test(key)) isFile = true;
    else if (/^name$/i.test(key)) name ??= quoted === undefined ? token : unquote(quoted);
  }
  return { name: name ?? '', isFile };
}

/** One parameter after the other, so that what is in the quotes of one is not taken for another. */
const parameter = /;\s*([^\s=;"]+)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g;

function unquote(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1').replaceAll('%22', '"');
}
