import type { RateWindow } from './rate-windows.ts';

/** What an answer's `x-ratelimit-*-requests` headers say. */
export interface AnnouncedLimit {
  /** How many requests a minute. */
  readonly limit: number | null;
  /** How many were left when the request came. */
  readonly remaining: number | null;
  /** After how long all of them are free again, in milliseconds. */
  readonly resetMs: number | null;
}

/**
 * The limits that the upstream announces with its answers
 * (https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers). They only ever narrow what the settings allow,
 * and are forgotten when they are no longer said. Starts are counted by their order, the first being 1.
 */
export class AnnouncedLimits {
  #limit: number | null = null;
  #limitUntilMs = -Infinity;
  /** The last start that is allowed until `#allowedUntilMs`. */
  #lastAllowed = Infinity;
  #allowedUntilMs = -Infinity;
  #newestOrder = 0;

  /** Takes what the answer to the start of this order announced. An answer that was overtaken says nothing new. */
  announce(order: number, announced: AnnouncedLimit, nowMs: number): void {
    if (order < this.#newestOrder) return;
    this.#newestOrder = order;
    const { limit, remaining, resetMs } = announced;
    if (limit !== null && limit > 0) {
      this.#limit = limit;
      this.#limitUntilMs = nowMs + minuteMs;
    }
    if (remaining === null) return;
    this.#lastAllowed = order + remaining;
    this.#allowedUntilMs = nowMs + Math.min(resetMs ?? minuteMs, longestResetMs);
  }

  /** The announced limit as a window; null while there is none. */
  window(nowMs: number): RateWindow | null {
    return this.#limit === null || nowMs >= this.#limitUntilMs
      ? null
      : { limit: this.#limit, lengthMs: minuteMs };
  }

  /** When the next start is allowed after `startedCount` of them: `nowMs` if it is now. */
  earliestStartMs(startedCount: number, nowMs: number): number {
    return startedCount < this.#lastAllowed ? nowMs : Math.max(nowMs, this.#allowedUntilMs);
  }

  /** How many more starts are allowed after `startedCount` of them; Infinity where nothing was announced. */
  remaining(startedCount: number, nowMs: number): number {
    return nowMs < this.#allowedUntilMs ? Math.max(0, this.#lastAllowed - startedCount) : Infinity;
  }

  /** Forgets all, as when the upstream is another one. */
  forget(): void {
    this.#limitUntilMs = -Infinity;
    this.#allowedUntilMs = -Infinity;
  }
}

/**
 * Reads a time as these headers spell it: `1s`, `6m0s`, `20ms`, `1h2m3.5s`, or a bare number of seconds; in milliseconds,
 * null if it is none of these.
 */
export function readResetMs(text: string): number | null {
  const trimmed = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[dhms]))+$/.test(trimmed)) return null;
  let totalMs = 0;
  for (const [, amount = '0', unit = ''] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)) {
    totalMs += Number(amount) * (unitMs[unit] ?? 0);
  }
  return totalMs;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const minuteMs = 60_000;
/** Longer waits than this are taken for another kind of limit, which a request finds out itself. */
const longestResetMs = 120_000;
