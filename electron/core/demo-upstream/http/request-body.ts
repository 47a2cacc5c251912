import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { MutableRequestRecord } from './request-log.ts';

/** Bodies of JSON and of forms are collected up to this size; larger ones are refused with 413. */
export const collectedBodyLimitBytes = 64 * 1024 * 1024;

/** What came of collecting a body. `broken`: the client went away first. */
export type CollectedBody =
  | { readonly kind: 'collected'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'broken' };

/** The body of one request, counted into the request's record, and kept there if bodies are recorded. */
export class RequestBody {
  readonly #request: IncomingMessage;
  readonly #record: MutableRequestRecord;
  readonly #kept: Buffer[] | undefined;
  #reading: Promise<boolean> | undefined;

  constructor(request: IncomingMessage, record: MutableRequestRecord, keep: boolean) {
    this.#request = request;
    this.#record = record;
    this.#kept = keep ? [] : undefined;
  }

  /** Collects the whole body. What is beyond the limit is read and dropped, so that the client can hear of it. */
  async collect(): Promise<CollectedBody> {
    const pieces: Buffer[] = [];
    let collectedBytes = 0;
    const announcedBytes = Number(this.#request.headers['content-length'] ?? 0);
    let tooLarge = announcedBytes > collectedBodyLimitBytes;
    if (tooLarge) {
      this.drain();
      return { kind: 'too-large' };
    }
    this.#reading = this.#read((piece) => {
      collectedBytes += piece.length;
      tooLarge ||= collectedBytes > collectedBodyLimitBytes;
      if (tooLarge) pieces.length = 0;
      else pieces.push(piece);
    });
    if (!(await this.#reading)) return { kind: 'broken' };
    return tooLarge ? { kind: 'too-large' } : { kind: 'collected', bytes: Buffer.concat(pieces) };
  }

  /** Gives the pieces one by one, each only after the last was dealt with. Throws if the client goes away. */
  async *pieces(): AsyncGenerator<Buffer, void> {
    for await (const piece of this.#request.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(piece)) continue;
      this.#count(piece);
      yield piece;
    }
    this.#finish();
  }

  /** Reads what is left and drops it, in the background. */
  drain(): void {
    void this.drained();
  }

  /** Reads what is left and drops it. False if the client goes away meanwhile. */
  drained(): Promise<boolean> {
    this.#reading ??= this.#read(() => undefined);
    return this.#reading;
  }

  async #read(take: (piece: Buffer) => void): Promise<boolean> {
    if (this.#request.readableEnded) return true;
    if (this.#request.destroyed) return false;
    const onData = (piece: Buffer): void => {
      this.#count(piece);
      take(piece);
    };
    this.#request.on('data', onData);
    try {
      await once(this.#request, 'end');
      this.#finish();
      return true;
    } catch {
      return false;
    } finally {
      this.#request.off('data', onData);
    }
  }

  #count(piece: Buffer): void {
    this.#record.bodyBytes += piece.length;
    this.#kept?.push(piece);
  }

  #finish(): void {
    if (this.#kept) this.#record.body = Buffer.concat(this.#kept);
  }
}
