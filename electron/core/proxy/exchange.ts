import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Client } from '../../../shared/contract/clients.ts';
import { proxyErrors } from '../../../shared/proxy-error.ts';
import type { OpenRecord } from '../activity/activity-log.ts';
import type { ExchangeAffinity } from '../affinity/exchange-affinity.ts';
import { readField, type JsonBody } from '../body/json-body.ts';
import { countBytes } from '../body/pieces.ts';
import type { AnswerHead } from '../upstream/answer-headers.ts';
import type { UpstreamRequest } from '../upstream/attempt.ts';
import type { UpstreamFailure } from '../upstream/upstream-failure.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { answerRefusal, dropRestOfBody } from './answer-refusal.ts';
import type { ProxyDependencies } from './proxy-dependencies.ts';
import { recogniseExchange, withPreviousRequest } from './recognise-exchange.ts';
import { readJsonBody } from './read-json-body.ts';
import type { Refusal } from './refusal.ts';
import { Relay, type RelayObserver } from './relay.ts';
import { hopHeader, type RequestFacts } from './request-facts.ts';
import { announcedBytes, hasBody, isFreeOfCharge, isPlainJson, joinPath, pathOf } from './request-kind.ts';
import { Tries } from './tries.ts';
import { streamUpload } from './upload-stream.ts';

/**
 * One request that the guards have let in, and its answer: read body → send → relay → remember. Ends in exactly one
 * way: done, refused, failed, cut, or the client left; whatever is still running is then stopped.
 */
