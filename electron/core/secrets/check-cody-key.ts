import type { CodyKeyCheck } from '../../../shared/contract/cody-key.ts';

/** What the upstream said to a GET: its status and the body (parsed if it is JSON, else the text), or why it said nothing. */
export type UpstreamAnswer = { status: number; body: unknown } | { failed: string };

/**
 * Tries a key at the upstream. `get` asks for a path below the base URL (`/me`, `/models`) with that key.
 *
 * - refused: either answers 401 or 403;
 * - accepted: `/models` answers 200 with JSON, or else `/me` does (other upstreams have no `/me`);
 * - unchecked: all else, such as no network, 404 for both, 429, 5xx, or a sign-in page of a network in between.
 */
export async function checkCodyKey({
  get,
}: {
  get: (path: string) => Promise<UpstreamAnswer>;
}): Promise<CodyKeyCheck> {
  const [me, models] = await Promise.all([get('/me'), get('/models')]);

  for (const answer of [models, me]) {
    if ('status' in answer && (answer.status === 401 || answer.status === 403)) {
      const message =
        `The upstream refused this key (${answer.status}). ` +
        `See that the key is complete and still valid, and that the upstream’s address in the settings is the right one.`;
      return { outcome: 'refused', status: answer.status, message };
    }
  }

  const facts = jsonOf(me, isJsonObject);
  const list = jsonOf(models, isJsonObjectOrList);
  if (list !== null) return { outcome: 'accepted', modelCount: countModels(list), facts };
  if (facts) return { outcome: 'accepted', modelCount: null, facts };
  return { outcome: 'unchecked', message: whyUnchecked(models) };
}

function jsonOf<T>(answer: UpstreamAnswer, isWanted: (body: unknown) => body is T): T | null {
  return 'status' in answer && answer.status === 200 && isWanted(answer.body) ? answer.body : null;
}

function isJsonObject(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

function isJsonObjectOrList(body: unknown): body is Record<string, unknown> | unknown[] {
  return isJsonObject(body) || Array.isArray(body);
}

// OpenAI's list is `{"data": […]}`; a bare one is counted as well.
function countModels(list: Record<string, unknown> | unknown[]): number | null {
  const models = Array.isArray(list) ? list : list['data'];
  return Array.isArray(models) ? models.length : null;
}

function whyUnchecked(models: UpstreamAnswer): string {
  if ('failed' in models) return models.failed;
  if (models.status === 200)
    return 'the upstream’s address answers with something else than a list of models.';
  if (models.status === 404)
    return 'the upstream’s address knows neither /me nor /models; see whether it is right.';
  if (models.status === 429) return 'the upstream says there are too many requests; try again in a minute.';
  return `the upstream answered with status ${models.status}; try again later.`;
}
