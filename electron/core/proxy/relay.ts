import type { ServerResponse } from 'node:http';
import type { AnswerRewriter } from '../files/answer-rewriter.ts';
import { EventBoundary } from '../upstream/event-boundary.ts';
import type { AnswerHead } from '../upstream/answer-headers.ts';
import type { UpstreamAttempt } from '../upstream/attempt.ts';
import type { UpstreamFailure } from '../upstream/upstream-failure.ts';
import { LateAnswer } from './late-answer.ts';
import { refusalEvent, type Refusal } from './refusal.ts';

/** What a relay tells of the answer that passes through it. */
export interface RelayObserver {
  /** Name, value, …: what the proxy adds to the upstream's headers. Asked for when the answer begins. */
  answerHeaders(): readonly string[];
  answerStarted(statusCode: number, head: AnswerHead): void;
  /** What changes the answer's bytes on their way; null, as nearly always, to leave them alone. */
  rewriter(statusCode: number, head: AnswerHead): AnswerRewriter | null;
  /** Bytes of the answer that the client gets, those of one turn of the event loop together. */
  data(bytes: Buffer): void;
  /** The whole answer was handed to the client's connection. */
  answerEnded(): void;
  /** No answer came; nothing was sent to the client. */
  answerFailed(failure: UpstreamFailure): void;
  /** The answer broke off after it had begun; the client's connection is being closed. */
  answerCut(reason: Refusal): void;
}

/**
 * Passes an upstream's answer to the client as it comes: status, headers, bytes. What arrives in one turn of the event
 * loop leaves in one write, on the next tick, and no later than at `flushAtBytes`. A client that reads slowly holds the
 * upstream back. An answer that breaks off ends the connection, so that the client notices; an event stream gets an
 * `error` event first.
 *
 * A client that waits for a stream can be given the head of its answer early (`openEarly`), and comments that keep it
 * waiting. What comes of its request then follows as events, an error too.
 */
export class Relay {
  bytesOut = 0;
  readonly #response: ServerResponse;
  readonly #observer: RelayObserver;
  #attempt: UpstreamAttempt | null = null;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #flushIsSet = false;
  #paused = false;
  #boundary: EventBoundary | null = null;
  #rewriter: AnswerRewriter | null = null;
  #isEarly = false;
  /** An answer that is no stream, for a client that was given the head of one. */
  #late: LateAnswer | null = null;
  #over = false;

  constructor(response: ServerResponse, observer: RelayObserver) {
    this.#response = response;
    this.#observer = observer;
  }

  /** Says which attempt's answer this is, so that it can be held back. */
  attach(attempt: UpstreamAttempt): void {
    this.#attempt = attempt;
  }

  /** Whether the client has the head of its answer. */
  get hasBegun(): boolean {
    return this.#response.headersSent;
  }

