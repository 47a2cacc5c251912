import type { RoutingSettings } from '../../../shared/routing-settings.ts';
import type { Refusal } from '../proxy/refusal.ts';
import type { GivenAnswer, KeptAnswer } from './kept-answer.ts';
import { buildModelsAnswer, findModelAnswer } from './models-answer.ts';
import type { ModelsCatalogue } from './models-catalogue.ts';

/** What answering needs: the answers that are kept, and what the user calls models. */
export interface KeptAnswers {
  readonly catalogue: ModelsCatalogue;
  /** The answer to `/me`. */
  readonly me: KeptAnswer;
  readonly routing: () => RoutingSettings;
}

/** A request as far as it matters here. */
export interface CacheQuestion {
  readonly method: string;
  /** What comes behind `/v1`, with the query, such as `/models/gpt-5.2`. */
  readonly path: string;
  /** The group that the path names (`/g/GROUP/v1/…`); null if it names none. */
  readonly group: string | null;
}

/** What became of the question. `pass_on`: it is not known here, so the upstream is to be asked as for any other path. */
export type CacheAnswer =
  | CachedAnswer
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'pass_on' };

/** An answer to be written as it is; of a HEAD request without the bytes. */
export interface CachedAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Buffer;
  /**
   * Name, value, name, value …: all but type and length. `x-cody-cache` says `hit`, `miss` or `stale`, and `age` how many
   * seconds old a kept answer is (RFC 9111, section 5.1). An error of the upstream's has the upstream's headers.
   */
  readonly headers: readonly string[];
  /** Whether the answer was one that had been kept. */
  readonly fromCache: boolean;
  readonly requestId: string | null;
  /** Why the upstream has no good answer now, in words; null if it has, or was not asked. */
  readonly trouble: string | null;
}

/**
 * Answers `GET` and `HEAD` of `/models`, `/models/{id}` and `/me` from what is kept, so that asking for them costs
 * nothing. Null, at once, for every other request, also for one with a query: what that asks for only the upstream knows.
 * Rejects only if `signal` aborts, with its reason.
 */
export function answerFromCache(
  kept: KeptAnswers,
  { method, path, group }: CacheQuestion,
  signal?: AbortSignal,
): Promise<CacheAnswer> | null {
  if (method !== 'GET' && method !== 'HEAD') return null;
  if (path === '/me') return answerMe(kept, signal);
  if (path === '/models') return answerModels(kept, group, signal);
  if (!path.startsWith(modelPrefix) || path.length === modelPrefix.length || path.includes('?')) return null;
  return answerModel(kept, decodeId(path.slice(modelPrefix.length)), signal);
}

const modelPrefix = '/models/';

async function answerMe({ me }: KeptAnswers, signal: AbortSignal | undefined): Promise<CacheAnswer> {
  const given = await me.get(signal);
  if (given.kind === 'failed') return { kind: 'refused', refusal: given.failure };
  return toCachedAnswer(given, given.answer.bytes);
}

async function answerModels(
  { catalogue, routing }: KeptAnswers,
  group: string | null,
  signal: AbortSignal | undefined,
): Promise<CacheAnswer> {
  const given = await catalogue.get(signal);
  if (given.kind === 'failed') return { kind: 'refused', refusal: given.failure };
  const listing = catalogue.listingOf(given.answer);
  const { bytes } = given.answer;
  return toCachedAnswer(given, listing === null ? bytes : buildModelsAnswer(listing, routing(), group));
}

async function answerModel(
  { catalogue, routing }: KeptAnswers,
  id: string,
  signal: AbortSignal | undefined,
): Promise<CacheAnswer> {
  const given = await catalogue.get(signal);
  if (given.kind === 'failed') return { kind: 'refused', refusal: given.failure };
  // Without a list the upstream may still know the model itself.
  if (isError(given)) return { kind: 'pass_on' };
  const bytes = findModelAnswer(catalogue.listingOf(given.answer), routing(), id);
  return bytes === null ? { kind: 'pass_on' } : toCachedAnswer(given, bytes);
}

function toCachedAnswer(given: GivenAnswer, bytes: Buffer): CachedAnswer {
  const { kind, answer, ageMs, trouble } = given;
  const fromCache = kind !== 'miss';
  const headers = ['x-cody-cache', kind];
  if (fromCache) headers.push('age', String(Math.floor(ageMs / 1_000)));
  // What else is said of a good answer, such as its ETag, need not be true of one that was put together.
  else if (isError(given)) headers.push(...answer.headers);
  else if (answer.requestId !== null) headers.push('x-request-id', answer.requestId);
  return {
    kind: 'answer',
    status: answer.status,
    contentType: answer.contentType === '' ? 'application/json' : answer.contentType,
    bytes,
    headers,
    fromCache,
    requestId: fromCache ? null : answer.requestId,
    trouble,
  };
}

/** Whether this is the upstream's own error, for want of anything better. */
function isError({ kind, trouble }: GivenAnswer): boolean {
  return kind === 'miss' && trouble !== null;
}

/** Ids hold slashes, encoded or not. An id that is not encoded properly is taken as it stands. */
function decodeId(rest: string): string {
  try {
    return decodeURIComponent(rest);
  } catch {
    return rest;
  }
}
