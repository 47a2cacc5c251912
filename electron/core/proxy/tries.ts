import type { Clock } from '../clock.ts';
import type { AdmissionRequest, AdmissionSlot, Ticket } from '../traffic/admission-request.ts';
import type { Admission } from '../traffic/admission.ts';
import {
  UpstreamAttempt,
  type AnswerSink,
  type AttemptTimeouts,
  type UpstreamRequest,
} from '../upstream/attempt.ts';
import type { UpstreamFailure } from '../upstream/upstream-failure.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Refusal } from './refusal.ts';
import type { Relay } from './relay.ts';
import { readRetryAfterMs } from './retry-after.ts';

/** What the tries of one exchange need to know and to use. */
export interface TriesPlan {
  readonly clock: Clock;
  readonly admission: Admission;
  readonly timeouts: AttemptTimeouts;
  readonly clientId: string;
  /** Whether the request takes a place in the limits. */
  readonly countsForLimits: boolean;
  /** How often it may be sent again; 0 where the body is a stream, which is gone after the first time. */
  readonly retries: number;
  /** Where the request goes and what it is, looked up at each try; null if the exchange was refused meanwhile. */
  readonly prepare: () => { readonly upstream: Upstream; readonly request: UpstreamRequest } | null;
  readonly relay: Relay;
  /** Whether an answer with this status is to be asked for once more, after `prepare` has changed the request. */
  readonly asksAgain: (statusCode: number) => boolean;
  /** Reads the answer on the side. */
  readonly onData: ((chunk: Buffer) => void) | null;
  readonly onRefused: (refusal: Refusal) => void;
  /** Called when the request is about to be sent, with how long it waited in all and which try this is. */
  readonly onSending: (waitedMs: number, tries: number) => void;
}

/**
 * The way of an exchange from the queue to an answer: waits for its turn, is sent, and goes back to the head of the queue
 * if the upstream says 429 or 503 and when to come again. Nothing of such an answer reaches the client. A turn that was
 * not used, because the client left or no connection could be made, is given back.
 */
export class Tries implements AnswerSink {
  readonly #plan: TriesPlan;
  #ticket: Ticket | null = null;
  #slot: AdmissionSlot | null = null;
  #attempt: UpstreamAttempt | null = null;
  #tries = 0;
  #over = false;

  constructor(plan: TriesPlan) {
    this.#plan = plan;
  }

  /** Gets in line. Call it once. */
  start(): void {
    if (!this.#plan.countsForLimits) {
      this.#send();
      return;
    }
    this.#ticket = this.#plan.admission.request(this.#wish());
  }

  /** Leaves the queue, or aborts the request that is running. Safe at any time, also repeatedly. */
  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#attempt?.abort();
    this.#leave();
  }

  sent(): void {
    this.#slot?.used();
  }

  started(statusCode: number, statusMessage: string, rawHeaders: readonly Buffer[]): void {
    const againAfterMs = this.#plan.asksAgain(statusCode) ? 0 : this.#shouldComeAgain(statusCode, rawHeaders);
    if (againAfterMs === null) {
      this.#plan.relay.started(statusCode, statusMessage, rawHeaders);
      return;
    }
    const { admission } = this.#plan;
    this.#attempt?.abort();
    this.#attempt = null;
    this.#slot = null;
    if (againAfterMs > 0) admission.holdFor(againAfterMs);
    if (this.#ticket !== null) admission.requeueAtHead(this.#ticket);
  }

  data(chunk: Buffer): void {
    this.#plan.onData?.(chunk);
    this.#plan.relay.data(chunk);
  }

  ended(): void {
    this.#over = true;
    this.#plan.relay.ended();
  }

  failed(failure: UpstreamFailure, answered: boolean): void {
    this.#over = true;
    this.#leave();
    this.#plan.relay.failed(failure, answered);
  }

  /** Leaves the queue, or gives a turn back that was not used. */
  #leave(): void {
    this.#ticket?.cancel();
    // Where the turn came at once, there was no ticket yet.
    this.#slot?.giveBack();
  }

  #wish(): AdmissionRequest {
    return {
      clientId: this.#plan.clientId,
      lane: 'background',
      onAdmitted: (slot) => {
        this.#slot = slot;
        this.#send();
      },
      onRefused: ({ code, retryAfterMs }) => {
        this.#over = true;
        this.#plan.onRefused({ code, message: refusals[code], retryAfterMs });
      },
    };
  }

  #send(): void {
    if (this.#over) return;
    const prepared = this.#plan.prepare();
    if (prepared === null) {
      this.abort();
      return;
    }
    this.#tries++;
    this.#plan.onSending(this.#ticket?.waitedMs() ?? 0, this.#tries);
    const { clock, timeouts, relay } = this.#plan;
    this.#attempt = new UpstreamAttempt(prepared.upstream, prepared.request, timeouts, clock, this);
    relay.attach(this.#attempt);
    this.#attempt.send();
  }

  /** How long to wait before the request is sent again; null if this answer is the one. */
  #shouldComeAgain(statusCode: number, rawHeaders: readonly Buffer[]): number | null {
    const { retries, clock, countsForLimits } = this.#plan;
    if ((statusCode !== 429 && statusCode !== 503) || !countsForLimits || this.#tries > retries) return null;
    const afterMs = readRetryAfterMs(rawHeaders, clock);
    return afterMs !== null && afterMs <= longestHoldMs ? afterMs : null;
  }
}

/** Longer waits are for the client to know of: the upstream's own answer says so. */
const longestHoldMs = 120_000;

const refusals = {
  queue_full:
    'Too many requests wait for the limits of the Cody key. Send fewer at once, or raise queue.limit in the settings.',
  queue_timeout:
    'The request waited for its turn too long. Try again later, send fewer at once, or raise queue.waitMs in the settings.',
} as const;
