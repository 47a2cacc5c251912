import type { ServerResponse } from 'node:http';
import type { AnswerRewriter } from '../files/answer-rewriter.ts';
import type { AnswerHead } from '../upstream/answer-headers.ts';
import type { UpstreamRequest } from '../upstream/attempt.ts';
import type { UpstreamFailure } from '../upstream/upstream-failure.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { BudgetCount } from './budget-count.ts';
import { buildUpstreamRequest } from './build-upstream-request.ts';
import type { Identified } from './client-guard.ts';
import type { RequestContent } from './content/request-content.ts';
import type { ExchangeNotes } from './exchange-notes.ts';
import { ExchangeReading } from './exchange-reading.ts';
import { KeepAlive } from './keep-alive.ts';
import { placeInQueue, type ExchangePlan } from './plan-exchange.ts';
import type { ExchangeDependencies } from './proxy-dependencies.ts';
import type { Refusal } from './refusal.ts';
import { Relay, type RelayObserver } from './relay.ts';
import type { RequestFacts } from './request-facts.ts';
import { isFreeOfCharge } from './request-kind.ts';
import { Tries, type TriesObserver } from './tries.ts';

/** Where a request goes at this moment, and the key for it. */
export interface ChosenUpstream {
  readonly upstream: Upstream;
  readonly authorization: string;
}

/** What is sent for one exchange, and what it uses. */
export interface SendingParts {
  readonly method: string;
  /** What comes behind the upstream's base path. */
  readonly path: string;
  readonly facts: RequestFacts;
  readonly identified: Identified;
  readonly content: RequestContent;
  readonly plan: ExchangePlan;
  readonly response: ServerResponse;
  /** Name, value, …: what the proxy adds to every answer of this exchange. */
  readonly addedHeaders: readonly string[];
  readonly notes: ExchangeNotes;
  readonly dependencies: ExchangeDependencies;
  /** Where it goes, asked anew at each try; null after the exchange was refused. */
  readonly chooseUpstream: () => ChosenUpstream | null;
  readonly observer: SendingObserver;
}

/** How the sending ends, in exactly one of these ways, unless it is aborted. */
export interface SendingObserver {
  /** The whole answer was handed to the client's connection. */
  sent(): void;
  /** The queue would not have it: nothing was sent to the client, unless its answer was begun early. */
  refused(refusal: Refusal): void;
  /** No answer came; nothing was sent to the client. */
  failed(failure: UpstreamFailure): void;
  /** The answer broke off after it had begun; the client's connection is being closed. */
  cut(reason: Refusal): void;
}

/**
 * An exchange on its way up and back: waits its turn, is sent to one group after the other until one answers, and its answer
 * relayed. Reads along what is to be remembered.
 */
export class Sending implements RelayObserver, TriesObserver {
  readonly #parts: SendingParts;
  readonly #relay: Relay;
  readonly #tries: Tries;
  readonly #reading: ExchangeReading | null;
  readonly #keepAlive: KeepAlive | null;
  readonly #budget: BudgetCount;

  constructor(parts: SendingParts) {
    this.#parts = parts;
    const { content, plan, facts, path, method, addedHeaders, dependencies } = parts;
    const { client, lane } = parts.identified;
    const { model, decision } = plan;
    const { clock, admission, health } = dependencies;
    const countsForLimits = !isFreeOfCharge(method, path);
    const relay = new Relay(parts.response, this);
    const tries = new Tries({
      clock,
      admission,
      health,
      timeouts: dependencies.attemptTimeouts(),
      place: placeInQueue(client, lane),
      countsForLimits,
      retries: dependencies.retries(),
      isReplayable: content.isReplayable,
      groups: decision?.route.groups ?? [],
      firstByteMs: decision?.firstByteMs ?? null,
      model,
      relay,
      observer: this,
    });
    this.#relay = relay;
    this.#tries = tries;
    this.#budget = new BudgetCount(client, dependencies.clientUse, countsForLimits);
    this.#reading = content.hasFields
      ? new ExchangeReading(dependencies, { facts, content, client, model, path })
      : null;
    this.#keepAlive =
      plan.isStreamed && dependencies.keepsAlive()
        ? new KeepAlive({
            clock,
            relay,
            ahead: () => tries.ahead,
            headers: () => [...addedHeaders, ...dependencies.limitHeaders()],
          })
        : null;
  }

