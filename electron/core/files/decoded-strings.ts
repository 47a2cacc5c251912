import { backslash, quote } from '../body/json-bytes.ts';
import { Base64Decoder } from './base64-decoder.ts';

/**
 * Decodes the base64 strings of a JSON text while it arrives, in pieces cut anywhere, so that at its end nothing is left to
 * do that takes long. It knows nothing of JSON but where strings begin and end, and so must be asked only once a scanner
 * has found the text to be well formed.
 */
export class DecodedStrings {
  readonly #decoded = new Map<number, Buffer | null>();
  #byteCount = 0;
  #inString = false;
  /** Whether the first byte of the next piece is escaped. */
  #escaped = false;
  #start = 0;
  /** Decodes the string that the last piece ended in. */
  #decoder: Base64Decoder | null = null;

  write(piece: Buffer): void {
    let at = 0;
    while (at < piece.length) {
      if (!this.#inString) {
        const open = piece.indexOf(quote, at);
        if (open < 0) break;
        this.#inString = true;
        this.#start = this.#byteCount + open;
        at = open + 1;
        continue;
      }
      const close = this.#findClose(piece, at);
      if (close < 0) {
        this.#decoder ??= new Base64Decoder();
        this.#decoder.write(piece.subarray(at));
        break;
      }
      this.#decoder?.write(piece.subarray(at, close));
      this.#closeString(this.#byteCount + close + 1);
      at = close + 1;
    }
    this.#byteCount += piece.length;
  }

  /**
   * What the string whose first quote is at this offset was decoded to: null if it is not base64, undefined if it was not
   * tried, since it is short or came in one piece.
   */
  find(start: number): Buffer | null | undefined {
    return this.#decoded.get(start);
  }

  #closeString(end: number): void {
    this.#inString = false;
    // The shorter ones are decoded in no time when they are asked for, and there may be very many.
    if (this.#decoder !== null && end - this.#start >= shortestDecodedBytes)
      this.#decoded.set(this.#start, this.#decoder.end());
    this.#decoder = null;
  }

  /** The index of the quote that ends the string, from inside it; -1 if it does not end in this piece. */
  #findClose(piece: Buffer, at: number): number {
    let from = this.#escaped ? at + 1 : at;
    this.#escaped = false;
    for (;;) {
      const found = piece.indexOf(quote, from);
      const end = found < 0 ? piece.length : found;
      let backslashes = end;
      while (backslashes > from && piece[backslashes - 1] === backslash) backslashes--;
      const isEscaped = (end - backslashes) % 2 === 1;
      if (found < 0) {
        this.#escaped = isEscaped;
        return -1;
      }
      if (!isEscaped) return found;
      from = found + 1;
    }
  }
}

const shortestDecodedBytes = 4096;
