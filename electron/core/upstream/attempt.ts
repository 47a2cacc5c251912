import type { Dispatcher } from 'undici';
import type { Readable } from 'node:stream';
import type { Clock, ClockTimer } from '../clock.ts';
import { countBytes, type Pieces } from '../body/pieces.ts';
import type { Upstream } from './upstream.ts';
import {
  nameBrokenConnection,
  nameTunnelFailure,
  nameUpstreamFailure,
  proxyFailure,
  timeoutFailure,
  type UpstreamFailure,
} from './upstream-failure.ts';

/** A request as it goes to the upstream. */
export interface UpstreamRequest {
  readonly method: string;
  /** The whole path with its query, the upstream's base path included. */
  readonly path: string;
  /** Name, value, name, value …, Authorization included, without Host. */
  readonly headers: string[];
  /** Nothing, a collected body in its pieces, or a stream. */
  readonly body: Pieces | Readable | null;
}

/** How long the upstream may take. */
export interface AttemptTimeouts {
  readonly firstByteMs: number;
  readonly idleMs: number;
}

/** What takes the upstream's answer. After `ended` or `failed` nothing more is called. */
export interface AnswerSink {
  /** The request is being written to a connection: from now on the upstream may run it. */
  sent(): void;
  /** The answer's head: status and raw headers (name, value, name, value …). Informational answers (1xx) are not told. */
  started(statusCode: number, statusMessage: string, rawHeaders: readonly Buffer[]): void;
  data(chunk: Buffer): void;
  ended(): void;
  /** There is no answer, or it broke off (`answered`: its head had come). */
  failed(failure: UpstreamFailure, answered: boolean): void;
}

/**
 * One request to the upstream and its answer, with its own clocks: undici's header and body time-outs are off. It is
 * sent again once, by itself, only if a kept-alive connection turned out to be closed before anything of an answer came
 * and the method is idempotent (RFC 9110, section 9.2.2), so that nothing can be run twice.
 */
export class UpstreamAttempt implements Dispatcher.DispatchHandler {
  readonly #upstream: Upstream;
  readonly #request: UpstreamRequest;
  readonly #timeouts: AttemptTimeouts;
  readonly #clock: Clock;
  readonly #sink: AnswerSink;
  #controller: Dispatcher.DispatchController | null = null;
  #timer: ClockTimer | null = null;
  /** Runs until the tunnel through an outgoing proxy stands. */
  #tunnelTimer: ClockTimer | null = null;
  #answered = false;
  #over = false;
  #sentAgain = false;

  constructor(
    upstream: Upstream,
    request: UpstreamRequest,
    timeouts: AttemptTimeouts,
    clock: Clock,
    sink: AnswerSink,
  ) {
    this.#upstream = upstream;
    this.#request = request;
    this.#timeouts = timeouts;
    this.#clock = clock;
    this.#sink = sink;
  }

  /** Sends the request. Call it once. */
  send(): void {
    const { firstByteMs } = this.#timeouts;
    this.#timer = this.#clock.setTimer(firstByteMs, () =>
      this.#fail(timeoutFailure('upstream_first_byte_timeout', this.#upstream.host, firstByteMs)),
    );
    if (this.#upstream.viaProxy) {
      // undici's own limit does not hold for a proxy that takes the connection and then says nothing.
      this.#tunnelTimer = this.#clock.setTimer(this.#upstream.connectTimeoutMs, () =>
        this.#fail(proxyFailure(this.#upstream.host, 'no answer in time')),
      );
    }
    this.#dispatch();
  }

  /** Gives up: closes the upstream's connection, and tells the sink nothing more. Safe at any time, also repeatedly. */
  abort(): void {
    if (this.#over) return;
    this.#finish();
    this.#controller?.abort(new Error('the client went away'));
  }

  /** Stops reading the answer, once it has begun, until `resume`; the idle clock stands still meanwhile. */
  pause(): void {
    if (this.#over || !this.#answered) return;
    this.#timer?.cancel();
    this.#timer = null;
    this.#controller?.pause();
  }

  resume(): void {
    if (this.#over) return;
    if (this.#answered && this.#timer === null) this.#startIdleTimer();
    this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#over) {
      controller.abort(new Error('the client went away'));
      return;
    }
    this.#tunnelTimer?.cancel();
    this.#controller = controller;
    this.#sink.sent();
  }

  onBodySent(): void {
    if (!this.#answered) this.#timer?.refresh();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    statusCode: number,
    _headers: unknown,
    statusMessage?: string,
  ): void {
    if (this.#over || statusCode < 200) return;
    this.#answered = true;
    this.#timer?.cancel();
    this.#startIdleTimer();
    this.#sink.started(statusCode, statusMessage ?? '', controller.rawHeaders as Buffer[]);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    this.#timer?.refresh();
    this.#sink.data(chunk);
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#finish();
    this.#sink.ended();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#over) return;
    const failure = this.#nameFailure(error);
    if (!this.#answered && !this.#sentAgain && failure.code === 'upstream_reset' && this.#mayBeSentAgain()) {
      this.#sentAgain = true;
      this.#controller = null;
      this.#dispatch();
      return;
    }
    this.#finish();
    this.#sink.failed(failure, this.#answered);
  }

  #nameFailure(error: Error): UpstreamFailure {
    const { host, viaProxy } = this.#upstream;
    if (this.#controller !== null) return nameBrokenConnection(error, host);
    return viaProxy ? nameTunnelFailure(error, host) : nameUpstreamFailure(error, host);
  }

  #startIdleTimer(): void {
    const { idleMs } = this.#timeouts;
    this.#timer = this.#clock.setTimer(idleMs, () =>
      this.#fail(timeoutFailure('upstream_idle_timeout', this.#upstream.host, idleMs)),
    );
  }

  #dispatch(): void {
    const { method, path, headers, body } = this.#request;
    try {
      this.#upstream.dispatcher.dispatch(
        { origin: this.#upstream.origin, method, path, headers, body: toUndiciBody(body) },
        this,
      );
    } catch (error) {
      // undici throws for a request it cannot write, such as a header value that HTTP does not allow.
      this.onResponseError(null, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #mayBeSentAgain(): boolean {
    const { method, body } = this.#request;
    const replayable = body === null || Array.isArray(body);
    return replayable && (method === 'GET' || method === 'HEAD' || method === 'OPTIONS');
  }

  #fail(failure: UpstreamFailure): void {
    if (this.#over) return;
    const answered = this.#answered;
    this.#finish();
    this.#controller?.abort(new Error(failure.code));
    this.#sink.failed(failure, answered);
  }

  #finish(): void {
    this.#over = true;
    this.#timer?.cancel();
    this.#timer = null;
    this.#tunnelTimer?.cancel();
  }
}

/**
 * A small body goes as one buffer, in one write with the head; a large one as an iterable of its pieces, never joined.
 * undici takes any iterable of buffers (https://github.com/nodejs/undici, `lib/core/request.js`), though its types name
 * only some.
 */
function toUndiciBody(body: UpstreamRequest['body']): Buffer | Readable | null {
  if (!Array.isArray(body)) return body as Readable | null;
  const pieces = body as Pieces;
  if (pieces.length <= 1) return pieces[0] ?? null;
  return countBytes(pieces) <= joinUpToBytes ? Buffer.concat(pieces) : (pieces as unknown as Readable);
}

const joinUpToBytes = 64 * 1024;
