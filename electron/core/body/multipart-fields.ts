import { Transform, type TransformCallback } from 'node:stream';

/** A form field that is added to a multipart body. */
export interface FormField {
  readonly name: string;
  readonly value: string;
}

/** The boundary of a `multipart/form-data` content type (RFC 7578); null if it is something else or has none. */
export function multipartBoundary(contentType: string): string | null {
  const match = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(
    contentType,
  );
  return match?.[1] ?? match?.[2] ?? null;
}

/** The bytes of the added parts, each with its delimiter in front. Their length is what the body grows by. */
export function encodeFormFields(boundary: string, fields: readonly FormField[]): Buffer {
  const parts = fields.map(
    ({ name, value }) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"\r\n\r\n${value}\r\n`,
  );
  return Buffer.from(parts.join(''));
}

/**
 * A stream that passes a multipart body on and adds form fields before its first part. Holds back no more than a
 * delimiter's length. A body in which no delimiter comes at all passes unchanged, for the upstream to refuse.
 */
export class FormFieldInserter extends Transform {
  readonly #delimiter: Buffer;
  readonly #insertion: Buffer;
  /** Bytes that may be the beginning of the first delimiter. Null once the fields are in. */
  #held: Buffer | null = Buffer.alloc(0);
  #atStart = true;

  constructor(boundary: string, fields: readonly FormField[]) {
    super();
    this.#delimiter = Buffer.from(`--${boundary}`);
    this.#insertion = encodeFormFields(boundary, fields);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    if (this.#held === null) {
      callback(null, chunk);
      return;
    }
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const at = this.#findDelimiter(bytes);
    if (at >= 0) {
      this.#held = null;
      if (at > 0) this.push(bytes.subarray(0, at));
      this.push(this.#insertion);
      callback(null, bytes.subarray(at));
      return;
    }
    // The delimiter counts only at a line's start (RFC 2046, section 5.1.1), so the two bytes before it are kept too.
    const passed = Math.max(0, bytes.length - this.#delimiter.length - 2);
    this.#held = bytes.subarray(passed);
    if (passed > 0) {
      this.#atStart = false;
      this.push(bytes.subarray(0, passed));
    }
    callback();
  }

  override _flush(callback: TransformCallback): void {
    callback(null, this.#held === null || this.#held.length === 0 ? undefined : this.#held);
  }

  #findDelimiter(bytes: Buffer): number {
    for (let at = bytes.indexOf(this.#delimiter); at >= 0; at = bytes.indexOf(this.#delimiter, at + 1)) {
      const startsLine =
        at === 0 ? this.#atStart : at >= 2 && bytes[at - 2] === 0x0d && bytes[at - 1] === 0x0a;
      if (startsLine) return at;
    }
    return -1;
  }
}

/** As browsers do it: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
function escapeName(name: string): string {
  return name.replace(/["\r\n]/g, (character) => encodeURIComponent(character));
}
