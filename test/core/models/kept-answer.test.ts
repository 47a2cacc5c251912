import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { KeptAnswer, type Given } from '../../../electron/core/models/kept-answer.ts';
import type { Look } from '../../../electron/core/models/judge-answer.ts';
import { askRaw } from '../../../electron/core/upstream/ask-raw.ts';
import { openUpstream } from '../../../electron/core/upstream/upstream.ts';
import { sendJson, startAskedUpstream, type AskedUpstream } from '../../support/asked-upstream.ts';

const minute = 60_000;

/** The question for `/models`, kept, and what came of each look. */
function keep(it: AskedUpstream): { kept: KeptAnswer; looks: Look[] } {
  const looks: Look[] = [];
  const kept = new KeptAnswer('/models', {
    clock: it.clock,
    ask: it.ask,
    onLook: (look) => looks.push(look),
  });
  return { kept, looks };
}

/** How an answer was come by, its status and its text. */
function tell(given: Given): unknown[] {
  if (given.kind === 'failed') return ['failed', given.failure.code];
  return [given.kind, given.answer.status, given.answer.bytes.toString()];
}

/** An upstream whose list counts how often it was asked, until it is told to answer otherwise. */
async function startCounting(): Promise<
  AskedUpstream & { answerWith(status: number | null, text?: string): void }
> {
  let status: number | null = 200;
  let fixed: string | undefined;
  let count = 0;
  const it = await startAskedUpstream((_request, response) => {
    count += 1;
    if (status === null) response.destroy();
    else sendJson(response, fixed ?? `[${count}]`, status);
  });
  return Object.assign(it, {
    answerWith(next: number | null, text?: string) {
      status = next;
      fixed = text;
    },
  });
}

describe('an answer that is kept', () => {
  test('is fetched once for all who ask at once', async () => {
    const waiting: ServerResponse[] = [];
    await using it = await startAskedUpstream((_request, response) => void waiting.push(response));
    const { kept } = keep(it);
    const givens = Array.from({ length: 100 }, () => kept.get());
    await expect.poll(() => waiting.length).toBe(1);
    givens.push(kept.get(), kept.refresh());
    expect(kept.isDue).toBe(false);
    for (const response of waiting) sendJson(response, '[1]');
    const told = (await Promise.all(givens)).map(tell);
    expect(told).toHaveLength(102);
    expect(new Set(told.map(String))).toEqual(new Set(['miss,200,[1]']));
    expect(it.asked).toEqual(['GET /v1/models']);
  });

  test('is fresh for five minutes, and says how old it is', async () => {
    await using it = await startCounting();
    const { kept } = keep(it);
    expect(kept.isDue).toBe(true);
    expect(tell(await kept.get())).toEqual(['miss', 200, '[1]']);
    expect(kept.isDue).toBe(false);
    it.clock.advance(5 * minute - 1);
    const given = await kept.get();
    expect(tell(given)).toEqual(['hit', 200, '[1]']);
    expect(given).toMatchObject({ ageMs: 5 * minute - 1, trouble: null });
    it.clock.advance(1);
    expect(kept.isDue).toBe(true);
    expect(tell(await kept.get())).toEqual(['miss', 200, '[2]']);
    expect(it.asked).toHaveLength(2);
  });

  test('is asked for anew whatever its age, if somebody wants that', async () => {
    await using it = await startCounting();
    const { kept } = keep(it);
    await kept.get();
    expect(tell(await kept.refresh())).toEqual(['miss', 200, '[2]']);
    expect(tell(await kept.get())).toEqual(['hit', 200, '[2]']);
  });

  test.each([
    ['answers 500', 500, '{}', /with status 500/],
    ['answers 429', 429, '{}', /too many requests/],
    ['answers 404', 404, '{}', /does not know \/models/],
    ['answers with a redirection', 302, '', /with status 302/],
    ['answers with a sign-in page', 200, '<html>', /not JSON/],
    ['answers with nothing', 200, '', /not JSON/],
    ['breaks off', null, '', /closed the connection/],
  ])('is given however old it is when the upstream %s', async (_name, status, text, words) => {
    await using it = await startCounting();
    const { kept, looks } = keep(it);
    await kept.get();
    it.answerWith(status, text);
    it.clock.advance(60 * 24 * 60 * minute);
    const given = await kept.get();
    expect(tell(given)).toEqual(['stale', 200, '[1]']);
    expect(given).toMatchObject({ ageMs: 60 * 24 * 60 * minute, trouble: expect.stringMatching(words) });
    expect(looks).toEqual([{ answer: expect.anything() }, { trouble: expect.stringMatching(words) }]);
    it.answerWith(200);
    expect(tell(await kept.refresh())[0]).toBe('miss');
    expect(await kept.get()).toMatchObject({ kind: 'hit', trouble: null });
  });

  test('is given when nobody is at the upstream any more', async () => {
    await using it = await startCounting();
    await using nobody = await startAskedUpstream(() => undefined, 'http://127.0.0.1:1/v1');
    let isThere = true;
    const kept = new KeptAnswer('/models', {
      clock: it.clock,
      ask: (path) => (isThere ? it.ask(path) : nobody.ask(path)),
    });
    await kept.get();
    isThere = false;
    it.clock.advance(5 * minute);
    expect(await kept.get()).toMatchObject({
      kind: 'stale',
      trouble: expect.stringContaining('refused the connection'),
    });
  });

  test('spares an upstream that failed for ten seconds', async () => {
    await using it = await startCounting();
    const { kept } = keep(it);
    await kept.get();
    it.answerWith(500);
    it.clock.advance(5 * minute);
    await kept.get();
    it.clock.advance(9_999);
    expect(kept.isDue).toBe(false);
    const given = await kept.get();
    expect(given).toMatchObject({ kind: 'stale', ageMs: 5 * minute + 9_999, trouble: expect.any(String) });
    expect(it.asked).toHaveLength(2);
    it.answerWith(200);
    it.clock.advance(1);
    expect(tell(await kept.get())).toEqual(['miss', 200, '[3]']);
  });

  test.each([401, 403])('does not hide that the key is refused (%i)', async (status) => {
    await using it = await startCounting();
    const { kept, looks } = keep(it);
    await kept.get();
    it.answerWith(status, '{"error":"no"}');
    it.clock.advance(5 * minute);
    for (let time = 1; time <= 2; time += 1) {
      expect(tell(await kept.get())).toEqual(['miss', status, '{"error":"no"}']);
    }
    expect(it.asked).toHaveLength(3);
    expect(looks[1]).toEqual({ trouble: expect.stringContaining(`refused the key (${status})`) });
    it.answerWith(500);
    expect(tell(await kept.get())).toEqual(['stale', 200, '[1]']);
  });

  test('is old from the moment that the key is refused', async () => {
    await using it = await startCounting();
    const { kept } = keep(it);
    await kept.get();
    it.answerWith(401);
    await kept.refresh();
    expect(tell(await kept.get())[1]).toBe(401);
    it.answerWith(200);
    expect(tell(await kept.get())).toEqual(['miss', 200, '[4]']);
    expect(tell(await kept.get())).toEqual(['hit', 200, '[4]']);
  });
});

