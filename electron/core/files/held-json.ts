import { finishJsonBody, type JsonBody } from '../body/json-body.ts';
import { JsonScanner } from '../body/json-scanner.ts';
import { countBytes, slicePieces } from '../body/pieces.ts';
import { decodeBase64 } from './base64-decoder.ts';
import { DecodedStrings } from './decoded-strings.ts';

/** A JSON text that is held back while it arrives; it is scanned, and its long strings are decoded, as it comes. */
export class HeldJson {
  readonly #maxBytes: number;
  readonly #scanner = new JsonScanner();
  readonly #decoded = new DecodedStrings();
  readonly #pieces: Buffer[] = [];
  #joinedCount = 0;
  #byteCount = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next piece. False once the text is not JSON, or longer than `maxBytes`: nothing is gained by holding it. */
  write(piece: Buffer): boolean {
    this.#pieces.push(piece);
    this.#byteCount += piece.length;
    if (this.#pieces.length - this.#joinedCount === joinEveryPieces) this.#joinSmallPieces();
    if (this.#byteCount > this.#maxBytes || this.#scanner.write(piece) !== null) return false;
    this.#decoded.write(piece);
    return true;
  }

  /** The whole text, mapped, once it has been written to its end; null if it is not JSON. */
  end(): JsonBody | null {
    const result = finishJsonBody(this.#scanner, this.#pieces);
    return result.ok ? result.body : null;
  }

  /** What the string between these offsets, quotes included, stands for in base64; null if it is something else. */
  decodeString(start: number, end: number): Buffer | null {
    const decoded = this.#decoded.find(start);
    return decoded === undefined ? decodeBase64(slicePieces(this.#pieces, start + 1, end - 1)) : decoded;
  }

  /** Every byte that was written, as it came. */
  takeBytes(): Buffer {
    return Buffer.concat(this.#pieces, this.#byteCount);
  }

  /** Joins the newest pieces if they are small: each has a cost of its own that is many times a few bytes. */
  #joinSmallPieces(): void {
    const tail = this.#pieces.slice(this.#joinedCount);
    if (countBytes(tail) < tail.length * smallPieceBytes)
      this.#pieces.splice(this.#joinedCount, tail.length, Buffer.concat(tail));
    this.#joinedCount = this.#pieces.length;
  }
}

const joinEveryPieces = 256;
const smallPieceBytes = 1024;
