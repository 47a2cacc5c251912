import {
  backslash,
  closeBrace,
  closeBracket,
  comma,
  isHexDigit,
  isSimpleEscape,
  isWhitespace,
  openBrace,
  openBracket,
  quote,
} from './json-bytes.ts';
import {
  afterValue,
  colon,
  done,
  endsNumber,
  firstElement,
  firstKey,
  inEscape,
  inHex,
  inInteger,
  inLiteral,
  inMinus,
  inString,
  inZero,
  type JsonState,
  key,
  nextInNumber,
  skipsWhitespace,
  valueStart,
} from './json-states.ts';

/**
 * Reads a JSON text (RFC 8259) as it arrives, in pieces cut anywhere, without joining or parsing them. It checks that
 * the text is well formed and notes where the fields of the top-level object begin and end, so that they can be read
 * and spliced (see `json-edit.ts`) while every other byte stays as it was sent.
 *
 * The first `strictStringBytes` of each string are checked for control characters and bad escapes; further in, only
 * the string's end is looked for: a picture of several megabytes is then skipped at the speed of memory. What is wrong
 * that deep inside a string is left for the upstream to say. UTF-8 is not checked either.
 */
export class JsonScanner {
  /** The fields of the top-level object, in order, duplicates included. Empty if the text is not an object. */
  readonly fields: JsonField[] = [];
  /** Whether the text's value is an object. */
  isObject = false;
  /** Where the byte after the top-level `{` lies. */
  objectStart = 0;

  #state: JsonState = valueStart;
  /** The containers that are open: 1 = object, 0 = array. */
  readonly #open: number[] = [];
  #inKey = false;
  /** How much of the current string was checked strictly. */
  #strictBytes = 0;
  /** Whether the run of backslashes before this piece was odd, in the part of a string that is only skipped. */
  #escaped = false;
  #hexDigitsLeft = 0;
  #literal: string = literals.true;
  #literalIndex = 0;
  #keyStart = 0;
  #keyEnd = 0;
  #keyEscaped = false;
  #fieldValueStart = 0;
  /** Start, end, start, end …: the elements of the field that is an array and open now; null for none, or too many. */
  #elements: number[] | null = null;
  #elementStart = 0;
  #elementsLeft = maxElements;
  #byteCount = 0;
  #fault: JsonFault | null = null;

