import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExchangeRecord } from '../../../shared/contract/activity.ts';
import { proxyErrors } from '../../../shared/proxy-error.ts';
import type { CacheAnswer } from '../models/answer-from-cache.ts';
import { codyKeyMissing } from '../upstream/ask-raw.ts';
import type { UpstreamFailure } from '../upstream/upstream-failure.ts';
import { admitClient } from './admit-client.ts';
import { answerKept } from './answer-kept.ts';
import { answerRefusal, dropRestOfBody } from './answer-refusal.ts';
import type { Identified } from './client-guard.ts';
import { readContent } from './content/read-content.ts';
import type { RequestContent } from './content/request-content.ts';
import { ExchangeNotes } from './exchange-notes.ts';
import { planExchange } from './plan-exchange.ts';
import type { ExchangeDependencies } from './proxy-dependencies.ts';
import type { Refusal } from './refusal.ts';
import type { RequestFacts } from './request-facts.ts';
import { isFreeOfCharge, pathOf } from './request-kind.ts';
import type { RequestTarget } from './request-target.ts';
import { Sending, type ChosenUpstream, type SendingObserver } from './sending.ts';

/** Where an exchange wants to go. */
export type UpstreamTarget = Extract<RequestTarget, { readonly kind: 'upstream' }>;

/**
 * One request that came to the door, and its answer: admit → read body → plan → send → remember. Ends in exactly one way:
 * done, refused, failed, cut, or the client left; whatever is still running is then stopped.
 */
