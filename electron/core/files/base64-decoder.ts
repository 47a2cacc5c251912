import type { Pieces } from '../body/pieces.ts';

/**
 * Decodes the contents of a JSON string, without its quotes, that holds a file in base64 (RFC 4648, sections 4 and 5; with
 * or without padding), as it arrives in pieces cut anywhere. A data URL's `data:image/…;base64,` before it, escapes such
 * as `\/` and `\u002B`, and escaped line breaks count for nothing. The text is never there as a whole.
 */
export class Base64Decoder {
  #decoded: Buffer[] = [];
  #byteCount = 0;
  #digitCount = 0;
  /** What is left for later: characters that are few, digits that are no four yet, half an escape. */
  #rest = '';
  /** The last digits seen; the padding is at their end. */
  #lastDigits = '';
  #atStart = true;
  #failed = false;

  /** Takes the next bytes. What turns out not to be base64 is not looked at any further. */
  write(piece: Buffer): void {
    if (this.#failed) return;
    this.#rest += piece.toString('latin1');
    if (this.#rest.length >= decodeAtChars) this.#decodeRest();
  }

  /**
   * The file, once the string is complete, in memory of exactly its size. Null if the string was not base64 from beginning
   * to end, or stands for no bytes; nothing is guessed.
   */
  end(): Buffer | null {
    this.#decodeRest();
    this.#add(this.#rest);
    const padding = /={0,2}$/.exec(this.#lastDigits)?.[0].length ?? 0;
    if (this.#failed || this.#byteCount === 0) return null;
    // Node passes over what it cannot decode; then there are fewer bytes than the digits stand for.
    if (this.#byteCount !== bytesOf(this.#digitCount - padding)) return null;
    const file = Buffer.allocUnsafeSlow(this.#byteCount);
    let offset = 0;
    for (const bytes of this.#decoded) offset += bytes.copy(file, offset);
    return file;
  }

  #decodeRest(): void {
    const raw = this.#atStart ? this.#rest.replace(dataUrl, '') : this.#rest;
    this.#atStart = false;
    const halfEscape = raw.includes('\\') ? (cutEscape.exec(raw)?.[0] ?? '') : '';
    const digits = unescape(raw.slice(0, raw.length - halfEscape.length));
    if (digits === null) {
      this.#fail();
      return;
    }
    const whole = digits.length - (digits.length % 4);
    this.#add(digits.slice(0, whole));
    this.#rest = digits.slice(whole) + halfEscape;
    if (digits !== '') this.#lastDigits = digits.slice(-4);
  }

  #add(digits: string): void {
    if (digits === '') return;
    const bytes = Buffer.from(digits, 'base64');
    this.#decoded.push(bytes);
    this.#byteCount += bytes.length;
    this.#digitCount += digits.length;
    // Not even padding explains so few bytes.
    if (bytes.length < (digits.length / 4) * 3 - 3) this.#fail();
  }

  #fail(): void {
    this.#failed = true;
    this.#decoded = [];
    this.#rest = '';
  }
}

/** Decodes a string that is already there, as `Base64Decoder` does. */
export function decodeBase64(contents: Pieces): Buffer | null {
  const decoder = new Base64Decoder();
  for (const piece of contents) decoder.write(piece);
  return decoder.end();
}

/** How many bytes that many base64 digits stand for; null if there can be no such number of digits. */
function bytesOf(digits: number): number | null {
  return digits % 4 === 1 ? null : Math.floor((digits * 3) / 4);
}

/** Resolves JSON's escapes and leaves out the line breaks they stand for. Null if an escape is wrong. */
function unescape(raw: string): string | null {
  if (!raw.includes('\\')) return raw;
  try {
    return (JSON.parse(`"${raw}"`) as string).replaceAll(/[\r\n]/g, '');
  } catch {
    return null;
  }
}

/** Small pieces are put together first: each piece that is decoded has a cost of its own. */
const decodeAtChars = 4096;
const dataUrl = /^data:image\\?\/[\w.+-]{1,40};base64,/i;
/** The beginning of an escape whose end comes with the next piece. */
const cutEscape = /\\(?:u[0-9a-f]{0,3})?$/i;
