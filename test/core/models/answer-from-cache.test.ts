import { describe, expect, test } from 'vitest';
import {
  answerFromCache,
  type CacheAnswer,
  type KeptAnswers,
} from '../../../electron/core/models/answer-from-cache.ts';
import { KeptAnswer } from '../../../electron/core/models/kept-answer.ts';
import { ModelsCatalogue } from '../../../electron/core/models/models-catalogue.ts';
import { routingSettings, type RoutingSettings } from '../../../shared/routing-settings.ts';
import { sendJson, startAskedUpstream, type AskedUpstream } from '../../support/asked-upstream.ts';
import { startDemo } from '../demo-upstream/start-demo.ts';

const sora = '{"id":"sora-2/text-to-video","cost":1e2,"available_groups":["fal-ai"],"x":0.10}';
const gpt = '{ "id":"gpt-5.2","available_groups":["openai"] }';
const list = `{"object":"list","data":[${sora},${gpt}]}`;
const account = '{ "credits" : 12.50 }';

interface Opened extends AskedUpstream {
  routing: RoutingSettings;
  /** What the upstream answers with, by path; a status stands for an error. */
  readonly answers: Map<string, string | number>;
  /** Asks as a tool would; null where the request is for the upstream from the start. */
  get(path: string, group?: string | null, method?: string): Promise<CacheAnswer> | null;
}

async function openAnswers(baseUrl?: string): Promise<Opened> {
  const answers = new Map<string, string | number>([
    ['/v1/models', list],
    ['/v1/me', account],
  ]);
  const it = await startAskedUpstream((request, response) => {
    const answer = answers.get(request.url ?? '') ?? 404;
    response.setHeader('x-request-id', 'req-7').setHeader('etag', '"1"').setHeader('retry-after', '9');
    if (typeof answer === 'string') sendJson(response, answer);
    else sendJson(response, '{"error":"of the upstream"}', answer);
  }, baseUrl);
  const kept: KeptAnswers = {
    catalogue: new ModelsCatalogue(it),
    me: new KeptAnswer('/me', it),
    routing: () => opened.routing,
  };
  const opened: Opened = Object.assign(it, {
    routing: routingSettings.parse({}),
    answers,
    get: (path: string, group: string | null = null, method = 'GET') =>
      answerFromCache(kept, { method, path, group }),
  });
  return opened;
}

/** Status and text of an answer, or what else became of the question. */
function tell(answer: CacheAnswer | null): unknown {
  if (answer?.kind !== 'answer') return answer?.kind ?? null;
  return [answer.status, answer.bytes.toString()];
}

