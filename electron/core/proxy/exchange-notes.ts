import type { ExchangeRecord, ExchangeTry } from '../../../shared/contract/activity.ts';
import type { Client } from '../../../shared/contract/clients.ts';
import type { Route } from '../../../shared/contract/routing.ts';
import { proxyErrors } from '../../../shared/proxy-error.ts';
import type { ActivityLog, OpenRecord } from '../activity/activity-log.ts';
import type { Clock } from '../clock.ts';
import type { CachedAnswer } from '../models/answer-from-cache.ts';
import type { AdmissionLane } from '../traffic/admission-request.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import type { Refusal } from './refusal.ts';
import type { RequestFacts } from './request-facts.ts';

/** Writes down what becomes of one exchange: times, sizes and names, never contents. */
export class ExchangeNotes {
  readonly record: OpenRecord;
  readonly #activity: ActivityLog;
  readonly #clock: Clock;
  readonly #startedMs: number;
  /** When the try of the moment was sent, by the monotonic clock. */
  #sentMs = 0;
  /** How long the exchange waited for the upstream's first byte, over all tries. */
  #upstreamMs = 0;

  constructor(
    activity: ActivityLog,
    clock: Clock,
    { method, path, facts }: { readonly method: string; readonly path: string; readonly facts: RequestFacts },
  ) {
    this.#activity = activity;
    this.#clock = clock;
    this.#startedMs = clock.monotonicMs();
    const record = activity.begin(method, path);
    record.userAgent = facts.userAgent === null ? null : shorten(facts.userAgent);
    record.origin = facts.origin === null ? null : shorten(facts.origin);
    this.record = record;
  }

  /** It was let in. */
  letIn(client: Client | null, lane: AdmissionLane): void {
    const { record } = this;
    record.lane = lane;
    record.clientId = client?.id ?? null;
    record.clientName = client?.name ?? null;
    this.#changed();
  }

  planned({ askedModel, model, isStreamed, decision }: ExchangePlan): void {
    const { record } = this;
    record.askedModel = askedModel === null ? null : shorten(askedModel);
    record.model = model === null ? null : shorten(model);
    record.streamed = isStreamed;
    record.route = decision === null ? null : shortenRoute(decision.route);
  }

  queued(): void {
    const { tries } = this.record;
    // A second look at the same group, without the id that the upstream would not have, is a try too.
    tries.push({
      group: null,
      queuedMs: this.#elapsedMs(),
      sentMs: null,
      endedMs: null,
      status: null,
      errorCode: null,
    });
  }

  /** It waits behind so many others. */
  waits(ahead: number | null): void {
    if (this.record.ahead === ahead) return;
    this.record.ahead = ahead;
    this.#changed();
  }

  sending(group: string | null, waitedMs: number): void {
    const { record } = this;
    record.ahead = null;
    record.waitedMs = round(waitedMs);
    this.#sentMs = this.#clock.monotonicMs();
    this.#lastTry({ group: group === null ? null : shorten(group), sentMs: this.#elapsedMs() });
    this.#changed();
  }

  /** It has waited so long in all, be it in vain. */
  waited(waitedMs: number): void {
    if (waitedMs > 0) this.record.waitedMs = round(waitedMs);
  }

  skipped(group: string): void {
    const { route } = this.record;
    const name = shorten(group);
    if (route === null || route.skipped.some((other) => other.group === name)) return;
    route.skipped.push({ group: name, why: 'resting' });
  }

  tried(status: number | null, errorCode: string | null): void {
    this.#upstreamMs += this.#clock.monotonicMs() - this.#sentMs;
    this.#lastTry({ status, errorCode, endedMs: this.#elapsedMs() });
  }

  answered(status: number, requestId: string | null): void {
    const { record } = this;
    record.status = status;
    record.requestId = requestId === null ? null : shorten(requestId);
    record.firstByteMs = this.#elapsedMs();
    record.group = record.tries.at(-1)?.group ?? null;
    this.#changed();
  }

  /** It is answered from what is kept for all. */
  kept({ status, requestId, fromCache, bytes }: CachedAnswer): void {
    this.record.fromCache = fromCache;
    this.record.bytesOut = bytes.length;
    this.answered(status, requestId);
  }

  /** Ends the record. A refusal is told with its reason and what would mend it; `bytesOut` is null where nothing was relayed. */
  finished(end: ExchangeRecord['end'], reason: Refusal | null, bytesOut: number | null): void {
    const { record } = this;
    if (reason !== null) {
      record.errorCode = reason.code;
      record.errorMessage = reason.message;
      record.remedy = reason.remedy ?? null;
      record.status ??= proxyErrors[reason.code].status;
    }
    record.ahead = null;
    record.end = end;
    record.bytesOut = bytesOut ?? record.bytesOut;
    record.durationMs = this.#elapsedMs();
    this.#activity.finished(record);
  }

  /**
   * Name, value, …: what the client is told of its exchange when the answer begins: how long it waited, where the time went
   * (https://www.w3.org/TR/server-timing/), and which group answered.
   */
  answerHeaders(): string[] {
    const { waitedMs, tries } = this.record;
    const timing = `queue;dur=${waitedMs ?? 0}, upstream;dur=${round(this.#upstreamMs)}`;
    const headers = ['x-cody-queue-ms', String(Math.round(waitedMs ?? 0)), 'server-timing', timing];
    const group = tries.at(-1)?.group ?? null;
    // JSON can name half of a surrogate pair, which no header can.
    if (group !== null) headers.push('x-cody-group', encodeURI(group.toWellFormed()));
    return headers;
  }

  #lastTry(change: Partial<ExchangeTry>): void {
    const last = this.record.tries.at(-1);
    if (last !== undefined) Object.assign(last, change);
  }

  #elapsedMs(): number {
    return round(this.#clock.monotonicMs() - this.#startedMs);
  }

  #changed(): void {
    this.#activity.changed(this.record);
  }
}

function round(timeMs: number): number {
  return Math.round(timeMs * 10) / 10;
}

/** A copy, in which groups that are passed over later are noted too: the decision is nobody's to change. */
function shortenRoute({ groups, skipped, ...route }: Route): Route {
  return {
    ...route,
    groups: groups.map(shorten),
    skipped: skipped.map(({ group, why }) => ({ group: shorten(group), why })),
  };
}

/** Names come from requests, which may make them as long as they like. */
function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
