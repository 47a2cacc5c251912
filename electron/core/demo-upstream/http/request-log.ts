import type { IncomingHttpHeaders } from 'node:http';

/** What the demo upstream remembers of one request. `status`, `provider` and the like are filled in as they come to be known. */
export interface DemoRequestRecord {
  /** The answer's `x-request-id`. */
  readonly id: string;
  /** Wall time of the request's headers. */
  readonly receivedAtMs: number;
  readonly method: string;
  /** The request target as it was sent, query included. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  /** Bytes of the body read so far. */
  readonly bodyBytes: number;
  readonly provider: string | null;
  readonly group: string | null;
  readonly model: string | null;
  /** The answer's status; null until it was sent. */
  readonly status: number | null;
  /** Whether the client went away before the answer's end. */
  readonly closedEarly: boolean;
  /** The body as read, if `recordBodies` was asked for and it was read to its end. */
  readonly body?: Buffer;
}

/** The same record, for the one who fills it in. */
export type MutableRequestRecord = { -readonly [Key in keyof DemoRequestRecord]: DemoRequestRecord[Key] };

const rememberedRequests = 1000;

/** The newest thousand requests, oldest first. */
export class RequestLog {
  readonly #records: MutableRequestRecord[] = [];

  /** The records, live: they change as their exchanges go on. */
  get records(): readonly DemoRequestRecord[] {
    return this.#records;
  }

  add(record: MutableRequestRecord): void {
    this.#records.push(record);
    if (this.#records.length > rememberedRequests) this.#records.shift();
  }
}