describe('a tool that asks for what is kept', () => {
  test('gets the upstream’s list and account to the byte, and the upstream is asked once', async () => {
    await using it = await openAnswers();
    for (let time = 0; time < 3; time += 1) {
      expect(tell(await it.get('/models'))).toEqual([200, list]);
      expect(tell(await it.get('/me'))).toEqual([200, account]);
      expect(tell(await it.get('/models', null, 'HEAD'))).toEqual([200, list]);
    }
    expect(it.asked).toEqual(['GET /v1/models', 'GET /v1/me']);
  });

  test('is told whether the answer was kept, and how old it is', async () => {
    await using it = await openAnswers();
    expect(await it.get('/models')).toMatchObject({
      contentType: 'application/json',
      headers: ['x-cody-cache', 'miss', 'x-request-id', 'req-7'],
      fromCache: false,
      requestId: 'req-7',
      trouble: null,
    });
    it.clock.advance(61_999);
    expect(await it.get('/models')).toMatchObject({
      headers: ['x-cody-cache', 'hit', 'age', '61'],
      fromCache: true,
      requestId: null,
      trouble: null,
    });
    it.answers.set('/v1/models', 500);
    it.clock.advance(5 * 60_000);
    const stale = await it.get('/models');
    expect(tell(stale)).toEqual([200, list]);
    expect(stale).toMatchObject({
      headers: ['x-cody-cache', 'stale', 'age', '361'],
      trouble: expect.stringContaining('status 500'),
    });
  });

  test('sees aliases, hidden models and groups as the settings are at that moment', async () => {
    await using it = await openAnswers();
    await it.get('/models');
    const best = { name: 'best', model: 'gpt-5.2', group: '', parameters: {} };
    it.routing = { ...it.routing, aliases: [best], hiddenModels: ['sora-2/text-to-video'] };
    const entry =
      '{"id":"best","object":"model","created":0,"owned_by":"cody-desktop","alias_for":"gpt-5.2","available_groups":["openai"]}';
    expect(tell(await it.get('/models'))).toEqual([200, `{"object":"list","data":[${gpt},${entry}]}`]);
    expect(tell(await it.get('/models/best'))).toEqual([200, entry]);
    it.routing = routingSettings.parse({});
    expect(tell(await it.get('/models', 'fal-ai'))).toEqual([200, `{"object":"list","data":[${sora}]}`]);
    expect(it.asked).toEqual(['GET /v1/models']);
  });

  test.each([
    '/models/sora-2/text-to-video',
    '/models/sora-2%2Ftext-to-video',
    '/models/%73ora-2%2ftext-to-video',
  ])('gets one model by its name, slashes included: %s', async (path) => {
    await using it = await openAnswers();
    expect(tell(await it.get(path))).toEqual([200, sora]);
    expect(await it.get(path)).toMatchObject({ headers: ['x-cody-cache', 'hit', 'age', '0'] });
  });

  test('gets a model with one of its groups', async () => {
    await using it = await openAnswers();
    expect(tell(await it.get('/models/sora-2/text-to-video@fal-ai'))).toEqual([
      200,
      expect.stringContaining('"alias_for":"sora-2/text-to-video","cost":1e2,"available_groups":["fal-ai"]}'),
    ]);
  });

  test.each([
    ['a model that is not listed', '/models/gpt-6'],
    ['a name that is badly encoded', '/models/%E0%A4%A'],
    ['what lies below a model', '/models/gpt-5.2/endpoints'],
  ])('has the upstream asked for %s', async (_name, path) => {
    await using it = await openAnswers();
    expect(await it.get(path)).toEqual({ kind: 'pass_on' });
  });

  test('gets a list of another shape as it is', async () => {
    await using it = await openAnswers();
    it.answers.set('/v1/models', '[ {"id":"gpt-5.2"} ]');
    const aliases = [{ name: 'best', model: 'o3', group: '', parameters: {} }];
    it.routing = { ...it.routing, aliases, hiddenModels: ['gpt-5.2'] };
    expect(tell(await it.get('/models'))).toEqual([200, '[ {"id":"gpt-5.2"} ]']);
    expect(tell(await it.get('/models/gpt-5.2'))).toBe('pass_on');
  });

  test.each([401, 403, 404, 429, 500])(
    'gets the upstream’s own error, its headers too (%i)',
    async (status) => {
      await using it = await openAnswers();
      it.answers.set('/v1/models', status).set('/v1/me', status);
      const aliases = [{ name: 'best', model: 'o3', group: '', parameters: {} }];
      it.routing = { ...it.routing, aliases };
      for (const path of ['/models', '/me']) {
        const answer = await it.get(path);
        expect(tell(answer)).toEqual([status, '{"error":"of the upstream"}']);
        expect(answer).toMatchObject({
          headers: ['x-cody-cache', 'miss', 'x-request-id', 'req-7', 'etag', '"1"', 'retry-after', '9'],
        });
      }
      expect(await it.get('/models/best')).toEqual({ kind: 'pass_on' });
    },
  );

  test('gets the failure where there is no upstream', async () => {
    await using it = await openAnswers('http://127.0.0.1:1/v1');
    for (const path of ['/models', '/models/gpt-5.2', '/me']) {
      expect(await it.get(path)).toMatchObject({ kind: 'refused', refusal: { code: 'upstream_refused' } });
    }
  });

  test('finds every model of the demo', async () => {
    const demo = await startDemo();
    await using it = await openAnswers(demo.baseUrl);
    try {
      const answer = await it.get('/models');
      const text = answer?.kind === 'answer' ? answer.bytes.toString() : '';
      const { data } = JSON.parse(text) as { data: { id: string }[] };
      expect(data.length).toBeGreaterThan(20);
      for (const model of data) {
        expect(tell(await it.get(`/models/${model.id}`))).toEqual([200, JSON.stringify(model)]);
      }
      expect(demo.requests.map(({ path }) => path)).toEqual(['/v1/models']);
    } finally {
      await demo.close();
    }
  });
});

test('any other request is for the upstream, and nothing is waited for', async () => {
  await using it = await openAnswers();
  for (const path of [
    '',
    '/',
    '/models/',
    '/models?after=x',
    '/models/m?x=1',
    '/me?x',
    '/me/',
    '/modelsx',
    '/mex',
  ])
    expect(it.get(path)).toBeNull();
  for (const method of ['POST', 'DELETE', 'OPTIONS', 'get'])
    expect(it.get('/models', null, method)).toBeNull();
  expect(it.get('/chat/completions', null, 'POST')).toBeNull();
  expect(it.asked).toEqual([]);
});
