import type { ServerResponse } from 'node:http';
import type { Clock } from '../../clock.ts';
import type { OnTheWayFault } from './faults.ts';
import { wait } from './wait.ts';

/** What an answer tells its exchange about its fate. */
export interface AnswerEvents {
  /** The status went out. */
  onStatus(status: number): void;
  /** The client went away before the end. Not called when the demo itself broke the answer off. */
  onClosedEarly(): void;
}

/**
 * The one way by which bytes leave the demo upstream: opened once with status and headers, then written, then ended. It
 * keeps backpressure visible, knows when the client has gone, and acts out a scripted fault.
 */
export class Answer {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #fault: OnTheWayFault | undefined;
  readonly #events: AnswerEvents;
  readonly #gone = new AbortController();
  readonly #headers = new Map<string, string>();
  #bytesLeft: number;
  #mute = false;
  #brokenOff = false;

  constructor(
    response: ServerResponse,
    clock: Clock,
    fault: OnTheWayFault | undefined,
    events: AnswerEvents,
  ) {
    this.#response = response;
    this.#clock = clock;
    this.#fault = fault;
    this.#events = events;
    this.#bytesLeft = fault?.kind === 'cut' || fault?.kind === 'stall' ? fault.afterBytes : Infinity;
    // A write may cross the client's leaving; `close` tells of that already.
    response.on('error', () => undefined);
    response.once('close', () => {
      if (!response.writableFinished && !this.#brokenOff) events.onClosedEarly();
      this.#gone.abort();
    });
  }

  /** Aborted when the connection is done, whether the answer ended well or not. Producers stop at once. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Whether the headers have gone out. */
  get isOpen(): boolean {
    return this.#response.headersSent;
  }

  /** Adds a header to those of `open`. */
  setHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  /** Sends status and headers. False if there is nobody to send them to. */
  async open(status: number, headers: Readonly<Record<string, string>>): Promise<boolean> {
    for (const [name, value] of Object.entries(headers)) this.#headers.set(name, value);
    if (this.#fault?.kind === 'slow-headers') await wait(this.#clock, this.#fault.delayMs, this.gone);
    if (this.gone.aborted) return false;
    if (this.#fault?.kind === 'early-hints') {
      this.#response.writeEarlyHints({ link: '</v1/models>; rel=preload; as=fetch' });
    }
    if (this.#fault?.kind === 'trailers') {
      this.#headers.delete('content-length');
      this.#headers.set('trailer', 'x-demo-trailer');
    }
    this.#events.onStatus(status);
    this.#response.writeHead(status, Object.fromEntries(this.#headers));
    this.#response.flushHeaders();
    if (this.#bytesLeft <= 0) this.#breakDown();
    return !this.gone.aborted;
  }

  /** Writes a piece of the body. False once the client should be waited for with `room`. */
  write(piece: string | Uint8Array): boolean {
    if (this.#mute || this.gone.aborted) return true;
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    if (bytes.length === 0) return true;
    if (bytes.length < this.#bytesLeft) {
      this.#bytesLeft -= bytes.length;
      return this.#response.write(bytes);
    }
    this.#response.write(bytes.subarray(0, this.#bytesLeft));
    this.#breakDown();
    return true;
  }

  /** Resolves when the client has taken enough of what was written, or has gone. */
  async room(): Promise<void> {
    if (!this.#response.writableNeedDrain || this.gone.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#response.off('drain', done);
        this.gone.removeEventListener('abort', done);
        resolve();
      };
      this.#response.on('drain', done);
      this.gone.addEventListener('abort', done);
    });
  }

  /** Ends the answer. */
  end(): void {
    if (this.#mute || this.gone.aborted) return;
    if (this.#bytesLeft !== Infinity) return this.#breakDown();
    if (this.#fault?.kind === 'trailers') this.#response.addTrailers({ 'x-demo-trailer': 'the-end' });
    this.#response.end();
  }

  /** Breaks the connection off: with RST at once, or, if `bytes` are given, after those raw bytes. */
  breakOff(bytes?: string): void {
    this.#brokenOff = true;
    this.#mute = true;
    const socket = this.#response.socket;
    if (bytes === undefined) {
      socket?.resetAndDestroy();
    } else {
      socket?.write(bytes);
      socket?.destroySoon();
    }
  }

  #breakDown(): void {
    this.#mute = true;
    if (this.#fault?.kind !== 'cut') return;
    this.#brokenOff = true;
    // Not destroy(): what was written so far must arrive.
    this.#response.socket?.destroySoon();
  }
}
