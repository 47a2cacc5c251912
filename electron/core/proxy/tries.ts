import type { Clock } from '../clock.ts';
import type { GroupHealth } from '../routing/group-health.ts';
import type { AdmissionRequest, AdmissionSlot, Ticket } from '../traffic/admission-request.ts';
import type { Admission } from '../traffic/admission.ts';
import { readAnswerHeaders, type AnswerHead } from '../upstream/answer-headers.ts';
import {
  UpstreamAttempt,
  type AnswerSink,
  type AttemptTimeouts,
  type UpstreamRequest,
} from '../upstream/attempt.ts';
import type { UpstreamFailure } from '../upstream/upstream-failure.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { readAnnouncedLimit } from './announced-limit.ts';
import { GroupChoice } from './group-choice.ts';
import { queueRefusal, type Refusal } from './refusal.ts';
import type { Relay } from './relay.ts';
import { readRetryAfterMs } from './retry-after.ts';

/** What the tries of one exchange need to know and to use. */
export interface TriesPlan {
  readonly clock: Clock;
  readonly admission: Admission;
  readonly health: GroupHealth;
  readonly timeouts: AttemptTimeouts;
  /** Whose place in the queue it is. */
  readonly place: Pick<AdmissionRequest, 'clientId' | 'lane' | 'waitLimitMs' | 'queueLimit'>;
  /** Whether the request takes a place in the limits. */
  readonly countsForLimits: boolean;
  /** How often it may be sent again to one group. */
  readonly retries: number;
  /** Whether it can be sent more than once at all; a body that is a stream is gone after the first time. */
  readonly isReplayable: boolean;
  /** The groups to try, in order; empty: the upstream chooses. */
  readonly groups: readonly string[];
  /** How long a group may take to the first byte while there is another to try; null: as long as any request. */
  readonly firstByteMs: number | null;
  readonly model: string | null;
  readonly relay: Relay;
  readonly observer: TriesObserver;
}

/** What the tries tell and ask. */
export interface TriesObserver {
  /** Where the request goes and what it is, asked at each try; null if the exchange was refused meanwhile. */
  prepare(group: string | null): { readonly upstream: Upstream; readonly request: UpstreamRequest } | null;
  /** Whether an answer with this status is to be asked for once more, after `prepare` has changed the request. */
  asksAgain(statusCode: number): boolean;
  /** It gets in line for one more try. */
  queued(): void;
  /** It is about to be sent, after it waited so long in all. */
  sending(group: string | null, waitedMs: number): void;
  /** A group was passed over because it failed several times of late. */
  skipped(group: string): void;
  /** The try came to an end: the status of its answer, or the code of a failure. */
  tried(statusCode: number | null, errorCode: string | null): void;
  /** A piece of the answer that the client gets. */
  data(chunk: Buffer): void;
  refused(refusal: Refusal): void;
}

/**
 * The way of an exchange from the queue to an answer: waits for its turn, is sent, and goes back to the head of the queue
 * if the upstream says 429 or 503 and when to come again, or if the group failed before the first byte and there is another
 * to try. Nothing of such an answer reaches the client. A turn that was not used, because the client left or no connection
 * could be made, is given back.
 */
export class Tries implements AnswerSink {
  readonly #plan: TriesPlan;
  readonly #groups: GroupChoice;
  #ticket: Ticket | null = null;
  #slot: AdmissionSlot | null = null;
  #attempt: UpstreamAttempt | null = null;
  /** How often it was sent to the group of the moment. */
  #triesInGroup = 0;
  #over = false;

