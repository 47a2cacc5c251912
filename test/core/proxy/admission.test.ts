import OpenAI from 'openai';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { HandClock } from '../../support/hand-clock.ts';
import { readBody, startHttpUpstream } from '../../support/http-upstream.ts';
import { openSocket } from '../../support/raw-http.ts';
import { startTestProxy, testClientKey, type TestProxyOptions } from '../../support/test-proxy.ts';

const codysLimits = [
  { limit: 40, lengthMs: 60_000 },
  { limit: 20, lengthMs: 1_000 },
];
const oneAMinute = [{ limit: 1, lengthMs: 60_000 }];
const safetyMs = 50;

/** A proxy under limits and a hand-moved clock, before an upstream that notes what comes and answers by `answers` in turn. */
async function startLimited(
  windows: TestProxyOptions['windows'],
  options: Partial<TestProxyOptions> = {},
  answers: { status: number; headers?: Record<string, string> }[] = [],
) {
  const clock = new HandClock();
  const arrivedMs: number[] = [];
  const bodies: string[] = [];
  const upstream = await startHttpUpstream(async (request, response) => {
    arrivedMs.push(clock.monotonicMs() - startMs);
    bodies.push((await readBody(request)).toString());
    const { status, headers } = answers.shift() ?? { status: 200 };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(status === 200 ? '{"ok":true}' : '{"error":{"message":"later"}}');
  });
  const startMs = clock.monotonicMs();
  const proxy = await startTestProxy({
    upstreamBaseUrl: upstream.baseUrl,
    clock,
    ...(windows ? { windows } : {}),
    ...options,
  });
  const post = (path = '/chat/completions'): Promise<Response> =>
    fetch(proxy.baseUrl + path, {
      method: 'POST',
      headers: { ...proxy.auth, 'content-type': 'application/json' },
      body: '{"model":"m"}',
    });
  return {
    clock,
    proxy,
    arrivedMs,
    bodies,
    post,
    waitingIs: (count: number) => expect.poll(() => proxy.admission.waiting).toBe(count),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

describe('requests beyond the limits wait their turn', () => {
  test('60 at once go out as 20, 20 a second later, and the rest as the minute frees them', async () => {
    await using it = await startLimited(codysLimits);
    const answers = Array.from({ length: 60 }, () => it.post());
    await expect.poll(() => it.arrivedMs.length).toBe(20);
    await it.waitingIs(40);
    it.clock.advance(1_000 + safetyMs);
    await expect.poll(() => it.arrivedMs.length).toBe(40);
    it.clock.advance(58_000);
    await it.waitingIs(20);
    it.clock.advance(1_000);
    await expect.poll(() => it.arrivedMs.length).toBe(60);
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    for (const { limit, lengthMs } of codysLimits) {
      for (const from of it.arrivedMs) {
        const inWindow = it.arrivedMs.filter((at) => at >= from && at < from + lengthMs).length;
        expect(inWindow).toBeLessThanOrEqual(limit);
      }
    }
  });

  test('an answer tells how long its request waited, and the true figures', async () => {
    await using it = await startLimited(oneAMinute);
    const first = await it.post();
    expect(first.headers.get('x-cody-queue-ms')).toBe('0');
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('1');
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    const second = it.post();
    await it.waitingIs(1);
    it.clock.advance(60_000 + safetyMs);
    expect((await second).headers.get('x-cody-queue-ms')).toBe(String(60_000 + safetyMs));
    expect(it.proxy.records()[0]).toMatchObject({ waitedMs: 60_000 + safetyMs, tries: [{ status: 200 }] });
  });

  test('asking for the models spends nothing', async () => {
    await using it = await startLimited(oneAMinute);
    for (let turn = 0; turn < 3; turn++) {
      expect((await fetch(`${it.proxy.baseUrl}/models`, { headers: it.proxy.auth })).status).toBe(200);
    }
    expect((await it.post()).status).toBe(200);
  });

  test('a full queue answers 429 with Retry-After, which the SDK understands', async () => {
    await using it = await startLimited(oneAMinute, { queueLimit: 0 });
    await it.post();
    const sdk = new OpenAI({ baseURL: it.proxy.baseUrl, apiKey: testClientKey, maxRetries: 0 });
    const error: unknown = await sdk.chat.completions
      .create({ model: 'm', messages: [] })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({ code: 'queue_full', message: expect.stringContaining('queue.limit') });
    const { headers } = error as InstanceType<typeof OpenAI.RateLimitError>;
    expect(headers.get('retry-after')).toBe('61');
    expect(headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(it.proxy.records()[0]).toMatchObject({ end: 'refused', ahead: null, waitedMs: null });
  });

  test('whoever waited too long is told so', async () => {
    await using it = await startLimited([{ limit: 1, lengthMs: 600_000 }]);
    await it.post();
    const late = it.post();
    await it.waitingIs(1);
    it.clock.advance(120_000);
    const answer = await late;
    expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([
      429,
      'queue_timeout',
    ]);
    expect(answer.headers.get('x-cody-queue-ms')).toBe('120000');
    expect(it.proxy.records()[0]).toMatchObject({ ahead: null, waitedMs: 120_000 });
    expect(it.arrivedMs.length).toBe(1);
  });

  test("a client that goes away leaves the queue at once and takes nobody's turn", async () => {
    await using it = await startLimited(oneAMinute);
    await it.post();
    const leaving = await openSocket(it.proxy.port);
    leaving.write(
      `POST /v1/x HTTP/1.1\r\nHost: 127.0.0.1:${it.proxy.port}\r\nAuthorization: Bearer ${testClientKey}\r\nContent-Length: 0\r\n\r\n`,
    );
    await it.waitingIs(1);
    const staying = it.post();
    await it.waitingIs(2);
    it.clock.advance(7_000);
    leaving.destroy();
    await it.waitingIs(1);
    it.clock.advance(53_000 + safetyMs);
    expect((await staying).status).toBe(200);
    expect(it.proxy.records()[1]).toMatchObject({ end: 'client_left', waitedMs: 7_000 });
    expect(it.arrivedMs.length).toBe(2);
  });

  test('a request that could not be sent does not eat a turn', async () => {
    const unused = createServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const { port } = unused.address() as AddressInfo;
    unused.close();
    await once(unused, 'close');
    await using it = await startLimited(oneAMinute, { upstreamBaseUrl: `http://127.0.0.1:${port}/v1` });
    for (let turn = 0; turn < 3; turn++) {
      const answer = await it.post();
      expect([answer.status, answer.headers.get('x-cody-error')]).toEqual([502, 'upstream_refused']);
    }
  });
});

describe('when the upstream says to come again later', () => {
  const later = { status: 429, headers: { 'retry-after': '7' } };

  test('the client never sees it: the request waits and is sent again, byte for byte', async () => {
    await using it = await startLimited(codysLimits, {}, [later]);
    const answer = it.post();
    await it.waitingIs(1);
    const other = it.post();
    await it.waitingIs(2);
    it.clock.advance(6_999);
    await it.waitingIs(2);
    it.clock.advance(1);
    expect([(await answer).status, (await other).status]).toEqual([200, 200]);
    expect(it.bodies).toEqual(['{"model":"m"}', '{"model":"m"}', '{"model":"m"}']);
    expect(it.proxy.records().find(({ id }) => id === 1)).toMatchObject({
      tries: [{ status: 429 }, { status: 200 }],
      status: 200,
    });
  });

  test("it is tried again once, unless told to do more: then the answer is the client's", async () => {
    await using it = await startLimited(codysLimits, {}, [later, later, later]);
    const answer = it.post();
    await it.waitingIs(1);
    it.clock.advance(7_000);
    expect((await answer).status).toBe(429);
    expect((await answer).headers.get('retry-after')).toBe('7');
    expect(it.arrivedMs.length).toBe(2);
  });

  test('others are spared the same, also where the answer is the client’s', async () => {
    await using it = await startLimited(codysLimits, { retries: 0 }, [later]);
    expect((await it.post()).status).toBe(429);
    const other = it.post();
    await it.waitingIs(1);
    it.clock.advance(6_999);
    await it.waitingIs(1);
    it.clock.advance(1);
    expect((await other).status).toBe(200);
  });

  test.each([
    ['without a word of when', { status: 429 }],
    ['for longer than anybody waits', { status: 503, headers: { 'retry-after': '3600' } }],
    ['though it is an error of another kind', { status: 500, headers: { 'retry-after': '1' } }],
  ])("%s, the answer is the client's at once", async (_name, answer) => {
    await using it = await startLimited(codysLimits, {}, [answer]);
    expect((await it.post()).status).toBe(answer.status);
    expect(it.arrivedMs.length).toBe(1);
  });

  test('an upload, which is gone once it was sent, is not sent again', async () => {
    await using it = await startLimited(codysLimits, {}, [later]);
    const answer = await fetch(`${it.proxy.baseUrl}/files`, {
      method: 'POST',
      headers: { ...it.proxy.auth, 'content-type': 'application/octet-stream' },
      body: Buffer.alloc(1_000),
    });
    expect(answer.status).toBe(429);
    expect(it.arrivedMs.length).toBe(1);
  });
});
