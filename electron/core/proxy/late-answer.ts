import { refusalEvent } from './refusal.ts';

/**
 * An answer that is no event stream, for a client that was given the head of one because it had to wait: its words become
 * one `error` event. Takes what an error usually is, up to 64 KiB.
 */
export class LateAnswer {
  readonly #statusCode: number;
  readonly #pieces: Buffer[] = [];
  #byteCount = 0;

  constructor(statusCode: number) {
    this.#statusCode = statusCode;
  }

  write(chunk: Buffer): void {
    this.#byteCount += chunk.length;
    if (this.#byteCount <= mostBytes) this.#pieces.push(chunk);
  }

  /** The event: the upstream's own error if it sent one in OpenAI's shape, else one that names the status. */
  end(): Buffer {
    const error =
      this.#byteCount <= mostBytes ? readError(Buffer.concat(this.#pieces).toString('utf8')) : null;
    if (error !== null) return Buffer.from(`event: error\ndata: ${JSON.stringify(error)}\n\n`);
    const message = `The upstream answered ${this.#statusCode} with something that is no stream of events. Try again, or without streaming.`;
    return Buffer.from(refusalEvent({ code: 'upstream_invalid_answer', message }));
  }
}

const mostBytes = 64 * 1024;

function readError(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'error' in value ? value : null;
  } catch {
    return null;
  }
}