  /** Gets in line. Call it once. */
  start(): void {
    this.#tries.start();
    this.queueMoved();
  }

  /** What the client got of the answer's body so far. */
  get bytesOut(): number {
    return this.#relay.bytesOut;
  }

  /** Looks at its place in the queue, which has moved. */
  queueMoved(): void {
    this.#parts.notes.waits(this.#tries.ahead);
  }

  /** Ends it, wherever it is; the client hears nothing more. */
  drop(): void {
    this.stop();
    this.#relay.drop();
    this.#tries.abort();
  }

  /** Ends it for a reason that the client is told. False if nothing was sent to it yet: then that is the caller's. */
  breakOff(reason: Refusal): boolean {
    if (!this.#relay.hasBegun) {
      this.drop();
      return false;
    }
    this.#tries.abort();
    this.#relay.cut(reason);
    return true;
  }

  /** Says that the exchange is over: nothing goes on by itself, and what was counted in vain is taken back. */
  stop(): void {
    this.#keepAlive?.stop();
    this.#budget.ended();
    this.#parts.notes.waited(this.#tries.waitedMs);
  }

  prepare(group: string | null): { upstream: Upstream; request: UpstreamRequest } | null {
    const overBudget = this.#budget.start();
    if (overBudget !== null) {
      this.#parts.observer.refused(overBudget);
      return null;
    }
    // Chosen anew: settings and key may have changed while the body was read or the request waited.
    const chosen = this.#parts.chooseUpstream();
    if (chosen === null) return null;
    const { upstream, authorization } = chosen;
    this.#reading?.goesTo(group);
    const previousRequestId = this.#reading?.addedRequestId ?? null;
    const { instanceId } = this.#parts.dependencies;
    const own = { group, previousRequestId, authorization, instanceId };
    return { upstream, request: buildUpstreamRequest(upstream, { ...this.#parts, ...own }) };
  }

  asksAgain(statusCode: number): boolean {
    return this.#reading?.asksAgain(statusCode) ?? false;
  }

  queued(): void {
    this.#parts.notes.queued();
  }

  sending(group: string | null, waitedMs: number): void {
    this.#parts.notes.sending(group, waitedMs);
    this.#parts.dependencies.queueMoved();
  }

  skipped(group: string): void {
    this.#parts.notes.skipped(group);
  }

  left(): void {
    this.#budget.left();
  }

  tried(statusCode: number | null, errorCode: string | null): void {
    this.#parts.notes.tried(statusCode, errorCode);
  }

  data(chunk: Buffer): void {
    this.#reading?.data(chunk);
  }

  refused(refusal: Refusal): void {
    this.#parts.observer.refused(refusal);
  }

  answerHeaders(): readonly string[] {
    const { addedHeaders, dependencies, notes } = this.#parts;
    return [...addedHeaders, ...dependencies.limitHeaders(), ...notes.answerHeaders()];
  }

  answerStarted(statusCode: number, head: AnswerHead): void {
    const { notes } = this.#parts;
    notes.answered(statusCode, head.requestId);
    this.#reading?.answerStarted(statusCode, head, notes.record);
  }

  rewriter(statusCode: number, head: AnswerHead): AnswerRewriter | null {
    const { plan, dependencies } = this.#parts;
    if (!plan.wantsPictureUrls || statusCode > 299 || head.isEncoded) return null;
    return dependencies.createPictureRewriter(head);
  }

  answerEnded(): void {
    this.#reading?.answerEnded(this.#parts.notes.record);
    this.#parts.observer.sent();
  }

  answerFailed(failure: UpstreamFailure): void {
    this.#parts.observer.failed(failure);
  }

  answerCut(reason: Refusal): void {
    this.#parts.observer.cut(reason);
  }
}
