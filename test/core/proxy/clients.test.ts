import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { HandClock } from '../../support/hand-clock.ts';
import { startNotingUpstream } from '../../support/noting-upstream.ts';
import {
  clientKeyOf,
  startTestProxy,
  testClientKey,
  type TestProxyOptions,
} from '../../support/test-proxy.ts';

async function start(options: Partial<TestProxyOptions> = {}) {
  const clock = new HandClock();
  const upstream = await startNotingUpstream();
  const proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl, clock, ...options });
  await proxy.models.catalogue.refresh();
  return {
    clock,
    upstream,
    proxy,
    post: async (fields: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
      await fetch(`${proxy.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { ...proxy.auth, 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ model: 'gpt-5.2', messages: [], ...fields }),
      }),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

const told = async (answer: Response): Promise<[number, string | null]> => {
  await answer.arrayBuffer();
  return [answer.status, answer.headers.get('x-cody-error')];
};

describe('a client may be held to', () => {
  test('some models', async () => {
    await using it = await start({ policy: { allowedModels: ['gpt-*'] } });
    expect(await told(await it.post())).toEqual([200, null]);
    expect(await told(await it.post({ model: 'claude-opus-4.5' }))).toEqual([403, 'model_not_allowed']);
    expect(it.proxy.records()[0]).toMatchObject({
      end: 'refused',
      errorCode: 'model_not_allowed',
      errorMessage: expect.stringContaining('claude-opus-4.5'),
      remedy: { kind: 'allow_model', clientId: 'test', model: 'claude-opus-4.5' },
    });
  });

  test('some groups, also where the upstream would choose', async () => {
    await using it = await start({ policy: { allowedGroups: ['openrouter'] } });
    expect(await told(await it.post({ group: 'openai' }))).toEqual([403, 'group_not_allowed']);
    expect(await told(await it.post())).toEqual([200, null]);
    expect(it.upstream.requests.map(({ fields }) => fields['group'])).toEqual(['openrouter']);
  });

  test('so many requests a day, until midnight', async () => {
    await using it = await start({ policy: { requestsPerDay: 2 } });
    expect(await told(await it.post())).toEqual([200, null]);
    expect(await told(await it.post())).toEqual([200, null]);
    const sdk = new OpenAI({ baseURL: it.proxy.baseUrl, apiKey: testClientKey });
    const error: unknown = await sdk.chat.completions
      .create({ model: 'gpt-5.2', messages: [] })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({ code: 'budget_exceeded', message: expect.stringContaining('midnight') });
    const seconds = Number((error as InstanceType<typeof OpenAI.RateLimitError>).headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(it.upstream.requests.length).toBe(2);
    expect(it.proxy.records()[0]?.remedy).toEqual({ kind: 'raise_budget', clientId: 'test' });
    it.clock.advance(seconds * 1_000);
    expect(await told(await it.post())).toEqual([200, null]);
  });

  test('and requests at the same time do not overrun it', async () => {
    await using it = await start({ policy: { requestsPerDay: 3 }, windows: [{ limit: 1, lengthMs: 1_000 }] });
    const answers = Array.from({ length: 6 }, () => it.post());
    await expect.poll(() => it.proxy.admission.waiting).toBe(5);
    for (const arrived of [1, 2, 3]) {
      await expect.poll(() => it.upstream.requests.length).toBe(arrived);
      it.clock.advance(1_050);
    }
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 200, 200, 429, 429, 429]);
    expect(it.upstream.requests.length).toBe(3);
  });

  test('so much cost a day, where the models have one', async () => {
    await using it = await start({ policy: { costPerDay: 35 } });
    expect(await told(await it.post({ model: 'claude-opus-4.5' }))).toEqual([200, null]);
    expect(await told(await it.post())).toEqual([200, null]);
    expect(await told(await it.post())).toEqual([429, 'budget_exceeded']);
    expect(it.proxy.records().map(({ cost }) => cost)).toEqual([null, 10, 30]);
  });

  test('not so that asking for models counts', async () => {
    await using it = await start({ policy: { requestsPerDay: 1 } });
    for (let count = 0; count < 3; count++) {
      const answer = await fetch(`${it.proxy.baseUrl}/models`, { headers: it.proxy.auth });
      expect(await told(answer)).toEqual([200, null]);
    }
    expect(await told(await it.post())).toEqual([200, null]);
  });
});

test('a client may have a queue of its own length and patience', async () => {
  await using it = await start({
    windows: [{ limit: 1, lengthMs: 600_000 }],
    policy: { queueLimit: 1, waitMs: 5_000 },
  });
  await it.post();
  const waiting = it.post();
  await expect.poll(() => it.proxy.admission.waiting).toBe(1);
  expect(await told(await it.post())).toEqual([429, 'queue_full']);
  it.clock.advance(5_000);
  expect(await told(await waiting)).toEqual([429, 'queue_timeout']);
});

describe("an origin that is allowed to one client's key", () => {
  const options = { policy: { allowedOrigins: ['https://chat.example'] }, moreClients: 1 };
  const origin = { origin: 'https://chat.example' };

  test('is let in with that key, and its preflights', async () => {
    await using it = await start(options);
    const preflight = await fetch(`${it.proxy.baseUrl}/chat/completions`, {
      method: 'OPTIONS',
      headers: { ...origin, 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
      204,
      'https://chat.example',
    ]);
    expect(await told(await it.post({}, origin))).toEqual([200, null]);
  });

  test('is refused with another, with what would allow it', async () => {
    await using it = await start(options);
    const other = { ...origin, authorization: `Bearer ${clientKeyOf(0)}` };
    expect(await told(await it.post({}, other))).toEqual([403, 'origin_not_allowed']);
    expect(it.proxy.records()[0]).toMatchObject({
      clientName: 'More 0',
      origin: 'https://chat.example',
      remedy: { kind: 'allow_origin', origin: 'https://chat.example' },
    });
    expect(it.upstream.requests.length).toBe(0);
  });
});

test('what a client did of late is known', async () => {
  await using it = await start();
  await (await it.post({}, { 'user-agent': 'Cline/3.0' })).arrayBuffer();
  await expect
    .poll(() => it.proxy.clientUse.use.get())
    .toEqual([
      {
        clientId: 'test',
        lastSeenAt: it.clock.wallMs(),
        userAgent: 'Cline/3.0',
        lastModel: 'gpt-5.2',
        requestsToday: 1,
        costToday: 10,
      },
    ]);
});
