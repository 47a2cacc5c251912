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
  /** It leaves for the upstream: from now on it may be run. */
  left(): void;
  /** The try came to an end: the status of its answer, or the code of a failure. */
  tried(statusCode: number | null, errorCode: string | null): void;
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
  /** Whether the try of the moment has left for the upstream, which may have run it. */
  #hasLeft = false;
  #over = false;

  constructor(plan: TriesPlan) {
    this.#plan = plan;
    this.#groups = new GroupChoice(plan.groups, plan.model, {
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
    const waits = !this.#over && this.#attempt === null;
    return waits && this.#ticket !== null ? this.#ticket.ahead() : null;
  }

  /** How long it has waited in the queue in all. */
  get waitedMs(): number {
    return this.#ticket?.waitedMs() ?? 0;
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
    this.#hasLeft = true;
    this.#slot?.used();
    this.#plan.observer.left();
  }

  started(statusCode: number, statusMessage: string, rawHeaders: readonly Buffer[]): void {
    const { admission, observer, relay } = this.#plan;
    this.#slot?.arrived();
    const head = readAnswerHeaders(statusCode, rawHeaders);
    this.#noteAnnounced(head);
    observer.tried(statusCode, null);
    if (this.#asksAgain(statusCode)) return this.#again();
    const holdMs = this.#readHoldMs(statusCode, head);
    if (holdMs !== null && this.#mayComeAgain) {
      admission.holdFor(holdMs);
      return this.#again();
    }
    if (isFailureOfGroup(statusCode)) {
      if (this.#groups.failed() && this.#plan.isReplayable) return this.#toNextGroup();
    } else this.#groups.answered();
    // This answer is the client's; others are spared the same.
    if (holdMs !== null) admission.holdFor(holdMs);
    relay.started(statusCode, statusMessage, head);
  }

  data(chunk: Buffer): void {
    this.#plan.relay.data(chunk);
  }

  ended(): void {
    this.#over = true;
    this.#plan.relay.ended();
  }

  failed(failure: UpstreamFailure, answered: boolean): void {
    if (!answered) {
      this.#plan.observer.tried(null, failure.code);
      const hasNext = this.#groups.failed();
      if (hasNext && this.#mayTryNext(failure)) return this.#toNextGroup();
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
        this.#groups.abandoned();
        this.#plan.observer.refused(queueRefusal(refusal, this.#plan.place));
      },
    };
  }

  #send(): void {
    if (this.#over) return;
    const { observer, clock, timeouts, relay, firstByteMs, isReplayable } = this.#plan;
    const group = this.#groups.current();
    const prepared = observer.prepare(group);
    if (prepared === null) {
      this.abort();
      return;
    }
    this.#triesInGroup++;
    this.#hasLeft = false;
    observer.sending(group, this.waitedMs);
    const isLimited = firstByteMs !== null && isReplayable && this.#groups.hasNext;
    const limited = isLimited ? { ...timeouts, firstByteMs } : timeouts;
    this.#attempt = new UpstreamAttempt(prepared.upstream, prepared.request, limited, clock, this);
    relay.attach(this.#attempt);
    this.#attempt.send();
  }

  #noteAnnounced({ rateLimit }: AnswerHead): void {
    if (rateLimit === null || this.#ticket === null) return;
    const announced = readAnnouncedLimit(rateLimit);
    if (announced !== null) this.#plan.admission.announced(this.#ticket, announced);
  }

  /** For how long the upstream asks to be left alone; null if it does not. */
  #readHoldMs(statusCode: number, head: AnswerHead): number | null {
    const { clock, countsForLimits } = this.#plan;
    if ((statusCode !== 429 && statusCode !== 503) || !countsForLimits) return null;
    const afterMs = readRetryAfterMs(head, clock);
    return afterMs !== null && afterMs <= longestHoldMs ? afterMs : null;
  }

  /** Whether the request may be sent to the same group once more. */
  get #mayComeAgain(): boolean {
    return this.#plan.isReplayable && this.#triesInGroup <= this.#plan.retries;
  }

  /** Nobody knows whether a request ran that has left; only a rule that sets a time may give it up all the same. */
  #mayTryNext({ code }: UpstreamFailure): boolean {
    if (!this.#plan.isReplayable) return false;
    return !this.#hasLeft || (code === 'upstream_first_byte_timeout' && this.#plan.firstByteMs !== null);
  }
}

/** Longer waits are for the client to know of: the upstream's own answer says so. */
const longestHoldMs = 120_000;

function isFailureOfGroup(statusCode: number): boolean {
  return statusCode === 429 || statusCode >= 500;
}
