import type { Readable } from 'node:stream';
import type { EncodedContent, RequestContent } from './request-content.ts';

/** A body that is only passed through: of a kind that has no fields, or compressed. It can be sent once. */
export class StreamContent implements RequestContent {
  readonly hasFields = false;
  readonly isReplayable = false;
  readonly json = null;
  readonly #announcedLength: string | null;
  readonly #stream: () => Readable;

  /** `announcedLength` is the client's `Content-Length`; `stream` is called when the body is to be sent. */
  constructor(announcedLength: string | null, stream: () => Readable) {
    this.#announcedLength = announcedLength;
    this.#stream = stream;
  }

  field(): undefined {
    return undefined;
  }

  has(): boolean {
    return false;
  }

  encode(): EncodedContent {
    const length = this.#announcedLength;
    return { body: this.#stream(), lengthHeader: length === null ? [] : ['content-length', length] };
  }
}
