import type { Clock } from '../clock.ts';
import type { AnswerHead } from '../upstream/answer-headers.ts';

/**
 * How long an answer asks to be waited for, in milliseconds: `retry-after-ms`, which the official SDKs know, else
 * `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). Null if it says nothing that can be read.
 */
export function readRetryAfterMs(
  { retryAfterMs, retryAfter }: Pick<AnswerHead, 'retryAfterMs' | 'retryAfter'>,
  clock: Clock,
): number | null {
  const inMilliseconds = Number(retryAfterMs ?? NaN);
  if (inMilliseconds >= 0) return inMilliseconds;
  if (retryAfter === null) return null;
  const text = retryAfter.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - clock.wallMs());
}