  /** Gives the client the head of an event stream before there is an answer. `headers`: name, value, … */
  openEarly(headers: readonly string[]): void {
    if (this.#over || this.hasBegun) return;
    this.#isEarly = true;
    this.#boundary = new EventBoundary();
    this.#response.writeHead(200, [...earlyHeaders, ...headers]);
    this.#response.flushHeaders();
  }

  /**
   * Sends the client of an event stream a comment of one line, if the stream stands between two events and the client reads.
   * One line end, not two: some parsers take the empty line for an event.
   */
  comment(text: string): void {
    if (this.#over || this.#paused || this.#pending.length > 0 || !this.#boundary?.isBetweenEvents) return;
    this.#response.write(`: ${text}\n`);
  }

  started(statusCode: number, statusMessage: string, head: AnswerHead): void {
    this.#rewriter = this.#observer.rewriter(statusCode, head);
    if (this.#isEarly) {
      if (!head.isEventStream || statusCode > 299) this.#late = new LateAnswer(statusCode);
      this.#observer.answerStarted(statusCode, head);
      return;
    }
    if (head.isEventStream && !head.hasLength) this.#boundary = new EventBoundary();
    if (head.hasDate) this.#response.sendDate = false;
    const headers = this.#rewriter === null ? head.headers : withoutLength(head.headers);
    headers.push(...this.#observer.answerHeaders());
    // undici decodes the phrase as UTF-8; Node writes latin1 only and throws for the rest.
    if (isWritablePhrase.test(statusMessage)) this.#response.writeHead(statusCode, statusMessage, headers);
    else this.#response.writeHead(statusCode, headers);
    this.#observer.answerStarted(statusCode, head);
    this.#setFlush();
  }

  data(chunk: Buffer): void {
    if (this.#over) return;
    if (this.#late !== null) {
      this.#observer.data(chunk);
      return this.#late.write(chunk);
    }
    const bytes = this.#rewriter === null ? chunk : this.#rewriter.write(chunk);
    if (bytes === null) return;
    this.#add(bytes);
    if (this.#pendingBytes >= flushAtBytes) this.#flush();
    else this.#setFlush();
  }

  ended(): void {
    if (this.#over) return;
    const last = this.#late === null ? (this.#rewriter?.end() ?? null) : this.#late.end();
    if (last !== null) this.#add(last);
    this.#over = true;
    const rest = this.#takePending();
    if (rest === null) this.#response.end();
    // A small answer leaves in one piece with its head, which Node joins to strings only; Latin-1 keeps every byte.
    else if (rest.length <= joinUpToBytes) this.#response.end(rest.toString('latin1'), 'latin1');
    else this.#response.end(rest);
    this.#observer.answerEnded();
  }

  failed(failure: UpstreamFailure, answered: boolean): void {
    if (this.#over) return;
    if (answered || this.#isEarly) this.cut(failure);
    else {
      this.#over = true;
      this.#observer.answerFailed(failure);
    }
  }

  /** Breaks the answer off for a reason of the proxy's own or of the upstream's. */
  cut(reason: Refusal): void {
    if (this.#over) return;
    this.#over = true;
    const response = this.#response;
    const held = this.#rewriter?.end() ?? null;
    if (held !== null) this.#add(held);
    this.#observer.answerCut(reason);
    if (!response.headersSent) {
      response.destroy();
      return;
    }
    const rest = this.#takePending();
    if (rest !== null) response.write(rest);
    const farewell = this.#boundary === null ? '' : refusalEvent(reason);
    const separator = this.#boundary === null || this.#boundary.isBetweenEvents ? '' : '\n\n';
    if (this.#isEarly && this.bytesOut === 0) {
      // Nothing of an answer was cut: the event is all there is.
      response.end(farewell);
      return;
    }
    // Destroyed only once all that came before has left, or the client would lose it with the connection.
    response.write(separator + farewell, () => {
      // HTTP/1.0 knows no other end of an answer than the connection's: only a reset tells it from a whole one.
      if (response.req.httpVersionMinor === 0) response.socket?.resetAndDestroy();
      response.destroy();
    });
  }

  /** The client went away: drops what is left. */
  drop(): void {
    this.#over = true;
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  #add(bytes: Buffer): void {
    this.bytesOut += bytes.length;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
  }

  #setFlush(): void {
    if (this.#flushIsSet) return;
    this.#flushIsSet = true;
    process.nextTick(flushRelay, this);
  }

  /** Called on the next tick; part of this class's inside. */
  flushOnTick(): void {
    this.#flushIsSet = false;
    if (!this.#over) this.#flush();
  }

  #flush(): void {
    const bytes = this.#takePending();
    if (bytes === null) {
      this.#response.flushHeaders();
      return;
    }
    if (this.#response.write(bytes) || this.#paused) return;
    this.#paused = true;
    this.#attempt?.pause();
    this.#response.once('drain', () => {
      this.#paused = false;
      this.#attempt?.resume();
    });
  }

  #takePending(): Buffer | null {
    const pending = this.#pending;
    if (pending.length === 0) return null;
    const bytes = pending.length === 1 ? (pending[0] as Buffer) : Buffer.concat(pending, this.#pendingBytes);
    this.#boundary?.see(bytes);
    if (this.#late === null) this.#observer.data(bytes);
    this.#pending = [];
    this.#pendingBytes = 0;
    return bytes;
  }
}

/** `x-accel-buffering` keeps an nginx between from collecting the comments. */
const earlyHeaders = [
  'content-type',
  'text/event-stream; charset=utf-8',
  'cache-control',
  'no-cache',
  'x-accel-buffering',
  'no',
];

/** Headers (name, value, …) without those that speak of the body's bytes before it was changed. */
function withoutLength(headers: readonly string[]): string[] {
  const left: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    if (!/^(?:content-length|etag|digest|content-md5|content-digest|repr-digest)$/i.test(name)) {
      left.push(name, headers[index + 1] as string);
    }
  }
  return left;
}

const isWritablePhrase = /^[\t\x20-\x7e\x80-\xff]*$/;
const flushAtBytes = 256 * 1024;
const joinUpToBytes = 16 * 1024;

function flushRelay(relay: Relay): void {
  relay.flushOnTick();
}