test('an answer that is kept does not hide that the key is gone', async () => {
  await using it = await startCounting();
  let hasKey = true;
  const keyless = openUpstream({
    baseUrl: `${it.upstream.origin}/v1`,
    authorization: () => null,
    demo: false,
    connectTimeoutMs: 1_000,
    environment: {},
  });
  const kept = new KeptAnswer('/models', {
    clock: it.clock,
    ask: (path) => (hasKey ? it.ask(path) : askRaw(keyless, path, { clock: it.clock, instanceId: 'x' })),
  });
  await kept.get();
  hasKey = false;
  it.clock.advance(5 * minute);
  expect(tell(await kept.get())).toEqual(['failed', 'cody_key_missing']);
});

describe('where nothing is kept yet', () => {
  test.each([404, 401, 500])(
    'an error of the upstream passes as it is and is not kept (%i)',
    async (status) => {
      await using it = await startCounting();
      it.answerWith(status);
      const { kept } = keep(it);
      expect(tell(await kept.get())).toEqual(['miss', status, '[1]']);
      expect(tell(await kept.get())).toEqual(['miss', status, '[2]']);
      expect(kept.isDue).toBe(false);
      it.answerWith(200);
      expect(tell(await kept.get())).toEqual(['miss', 200, '[3]']);
    },
  );

  test('a failure is told as what it is', async () => {
    await using it = await startAskedUpstream(() => undefined, 'http://127.0.0.1:1/v1');
    const { kept } = keep(it);
    expect(tell(await kept.get())).toEqual(['failed', 'upstream_refused']);
  });
});

describe('those who ask', () => {
  test('may leave: the call goes on for the others, and its answer is kept', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    await using it = await startAskedUpstream((_request, response) => asked.resolve(response));
    const { kept } = keep(it);
    const leaving = new AbortController();
    const left = kept.get(leaving.signal);
    const stayed = kept.get(new AbortController().signal);
    const response = await asked.promise;
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await expect(kept.get(leaving.signal)).rejects.toThrow('gone');
    sendJson(response, '[1]');
    expect(tell(await stayed)).toEqual(['miss', 200, '[1]']);
    expect(tell(await kept.get())).toEqual(['hit', 200, '[1]']);
    expect(it.asked).toHaveLength(1);
  });

  test('may all leave, and the answer is kept all the same', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    await using it = await startAskedUpstream((_request, response) => asked.resolve(response));
    const { kept, looks } = keep(it);
    const leaving = new AbortController();
    const left = kept.get(leaving.signal);
    const response = await asked.promise;
    leaving.abort();
    await expect(left).rejects.toThrow();
    sendJson(response, '[1]');
    await expect.poll(() => looks.length).toBe(1);
    expect(tell(await kept.get())).toEqual(['hit', 200, '[1]']);
  });
});

describe('an answer that is forgotten', () => {
  test('is asked for again', async () => {
    await using it = await startCounting();
    const { kept } = keep(it);
    await kept.get();
    kept.forget();
    expect(kept.isDue).toBe(true);
    expect(tell(await kept.get())).toEqual(['miss', 200, '[2]']);
  });

  test('while it is on its way is given to who asked before, and to nobody else', async () => {
    const responses: ServerResponse[] = [];
    await using it = await startAskedUpstream((_request, response) => void responses.push(response));
    const { kept, looks } = keep(it);
    const before = kept.get();
    await expect.poll(() => responses.length).toBe(1);
    kept.forget();
    const after = kept.get();
    await expect.poll(() => responses.length).toBe(2);
    const [first, second] = responses as [ServerResponse, ServerResponse];
    sendJson(first, '["old"]');
    expect(tell(await before)).toEqual(['miss', 200, '["old"]']);
    const later = kept.get();
    sendJson(second, '["new"]');
    expect(tell(await after)).toEqual(['miss', 200, '["new"]']);
    expect(tell(await later)).toEqual(['miss', 200, '["new"]']);
    expect(tell(await kept.get())).toEqual(['hit', 200, '["new"]']);
    expect(looks).toHaveLength(1);
  });

  test('takes the trouble of before with it', async () => {
    await using it = await startCounting();
    const { kept } = keep(it);
    it.answerWith(500);
    await kept.get();
    kept.forget();
    expect(kept.isDue).toBe(true);
  });
});
