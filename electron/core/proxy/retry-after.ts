import type { Clock } from '../clock.ts';

/**
 * How long an answer asks to be waited for, in milliseconds: `retry-after-ms`, which the official SDKs know, else
 * `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). Null if it says nothing that can be read.
 */
export function readRetryAfterMs(rawHeaders: readonly Buffer[], clock: Clock): number | null {
  const inMilliseconds = Number(findHeader(rawHeaders, 'retry-after-ms') ?? NaN);
  if (inMilliseconds >= 0) return inMilliseconds;
  const text = findHeader(rawHeaders, 'retry-after');
  if (text === null) return null;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - clock.wallMs());
}

function findHeader(rawHeaders: readonly Buffer[], name: string): string | null {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toString('latin1').toLowerCase() === name) {
      return rawHeaders[index + 1]?.toString('latin1').trim() ?? null;
    }
  }
  return null;
}
