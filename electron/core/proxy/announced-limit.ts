import type { AnnouncedLimit } from '../traffic/announced-limits.ts';
import { readResetMs } from '../traffic/announced-limits.ts';
import type { RateLimitHeaders } from '../upstream/answer-headers.ts';

/** The limit that an answer's headers announce; null if they say nothing that can be read. */
export function readAnnouncedLimit({ limit, remaining, reset }: RateLimitHeaders): AnnouncedLimit | null {
  const announced = {
    limit: readCount(limit),
    remaining: readCount(remaining),
    resetMs: reset === null ? null : readResetMs(reset),
  };
  return announced.limit === null && announced.remaining === null ? null : announced;
}

function readCount(text: string | null): number | null {
  return text !== null && /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : null;
}