export class Exchange implements SendingObserver {
  /** Its place among the open exchanges; theirs to set. */
  slot = 0;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #facts: RequestFacts;
  readonly #dependencies: ExchangeDependencies;
  readonly #notes: ExchangeNotes;
  /** Name, value, …: what the proxy adds to every answer of this exchange. */
  readonly #addedHeaders: readonly string[];
  /** Called when the last byte of the answer was handed to the connection, or the connection is gone. */
  readonly #onClosed: (exchange: Exchange) => void;
  #sending: Sending | null = null;
  /** Ends the wait for an answer that is kept or being fetched for all who ask. */
  #asking: AbortController | null = null;
  #over = false;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    facts: RequestFacts,
    addedHeaders: readonly string[],
    dependencies: ExchangeDependencies,
    onClosed: (exchange: Exchange) => void,
  ) {
    this.#request = request;
    this.#response = response;
    this.#facts = facts;
    this.#addedHeaders = addedHeaders;
    this.#dependencies = dependencies;
    this.#onClosed = onClosed;
    const { activity, clock } = dependencies;
    const path = pathOf(request.url ?? '');
    this.#notes = new ExchangeNotes(activity, clock, { method: this.#method, path, facts });
    response.on('close', () => {
      this.#clientClosed();
      this.#onClosed(this);
    });
  }

  /** The connection that the exchange came on. */
  get socket(): IncomingMessage['socket'] {
    return this.#request.socket;
  }

  /** Looks at its place in the queue, which has moved. */
  queueMoved(): void {
    if (!this.#over) this.#sending?.queueMoved();
  }

  /** Takes in a request that the guards have let in. */
  start(identified: Identified, target: UpstreamTarget): void {
    this.#notes.letIn(identified.client, identified.lane);
    // Asked before the body is read, so that nobody uploads megabytes for a refusal.
    const { originChecks, clientUse } = this.#dependencies;
    const isFree = isFreeOfCharge(this.#method, target.path);
    const refusal = admitClient(identified, this.#facts, originChecks(), clientUse, isFree);
    if (refusal !== null) return this.refuse(refusal);
    if (this.#chooseUpstream() === null) return;
    const asked = this.#askKept(target);
    if (asked === null) return this.#readAndSend(identified, target);
    // The only rejection is that of a client that has left.
    asked.then(
      (answer) => this.#takeKept(answer, () => this.#readAndSend(identified, target)),
      () => undefined,
    );
  }

  /** Ends the exchange with an error of the proxy's own, in whatever state it is. */
  refuse(refusal: Refusal): void {
    if (this.#over) return;
    this.#asking?.abort();
    if (this.#sending?.breakOff(refusal)) return;
    this.#endWith(refusal);
  }

  refused(refusal: Refusal): void {
    this.refuse(refusal);
  }

  sent(): void {
    this.#finish('done', null);
    if (!this.#request.complete) dropRestOfBody(this.#request, this.#dependencies.clock);
  }

  failed(failure: UpstreamFailure): void {
    this.#endWith(failure);
  }

  cut(reason: Refusal): void {
    this.#finish('cut', reason);
  }

  /** The answer to what is kept for all, such as the list of models; null if this is another question. */
  #askKept({ path, group }: UpstreamTarget): Promise<CacheAnswer> | null {
    if (this.#method !== 'GET' && this.#method !== 'HEAD') return null;
    this.#asking = new AbortController();
    return this.#dependencies.askKept({ method: this.#method, path, group }, this.#asking.signal);
  }

  #takeKept(answer: CacheAnswer, passOn: () => void): void {
    if (this.#over) return;
    if (answer.kind === 'pass_on') return passOn();
    if (answer.kind === 'refused') return this.#endWith(answer.refusal);
    const { limitHeaders, clock } = this.#dependencies;
    this.#notes.kept(answer);
    answerKept(this.#request, this.#response, answer, [...this.#addedHeaders, ...limitHeaders()], clock);
    this.#finish('done', null);
  }

  #readAndSend(identified: Identified, target: UpstreamTarget): void {
    const { clock, bodyIdleMs, freeMemory } = this.#dependencies;
    const options = {
      clock,
      bodyIdleMs,
      freeMemory,
      onStart: () => this.#continueIfExpected(),
      onBytes: (byteCount: number) => void (this.#notes.record.bytesIn += byteCount),
      onIdle: (stalled: Refusal) => this.refuse(stalled),
    };
    readContent(this.#request, this.#facts, options, (result) => {
      if (this.#over || result.kind === 'gone') return;
      if (result.kind === 'refused') this.refuse(result.refusal);
      else this.#planAndSend(identified, target, result.content);
    });
  }

  #planAndSend(identified: Identified, target: UpstreamTarget, content: RequestContent): void {
    const { client } = identified;
    const { path, group } = target;
    const facts = this.#facts;
    const dependencies = this.#dependencies;
    const asked = { content, facts, client, path, groupInPath: group };
    const plan = planExchange(asked, dependencies.routingTable());
    if ('refusal' in plan) return this.refuse(plan.refusal);
    this.#notes.planned(plan);
    this.#sending = new Sending({
      method: this.#method,
      path,
      facts,
      identified,
      content,
      plan,
      response: this.#response,
      addedHeaders: this.#addedHeaders,
      notes: this.#notes,
      dependencies,
      chooseUpstream: () => this.#chooseUpstream(),
      observer: this,
    });
    this.#sending.start();
  }

  /** Where the exchange goes now; null after it was refused. */
  #chooseUpstream(): ChosenUpstream | null {
    const upstream = this.#dependencies.currentUpstream();
    if ('code' in upstream) {
      this.refuse(upstream);
      return null;
    }
    this.#notes.record.demo = upstream.demo;
    const authorization = upstream.authorization();
    if (authorization === null) {
      this.refuse(codyKeyMissing);
      return null;
    }
    return { upstream, authorization };
  }

  #clientClosed(): void {
    if (this.#over) return;
    this.#asking?.abort();
    this.#sending?.drop();
    this.#finish('client_left', null);
  }

  #finish(end: ExchangeRecord['end'], reason: Refusal | null): void {
    this.#over = true;
    this.#sending?.stop();
    this.#notes.finished(end, reason, this.#sending?.bytesOut ?? null);
  }

  /** Answers with an error of the proxy's own; one that speaks of the upstream is a failure, no refusal. */
  #endWith(refusal: Refusal): void {
    this.#finish(proxyErrors[refusal.code].type === 'upstream_error' ? 'failed' : 'refused', refusal);
    const headers = this.#sending?.answerHeaders() ?? this.#addedHeaders;
    answerRefusal(this.#request, this.#response, refusal, headers, this.#dependencies.clock);
  }

  #continueIfExpected(): void {
    // HTTP/1.0 knows no 100 (RFC 9110, section 10.1.1).
    if (this.#facts.expectsContinue && this.#request.httpVersionMinor > 0) this.#response.writeContinue();
  }

  get #method(): string {
    return this.#request.method ?? 'GET';
  }
}