  constructor(plan: TriesPlan) {
    this.#plan = plan;
    this.#groups = new GroupChoice(plan.isReplayable ? plan.groups : plan.groups.slice(0, 1), plan.model, {
      health: plan.health,
      onSkipped: (group) => plan.observer.skipped(group),
    });
  }

  /** Gets in line. Call it once. */
  start(): void {
    this.#plan.observer.queued();
    if (this.#plan.countsForLimits) this.#ticket = this.#plan.admission.request(this.#wish());
    else this.#send();
  }

  /** How many exchanges stand before it in the queue; null while it does not wait. */
  get ahead(): number | null {
    return this.#attempt === null && this.#ticket !== null ? this.#ticket.ahead() : null;
  }

  /** Leaves the queue, or aborts the request that is running. Safe at any time, also repeatedly. */
  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#attempt?.abort();
    this.#groups.abandoned();
    this.#leave();
  }

  sent(): void {
    this.#slot?.used();
  }

  started(statusCode: number, statusMessage: string, rawHeaders: readonly Buffer[]): void {
    const { admission, observer, relay } = this.#plan;
    const head = readAnswerHeaders(statusCode, rawHeaders);
    this.#noteAnnounced(head);
    observer.tried(statusCode, null);
    const againAfterMs = this.#asksAgain(statusCode) ? 0 : this.#shouldComeAgain(statusCode, head);
    if (againAfterMs !== null) {
      if (againAfterMs > 0) admission.holdFor(againAfterMs);
      this.#again();
      return;
    }
    if (isFailureOfGroup(statusCode)) {
      if (this.#groups.failed()) return this.#toNextGroup();
    } else this.#groups.answered();
    relay.started(statusCode, statusMessage, head);
  }

  data(chunk: Buffer): void {
    this.#plan.observer.data(chunk);
    this.#plan.relay.data(chunk);
  }

  ended(): void {
    this.#over = true;
    this.#plan.relay.ended();
  }

  failed(failure: UpstreamFailure, answered: boolean): void {
    if (!answered) {
      this.#plan.observer.tried(null, failure.code);
      if (this.#isFailureToFallBackFrom(failure) && this.#groups.failed()) return this.#toNextGroup();
    }
    this.#over = true;
    this.#leave();
    this.#plan.relay.failed(failure, answered);
  }

  #asksAgain(statusCode: number): boolean {
    return this.#plan.isReplayable && this.#plan.observer.asksAgain(statusCode);
  }

  #toNextGroup(): void {
    this.#triesInGroup = 0;
    this.#again();
  }

  /** Sends the request once more: with the turn it still has, or a new one, for which it goes to the head of its lane. */
  #again(): void {
    this.#attempt?.abort();
    this.#attempt = null;
    this.#plan.observer.queued();
    const ticket = this.#ticket;
    if (ticket === null) return this.#send();
    if (!this.#plan.admission.requeueAtHead(ticket)) this.#send();
  }

  /** Leaves the queue, or gives a turn back that was not used. */
  #leave(): void {
    this.#ticket?.cancel();
    // Where the turn came at once, there was no ticket yet.
    this.#slot?.giveBack();
  }

  #wish(): AdmissionRequest {
    return {
      ...this.#plan.place,
      onAdmitted: (slot) => {
        this.#slot = slot;
        this.#send();
      },
      onRefused: (refusal) => {
        this.#over = true;
        this.#plan.observer.refused(queueRefusal(refusal));
      },
    };
  }

  #send(): void {
    if (this.#over) return;
    const { observer, clock, timeouts, relay, firstByteMs } = this.#plan;
    const group = this.#groups.current();
    const prepared = observer.prepare(group);
    if (prepared === null) {
      this.abort();
      return;
    }
    this.#triesInGroup++;
    observer.sending(group, this.#ticket?.waitedMs() ?? 0);
    const limited = firstByteMs !== null && this.#groups.hasNext ? { ...timeouts, firstByteMs } : timeouts;
    this.#attempt = new UpstreamAttempt(prepared.upstream, prepared.request, limited, clock, this);
    relay.attach(this.#attempt);
    this.#attempt.send();
  }

  #noteAnnounced({ rateLimit }: AnswerHead): void {
    if (rateLimit === null || this.#ticket === null) return;
    const announced = readAnnouncedLimit(rateLimit);
    if (announced !== null) this.#plan.admission.announced(this.#ticket, announced);
  }

  /** How long to wait before the request is sent again; null if this answer is the one. */
  #shouldComeAgain(statusCode: number, head: AnswerHead): number | null {
    const { retries, clock, countsForLimits, isReplayable } = this.#plan;
    if ((statusCode !== 429 && statusCode !== 503) || !countsForLimits) return null;
    if (!isReplayable || this.#triesInGroup > retries) return null;
    const afterMs = readRetryAfterMs(head, clock);
    return afterMs !== null && afterMs <= longestHoldMs ? afterMs : null;
  }

  /** A connection that broke after the request was sent is none of these: nobody knows whether it ran. */
  #isFailureToFallBackFrom({ code }: UpstreamFailure): boolean {
    if (code === 'upstream_first_byte_timeout')
      return this.#plan.firstByteMs !== null && this.#groups.hasNext;
    return (
      code !== 'upstream_reset' && code !== 'upstream_invalid_answer' && code !== 'upstream_idle_timeout'
    );
  }
}

/** Longer waits are for the client to know of: the upstream's own answer says so. */
const longestHoldMs = 120_000;

function isFailureOfGroup(statusCode: number): boolean {
  return statusCode === 429 || statusCode >= 500;
}