export class Exchange implements RelayObserver {
  /** Its place among the open exchanges; theirs to set. */
  slot = 0;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #facts: RequestFacts;
  readonly #dependencies: ProxyDependencies;
  readonly #record: OpenRecord;
  readonly #startedMs: number;
  /** Name, value, …: what the proxy adds to every answer of this exchange. */
  readonly #addedHeaders: string[];
  /** Called when the last byte of the answer was handed to the connection, or the connection is gone. */
  readonly #onClosed: (exchange: Exchange) => void;
  #relay: Relay | null = null;
  #tries: Tries | null = null;
  #affinity: ExchangeAffinity | null = null;
  #clientId = '';
  #over = false;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    facts: RequestFacts,
    addedHeaders: string[],
    dependencies: ProxyDependencies,
    onClosed: (exchange: Exchange) => void,
  ) {
    this.#request = request;
    this.#response = response;
    this.#facts = facts;
    this.#addedHeaders = addedHeaders;
    this.#dependencies = dependencies;
    this.#onClosed = onClosed;
    this.#startedMs = dependencies.clock.monotonicMs();
    this.#record = dependencies.activity.begin(request.method ?? '', pathOf(request.url ?? ''));
    response.on('close', () => {
      this.#clientClosed();
      this.#onClosed(this);
    });
  }

  /** The connection that the exchange came on. */
  get socket(): IncomingMessage['socket'] {
    return this.#request.socket;
  }

  /** Whether something of the answer was sent already. */
  get answerBegan(): boolean {
    return this.#response.headersSent;
  }

  /** Sends the request up. `path` is what comes behind the upstream's base path. */
  start(client: Client | null, path: string): void {
    this.#record.clientName = client?.name ?? null;
    this.#clientId = client?.id ?? '';
    this.#dependencies.activity.changed(this.#record);
    // Asked before the body is read, so that nobody uploads megabytes for a refusal.
    if (this.#chooseUpstream() === null) return;
    if (!hasBody(this.#facts)) this.#send(path, [], null);
    else if (isPlainJson(this.#facts)) this.#sendJson(path);
    else this.#sendUpload(path);
  }

  /** Where the exchange goes now; null after it was refused. */
  #chooseUpstream(): { upstream: Upstream; authorization: string } | null {
    const upstream = this.#dependencies.currentUpstream();
    if ('code' in upstream) {
      this.refuse(upstream);
      return null;
    }
    this.#record.demo = upstream.demo;
    const authorization = upstream.authorization();
    if (authorization === null) {
      this.refuse(codyKeyMissing);
      return null;
    }
    return { upstream, authorization };
  }

  /** Ends the exchange with an error of the proxy's own, in whatever state it is. */
  refuse(refusal: Refusal): void {
    if (this.#over) return;
    if (this.#relay !== null && this.answerBegan) {
      this.#tries?.abort();
      this.#relay.cut(refusal);
      return;
    }
    this.#relay?.drop();
    this.#tries?.abort();
    this.#finish('refused', refusal);
    answerRefusal(this.#request, this.#response, refusal, this.#addedHeaders, this.#dependencies.clock);
  }

  answerHeaders(): readonly string[] {
    const waited = ['x-cody-queue-ms', String(Math.round(this.#record.waitedMs ?? 0))];
    return [...this.#addedHeaders, ...this.#dependencies.limitHeaders(), ...waited];
  }

  answerStarted(statusCode: number, head: AnswerHead): void {
    this.#affinity?.answerStarted({ statusCode, ...head });
    this.#record.status = statusCode;
    this.#record.requestId = head.requestId;
    this.#record.firstByteMs = this.#elapsedMs();
    this.#dependencies.activity.changed(this.#record);
  }

  answerEnded(): void {
    this.#affinity?.answerEnded();
    this.#finish('done', null);
    if (!this.#request.complete) dropRestOfBody(this.#request, this.#dependencies.clock);
  }

  answerFailed(failure: UpstreamFailure): void {
    this.#finish('failed', failure);
    answerRefusal(this.#request, this.#response, failure, this.#addedHeaders, this.#dependencies.clock);
  }

  answerCut(reason: Refusal): void {
    this.#finish('cut', reason);
  }

  #sendJson(path: string): void {
    const { clock, bodyIdleMs } = this.#dependencies;
    const onStart = (): void => this.#continueIfExpected();
    readJsonBody(this.#request, announcedBytes(this.#facts), bodyIdleMs, clock, onStart, (result) => {
      if (this.#over || result.kind === 'gone') return;
      if (result.kind === 'refused') {
        this.refuse(result.refusal);
        return;
      }
      const { body } = result;
      const model = readField(body, 'model', 500);
      this.#record.model = typeof model === 'string' ? model : null;
      this.#record.bytesIn = body.byteCount;
      this.#affinity = recogniseExchange(
        this.#dependencies.affinity,
        { facts: this.#facts, clientId: this.#clientId, model: this.#record.model },
        path,
        body,
      );
      this.#send(path, [], body.pieces, body);
    });
  }

  #sendUpload(path: string): void {
    this.#continueIfExpected();
    const { clock, bodyIdleMs, freeMemory } = this.#dependencies;
    const onIdle = (): void => this.refuse(bodyStalled);
    const upload = streamUpload(this.#request, bodyIdleMs, clock, onIdle, freeMemory);
    this.#request.on('data', (chunk: Buffer) => {
      this.#record.bytesIn += chunk.length;
    });
    const bytes = this.#facts.contentLength;
    this.#send(path, bytes === null ? [] : ['content-length', bytes], upload);
  }

  /** Gets in line for the limits, and is sent when its turn comes. */
  #send(
    path: string,
    lengthHeader: string[],
    body: UpstreamRequest['body'],
    json: JsonBody | null = null,
  ): void {
    const { clock, admission, attemptTimeouts, retries } = this.#dependencies;
    const affinity = this.#affinity;
    const isStream = body !== null && !Array.isArray(body);
    this.#relay = new Relay(this.#response, this);
    this.#tries = new Tries({
      clock,
      admission,
      timeouts: attemptTimeouts(),
      clientId: this.#clientId,
      countsForLimits: !isFreeOfCharge(this.#request.method ?? '', path),
      retries: isStream ? 0 : retries(),
      prepare: () => {
        if (json === null) return this.#prepare(path, lengthHeader, body);
        const pieces = withPreviousRequest(json, affinity);
        return this.#prepare(path, ['content-length', String(countBytes(pieces))], pieces);
      },
      asksAgain: (statusCode) => this.#affinity?.dropAfter(statusCode) ?? false,
      onData: affinity === null ? null : (chunk) => affinity.data(chunk),
      relay: this.#relay,
      onRefused: (refusal) => this.refuse(refusal),
      onSending: (waitedMs, tries) => this.#noteSending(waitedMs, tries),
    });
    this.#tries.start();
  }

  /** Chooses anew: settings and key may have changed while the body was read or the request waited. */
  #prepare(
    path: string,
    lengthHeader: readonly string[],
    body: UpstreamRequest['body'],
  ): { upstream: Upstream; request: UpstreamRequest } | null {
    const chosen = this.#chooseUpstream();
    if (chosen === null) return null;
    const { upstream, authorization } = chosen;
    const headers = [
      ...this.#facts.passedUp,
      'authorization',
      authorization,
      hopHeader,
      this.#nextHops(),
      ...lengthHeader,
    ];
    return {
      upstream,
      request: {
        method: this.#request.method ?? 'GET',
        path: joinPath(upstream.basePath, path),
        headers,
        body,
      },
    };
  }

  #noteSending(waitedMs: number, tries: number): void {
    this.#record.waitedMs = Math.round(waitedMs * 10) / 10;
    this.#record.tries = tries;
    this.#dependencies.activity.changed(this.#record);
  }

  #clientClosed(): void {
    if (this.#over) return;
    this.#relay?.drop();
    this.#tries?.abort();
    this.#finish('client_left', null);
  }

  #finish(end: OpenRecord['end'], reason: Refusal | null): void {
    this.#over = true;
    const record = this.#record;
    if (reason !== null) {
      record.errorCode = reason.code;
      record.status ??= proxyErrors[reason.code].status;
    }
    record.end = end;
    record.bytesOut = this.#relay?.bytesOut ?? 0;
    record.durationMs = this.#elapsedMs();
    this.#dependencies.activity.changed(record);
  }

  #elapsedMs(): number {
    return Math.round((this.#dependencies.clock.monotonicMs() - this.#startedMs) * 10) / 10;
  }

  #nextHops(): string {
    const { hops } = this.#facts;
    return hops === null ? this.#dependencies.instanceId : `${hops}, ${this.#dependencies.instanceId}`;
  }

  #continueIfExpected(): void {
    if (this.#facts.expectsContinue) this.#response.writeContinue();
  }
}

const codyKeyMissing: Refusal = {
  code: 'cody_key_missing',
  message:
    'Cody Desktop has no Cody key yet. Open it and paste the key, or set CODY_API_KEY; the client key of this tool stays as it is.',
};

const bodyStalled: Refusal = {
  code: 'request_timeout',
  message: 'No more of the request body came for too long. Send it again, to its end.',
};