  /** Reads the next piece. Returns the first fault found so far; after a fault nothing more is read. */
  write(piece: Uint8Array): JsonFault | null {
    if (this.#fault) return this.#fault;
    const base = this.#byteCount;
    const index = this.#scan(piece);
    this.#byteCount = base + piece.length;
    if (index >= 0)
      this.#fault = { offset: base + index, found: piece[index] ?? null, problem: 'unexpected' };
    return this.#fault;
  }

  /** Says that the text is complete. Returns the first fault, an early end included. */
  end(): JsonFault | null {
    if (this.#fault) return this.#fault;
    if (this.#open.length === 0 && endsNumber(this.#state)) this.#state = done;
    if (this.#state !== done) this.#fault = { offset: this.#byteCount, found: null, problem: 'ended' };
    return this.#fault;
  }

  /** Returns the index of the byte that does not fit, or -1. */
  #scan(piece: Uint8Array): number {
    const length = piece.length;
    let index = 0;
    while (index < length) {
      const state = this.#state;
      if (state === inString) {
        index =
          this.#strictBytes < strictStringBytes
            ? this.#scanString(piece, index)
            : this.#skipString(piece, index);
        if (index < 0) return -index - 1;
        continue;
      }
      const byte = piece[index] as number;
      if (state >= inMinus) {
        const next = nextInNumber(state, byte);
        if (next === null) return index;
        this.#state = next;
        if (next >= inMinus) {
          index++;
        } else if (!this.#closeValue(index)) {
          return index;
        }
        continue;
      }
      if (byte <= 0x20 && isWhitespace(byte) && skipsWhitespace(state)) {
        index++;
        continue;
      }
      if (!this.#step(state, byte, index)) return index;
      index++;
    }
    return -1;
  }

  /** Takes one byte outside of plain string contents and numbers. Returns false if it does not fit. */
  #step(state: JsonState, byte: number, index: number): boolean {
    switch (state) {
      case valueStart:
        return this.#openValue(byte, index);
      case firstElement:
        if (byte === closeBracket) return this.#closeContainer(0, index);
        return this.#openValue(byte, index);
      case firstKey:
        if (byte === closeBrace) return this.#closeContainer(1, index);
        return this.#openKey(byte, index);
      case key:
        return this.#openKey(byte, index);
      case colon:
        if (byte !== 0x3a) return false;
        this.#state = valueStart;
        return true;
      case afterValue:
        return this.#afterValue(byte, index);
      case inEscape:
        if (byte === 0x75) {
          this.#hexDigitsLeft = 4;
          this.#state = inHex;
          return true;
        }
        this.#state = inString;
        return isSimpleEscape(byte);
      case inHex:
        if (--this.#hexDigitsLeft === 0) this.#state = inString;
        return isHexDigit(byte);
      case inLiteral:
        if (byte !== this.#literal.charCodeAt(this.#literalIndex)) return false;
        if (++this.#literalIndex === this.#literal.length) return this.#closeValue(index + 1);
        return true;
      default:
        return false;
    }
  }

  #openValue(byte: number, index: number): boolean {
    const depth = this.#open.length;
    if (depth === 2) {
      this.#elementStart = this.#byteCount + index;
    } else if (depth === 1 && this.isObject) {
      this.#fieldValueStart = this.#byteCount + index;
      this.#elements = byte === openBracket ? [] : null;
    }
    if (byte === quote) {
      this.#inKey = false;
      return this.#openString();
    }
    if (byte === openBrace || byte === openBracket) {
      if (depth === maxDepth) return false;
      const isObject = byte === openBrace;
      if (depth === 0 && isObject) {
        this.isObject = true;
        this.objectStart = this.#byteCount + index + 1;
      }
      this.#open.push(isObject ? 1 : 0);
      this.#state = isObject ? firstKey : firstElement;
      return true;
    }
    if (byte === 0x2d) {
      this.#state = inMinus;
      return true;
    }
    if (byte === 0x30) {
      this.#state = inZero;
      return true;
    }
    if (byte > 0x30 && byte <= 0x39) {
      this.#state = inInteger;
      return true;
    }
    const literal =
      byte === 0x74 ? literals.true : byte === 0x66 ? literals.false : byte === 0x6e ? literals.null : null;
    if (literal === null) return false;
    this.#literal = literal;
    this.#literalIndex = 1;
    this.#state = inLiteral;
    return true;
  }

  #openKey(byte: number, index: number): boolean {
    if (byte !== quote) return false;
    this.#inKey = true;
    if (this.#open.length === 1) {
      if (this.fields.length === maxFields) return false;
      this.#keyStart = this.#byteCount + index;
      this.#keyEscaped = false;
    }
    return this.#openString();
  }

  #openString(): true {
    this.#strictBytes = 0;
    this.#escaped = false;
    this.#state = inString;
    return true;
  }

  /** Checks string contents byte by byte. Returns the index to go on from, or -(index of the bad byte) - 1. */
  #scanString(piece: Uint8Array, from: number): number {
    const end = Math.min(piece.length, from + strictStringBytes - this.#strictBytes);
    for (let index = from; index < end; index++) {
      const byte = piece[index] as number;
      if (byte === quote) return this.#closeString(index);
      if (byte === backslash) {
        this.#strictBytes += index + 1 - from;
        if (this.#inKey && this.#open.length === 1) this.#keyEscaped = true;
        this.#state = inEscape;
        return index + 1;
      }
      if (byte < 0x20) return -index - 1;
    }
    this.#strictBytes += end - from;
    return end;
  }

  /**
   * Looks only for the string's end: a quote that no backslash escapes. Steps through dense text byte by byte and leaps
   * over the rest with the engine's own search. Returns the index to go on from.
   */
  #skipString(piece: Uint8Array, from: number): number {
    const length = piece.length;
    // What is skipped is not looked at, so a key of such a length may have escapes.
    if (this.#inKey && this.#open.length === 1) this.#keyEscaped = true;
    let index = this.#escaped ? from + 1 : from;
    this.#escaped = false;
    while (index < length) {
      for (const stepEnd = Math.min(index + leapAfterBytes, length); index < stepEnd; index++) {
        const byte = piece[index];
        if (byte === quote) return this.#closeString(index);
        if (byte === backslash && ++index === length) {
          this.#escaped = true;
          return length;
        }
      }
      if (index >= length) break;
      const found = piece.indexOf(quote, index);
      const leapEnd = found < 0 ? length : found;
      let backslashes = leapEnd;
      while (backslashes > index && piece[backslashes - 1] === backslash) backslashes--;
      const escaped = ((leapEnd - backslashes) & 1) === 1;
      if (found < 0) {
        this.#escaped = escaped;
        return length;
      }
      if (!escaped) return this.#closeString(found);
      index = found + 1;
    }
    return length;
  }

  #closeString(index: number): number {
    if (this.#inKey) {
      if (this.#open.length === 1) this.#keyEnd = this.#byteCount + index + 1;
      this.#state = colon;
    } else {
      this.#closeValue(index + 1);
    }
    return index + 1;
  }

  #afterValue(byte: number, index: number): boolean {
    const container = this.#open[this.#open.length - 1];
    if (byte === comma) {
      this.#state = container === 1 ? key : valueStart;
      return true;
    }
    if (byte === closeBrace) return container === 1 && this.#closeContainer(1, index);
    if (byte === closeBracket) return container === 0 && this.#closeContainer(0, index);
    return false;
  }

  #closeContainer(kind: number, index: number): boolean {
    if (this.#open.pop() !== kind) return false;
    return this.#closeValue(index + 1);
  }

  /** Ends a value before `endIndex` of this piece. */
  #closeValue(endIndex: number): true {
    const depth = this.#open.length;
    this.#state = depth === 0 ? done : afterValue;
    if (depth === 2 && this.#elements !== null) {
      if (this.#elementsLeft-- > 0) this.#elements.push(this.#elementStart, this.#byteCount + endIndex);
      else this.#elements = null;
    } else if (depth === 1 && this.isObject) {
      this.fields.push({
        keyStart: this.#keyStart,
        keyEnd: this.#keyEnd,
        keyEscaped: this.#keyEscaped,
        valueStart: this.#fieldValueStart,
        valueEnd: this.#byteCount + endIndex,
        elements: this.#elements,
      });
    }
    return true;
  }
}

/** Where a field of the top-level object lies: byte offsets from the text's start, ends exclusive, key with its quotes. */
export interface JsonField {
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Whether the key is, or may be, written with escapes. */
  readonly keyEscaped: boolean;
  readonly valueStart: number;
  readonly valueEnd: number;
  /**
   * If the value is an array: where its elements lie, start, end, start, end …, without the white space around them. Null
   * for other values, and once the arrays of a text have had more than 10,000 elements in all.
   */
  readonly elements: readonly number[] | null;
}

/** The first thing wrong with a JSON text: a byte that does not fit, or an early end (`found` is null then). */
export interface JsonFault {
  readonly offset: number;
  readonly found: number | null;
  readonly problem: 'unexpected' | 'ended';
}

const strictStringBytes = 256;
/** Stepping is faster than the call into the engine's search until about this many bytes without a quote. */
const leapAfterBytes = 64;
/** Deeper nesting and more top-level fields than any tool sends: refused, so that memory stays bounded. */
const maxDepth = 10_000;
const maxFields = 10_000;
/** As many elements of top-level arrays as are noted: arrays of numbers can have millions. */
const maxElements = 10_000;

const literals = { true: 'true', false: 'false', null: 'null' } as const satisfies Record<string, string>;
