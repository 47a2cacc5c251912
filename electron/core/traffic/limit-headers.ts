import type { WindowFigures } from './admission.ts';

/**
 * OpenAI's rate-limit headers (https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers) for the longest
 * window that has a limit, of several the one with the fewest starts left: name, value, name, value …; none without a limit.
 */
export function formatLimitHeaders(figures: readonly WindowFigures[]): string[] {
  const [window] = figures.toSorted((a, b) => b.lengthMs - a.lengthMs || a.remaining - b.remaining);
  if (window === undefined) return [];
  return [
    'x-ratelimit-limit-requests',
    String(window.limit),
    'x-ratelimit-remaining-requests',
    String(window.remaining),
    'x-ratelimit-reset-requests',
    `${Math.round(window.resetMs)}ms`,
  ];
}
