import { scanJsonBody } from '../body/json-body.ts';
import type { RawAnswer, RawOutcome } from '../upstream/ask-raw.ts';

/** What one look at the upstream came to: a new answer to keep, or why there is none, in words. */
export type Look = { readonly answer: RawAnswer } | { readonly trouble: string };

/**
 * Whether an answer to the question for `path` is one to keep: it has status 200 and is JSON. A network in between may
 * answer with a sign-in page of its own, also with 200.
 */
export function judgeAnswer(path: string, outcome: RawOutcome): Look {
  if ('failed' in outcome) return { trouble: outcome.failed.message };
  if (outcome.status !== 200) return { trouble: describeStatus(path, outcome.status) };
  if (scanJsonBody([outcome.bytes]).ok) return { answer: outcome };
  const trouble = `The upstream answered ${path} with something that is not JSON. Check its address in the settings, and whether this network asks to sign in.`;
  return { trouble };
}

/** Whether the upstream says that it does not take the key, or there is none to show. */
export function isKeyRefused(outcome: RawOutcome): boolean {
  if ('failed' in outcome) return outcome.failed.code === 'cody_key_missing';
  return outcome.status === 401 || outcome.status === 403;
}

function describeStatus(path: string, status: number): string {
  switch (status) {
    case 401:
    case 403:
      return `The upstream refused the key (${status}). See that the key is complete and still valid, and that the upstream’s address in the settings is the right one.`;
    case 404:
      return `The upstream does not know ${path} (404). See whether its address in the settings is right.`;
    case 429:
      return 'The upstream says there are too many requests (429). Try again in a minute.';
    default:
      return `The upstream answered ${path} with status ${status}. Try again later.`;
  }
}
