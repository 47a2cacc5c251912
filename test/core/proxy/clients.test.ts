import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
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
  if (options.upstreamBaseUrl === undefined) await proxy.models.catalogue.refresh();
  return {
    clock,
    upstream,
    proxy,
    post: async (
      fields: Record<string, unknown> = {},
      headers: Record<string, string> = {},
      signal: AbortSignal | null = null,
    ) =>
      await fetch(`${proxy.baseUrl}/chat/completions`, {
        method: 'POST',
        signal,
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

  test.each([
    [{ allowedModels: ['gpt-*'] }, { 'content-type': 'text/plain' }, 'model_not_allowed'],
    [{ allowedModels: ['gpt-*'] }, { 'content-encoding': 'gzip' }, 'model_not_allowed'],
    [{ allowedGroups: ['openai'] }, { 'content-type': 'image/png' }, 'group_not_allowed'],
  ])('%j also where a body does not show what it asks for: %j', async (policy, headers, code) => {
    await using it = await start({ policy });
    expect(await told(await it.post({ model: 'claude-opus-4.5' }, headers))).toEqual([403, code]);
    expect(it.upstream.requests.length).toBe(0);
    const listed = await fetch(`${it.proxy.baseUrl}/files`, { headers: it.proxy.auth });
    expect(listed.status).toBe(200);
  });

  test('nothing, and then sends bodies of any kind', async () => {
    await using it = await start();
    expect(await told(await it.post({}, { 'content-type': 'text/plain' }))).toEqual([200, null]);
  });

  test('some models by a body with a coding that codes nothing, which can be read', async () => {
    await using it = await start({ policy: { allowedModels: ['gpt-*'] } });
    const headers = { 'content-encoding': 'identity' };
    expect(await told(await it.post({ model: 'gpt-5.2' }, headers))).toEqual([200, null]);
    expect(await told(await it.post({ model: 'o3' }, headers))).toEqual([403, 'model_not_allowed']);
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

  test('but not by a request that never left', async () => {
    const silent = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    // The connection stands, but TLS never does.
    const upstreamBaseUrl = `https://127.0.0.1:${port}/v1`;
    const options = { policy: { requestsPerDay: 9 }, timeouts: { firstByteMs: 5_000 } };
    await using it = await start({ upstreamBaseUrl, ...options, windows: [{ limit: 1, lengthMs: 60_000 }] });
    const counted = (): number => it.proxy.clientUse.today('test').requests;
    const leaving = new AbortController();
    const left = it.post({}, {}, leaving.signal).catch(() => undefined);
    await expect.poll(counted).toBe(1);
    leaving.abort();
    await left;
    await expect.poll(counted).toBe(0);
    const late = it.post();
    await expect.poll(counted).toBe(1);
    it.clock.advance(5_000);
    expect(await told(await late)).toEqual([504, 'upstream_first_byte_timeout']);
    expect(counted()).toBe(0);
    it.proxy.admission.holdFor(16_000);
    const kept = it.post({ stream: true });
    await expect.poll(() => it.proxy.admission.waiting).toBe(1);
    it.clock.advance(21_000);
    expect(await (await kept).text()).toContain('upstream_first_byte_timeout');
    expect(counted()).toBe(0);
    silent.close();
  });

  test('not so that asking for models counts, which is answered when nothing is left too', async () => {
    await using it = await start({ policy: { requestsPerDay: 1 } });
    const askForModels = async () => {
      const answer = await fetch(`${it.proxy.baseUrl}/models`, { headers: it.proxy.auth });
      expect(await told(answer)).toEqual([200, null]);
    };
    for (let count = 0; count < 3; count++) await askForModels();
    expect(await told(await it.post())).toEqual([200, null]);
    expect(await told(await it.post())).toEqual([429, 'budget_exceeded']);
    await askForModels();
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
  // To raise the settings would not help.
  for (const { errorMessage, remedy } of it.proxy.records().slice(0, 2)) {
    expect(errorMessage).toContain('among the clients');
    expect(remedy).toBeNull();
  }
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
