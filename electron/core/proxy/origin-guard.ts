import { allowedOrigin } from '../../../shared/settings.ts';
import type { Refusal } from './refusal.ts';
import type { RequestFacts } from './request-facts.ts';

/**
 * Makes the check of the Origin header from the user's list. Entries are `scheme://host[:port]`; host and port may be
 * `*`, which stands for any one; `scheme://*` lets in every origin of an app's own scheme. Programs that are no browsers
 * send no Origin and pass; a browser that sends none (an image, a script, a link on a website) is known by
 * `Sec-Fetch-Site`. (Node's `fetch` sends `Sec-Fetch-Mode` alone: that is no browser.)
 */
export function createOriginGuard(
  allowedOrigins: readonly string[],
): (facts: Pick<RequestFacts, 'origin' | 'fetchSite'>) => Refusal | null {
  const patterns = allowedOrigins.map(toPattern);
  const verdicts = new Map<string, boolean>();
  const isAllowed = (origin: string): boolean => {
    const known = verdicts.get(origin);
    if (known !== undefined) return known;
    const verdict = patterns.some((pattern) => pattern.test(origin));
    if (verdicts.size < 100) verdicts.set(origin, verdict);
    return verdict;
  };
  return ({ origin, fetchSite }) => {
    if (origin !== null) return isAllowed(origin) ? null : refuseOrigin(origin);
    return fetchSite === 'cross-site' || fetchSite === 'same-site'
      ? refuse('A website without an Origin')
      : null;
  };
}

/** An origin that is on no list. */
function refuseOrigin(origin: string): Refusal {
  const shown = origin.length > 100 ? `${origin.slice(0, 100)}…` : origin;
  const refusal = refuse(`The origin "${shown}"`);
  // An origin of another form could not be put on the list.
  return allowedOrigin.safeParse(origin).success
    ? { ...refusal, remedy: { kind: 'allow_origin', origin } }
    : refusal;
}

function refuse(who: string): Refusal {
  return {
    code: 'origin_not_allowed',
    message: `${who} may not use this proxy. If you trust it, add it to access.allowedOrigins in the settings of Cody Desktop.`,
  };
}

function toPattern(entry: string): RegExp {
  const [scheme = '', rest = ''] = entry.split('://', 2);
  if (rest === '') return new RegExp(`^${escape(entry)}$`, 'i');
  if (rest === '*') return new RegExp(`^${escape(scheme)}://.*$`, 'i');
  const host = rest.endsWith(':*') ? `${escape(rest.slice(0, -2))}(?::\\d{1,5})?` : escape(rest);
  return new RegExp(`^${escape(scheme)}://${host}$`, 'i');
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
