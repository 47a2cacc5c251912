import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { HandClock } from '../../support/hand-clock.ts';
import {
  startNotingUpstream,
  type NotedRequest,
  type ScriptedAnswer,
} from '../../support/noting-upstream.ts';
import { startTestProxy, type TestProxyOptions } from '../../support/test-proxy.ts';

const groups = ['openai', 'openrouter', 'azure'];

/** A proxy with a rule of three groups, before an upstream that answers by group. */
async function start(
  answer: (request: NotedRequest, count: number) => ScriptedAnswer | undefined,
  options: Partial<TestProxyOptions> = {},
) {
  const clock = new HandClock();
  const upstream = await startNotingUpstream(answer);
  const routing = { rules: [{ groups }] };
  const proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl, clock, routing, ...options });
  return {
    clock,
    upstream,
    proxy,
    /** The groups that the upstream was asked for, in order. */
    asked: () => upstream.requests.map(({ fields }) => fields['group']),
    post: async (fields: Record<string, unknown> = {}) =>
      await fetch(`${proxy.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { ...proxy.auth, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-5.2', messages: [], ...fields }),
      }),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

const failIn =
  (failing: readonly string[], status: number, headers: Record<string, string> = {}) =>
  ({ fields }: NotedRequest): ScriptedAnswer | undefined =>
    failing.includes(String(fields['group'])) ? { status, headers } : undefined;

describe('when a group fails before the first byte, the next of the rule is tried', () => {
  test.each([500, 502, 503, 529, 429])('after an answer of %s', async (status) => {
    await using it = await start(failIn(['openai'], status));
    const answer = await it.post();
    expect([answer.status, answer.headers.get('x-cody-group')]).toEqual([200, 'openrouter']);
    expect(it.asked()).toEqual(['openai', 'openrouter']);
    expect(it.proxy.records()[0]).toMatchObject({
      group: 'openrouter',
      status: 200,
      tries: [
        { group: 'openai', status },
        { group: 'openrouter', status: 200 },
      ],
    });
  });

  test('in their order, and the last answer is the client’s', async () => {
    await using it = await start(failIn(groups, 503));
    const answer = await it.post();
    expect([answer.status, await answer.text()]).toEqual([503, '{"error":{"message":"as the test wished"}}']);
    expect(it.asked()).toEqual(groups);
  });

  test('after its tries, if it says when to come again', async () => {
    await using it = await start(failIn(['openai'], 429, { 'retry-after': '5' }));
    const answer = it.post();
    await expect.poll(() => it.proxy.admission.waiting).toBe(1);
    it.clock.advance(5_000);
    expect((await answer).status).toBe(200);
    expect(it.asked()).toEqual(['openai', 'openai', 'openrouter']);
  });

  test('when no connection can be made', async () => {
    const unused = createServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const { port } = unused.address() as { port: number };
    unused.close();
    await once(unused, 'close');
    await using it = await start(() => undefined, { upstreamBaseUrl: `http://127.0.0.1:${port}/v1` });
    expect((await it.post()).status).toBe(502);
    expect(it.proxy.records()[0]?.tries.map(({ group, errorCode }) => [group, errorCode])).toEqual(
      groups.map((group) => [group, 'upstream_refused']),
    );
  });

  test('when it takes longer than the rule allows', async () => {
    const rules = [{ groups, firstByteMs: 2_000 }];
    let silent = 0;
    await using it = await start(
      ({ fields }) => (fields['group'] === 'openai' ? { instead: () => void silent++ } : undefined),
      { routing: { rules } },
    );
    const answer = it.post();
    await expect.poll(() => silent).toBe(1);
    it.clock.advance(2_000);
    expect((await answer).headers.get('x-cody-group')).toBe('openrouter');
    expect(it.proxy.records()[0]?.tries[0]).toMatchObject({ errorCode: 'upstream_first_byte_timeout' });
  });

  test('with a turn of its own in the limits', async () => {
    await using it = await start(failIn(['openai'], 500), { windows: [{ limit: 1, lengthMs: 1_000 }] });
    const answer = it.post();
    await expect.poll(() => it.proxy.admission.waiting).toBe(1);
    expect(it.asked()).toEqual(['openai']);
    it.clock.advance(1_050);
    expect((await answer).status).toBe(200);
  });
});

describe('no other group is tried', () => {
  test.each([400, 401, 404, 422])('for an answer of %s', async (status) => {
    await using it = await start(failIn(['openai'], status));
    expect((await it.post()).status).toBe(status);
    expect(it.asked()).toEqual(['openai']);
  });

  test('once the answer has begun', async () => {
    await using it = await start(() => ({
      instead: (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {}\n\n', () => response.destroy());
      },
    }));
    const answer = await it.post({ stream: true });
    await expect(answer.text()).rejects.toThrow();
    expect(it.asked()).toEqual(['openai']);
  });

  test('when the connection broke after the request was sent: nobody knows whether it ran', async () => {
    await using it = await start(() => ({ instead: (request) => request.socket.resetAndDestroy() }));
    const answer = await it.post();
    expect([answer.status, answer.headers.get('x-cody-error')]).toEqual([502, 'upstream_reset']);
    expect(it.asked()).toEqual(['openai']);
  });

  test('for a group that was asked for, unless the rule says so', async () => {
    await using plain = await start(failIn(['openai'], 500));
    expect((await plain.post({ group: 'openai' })).status).toBe(500);
    expect(plain.asked()).toEqual(['openai']);
    const rules = [{ groups: ['azure'], alsoIfAsked: true }];
    await using told = await start(failIn(['openai'], 500), { routing: { rules } });
    expect((await told.post({ group: 'openai' })).status).toBe(200);
    expect(told.asked()).toEqual(['openai', 'azure']);
  });

  test('for an upload that is gone once it was sent', async () => {
    await using it = await start(failIn(['openai'], 500));
    const answer = await fetch(`${it.proxy.baseUrl}/audio/raw`, {
      method: 'POST',
      headers: { ...it.proxy.auth, 'content-type': 'application/octet-stream' },
      body: Buffer.alloc(10),
    });
    expect(answer.status).toBe(200);
    expect(it.upstream.requests.length).toBe(1);
  });
});

test('a form can be sent to the next group too, byte for byte but for the group', async () => {
  await using it = await start((_request, count) => (count === 1 ? { status: 500 } : undefined));
  const form = new FormData();
  form.append('image', new Blob([Buffer.alloc(100_000, 7)]), 'a.png');
  form.append('model', 'gpt-5.2');
  const answer = await fetch(`${it.proxy.baseUrl}/images/edits`, {
    method: 'POST',
    headers: it.proxy.auth,
    body: form,
  });
  expect(answer.headers.get('x-cody-group')).toBe('openrouter');
  const [first, second] = it.upstream.requests.map(({ body }) => body);
  expect(second).toBe(first?.replace('\r\n\r\nopenai\r\n', '\r\n\r\nopenrouter\r\n'));
});

describe('a group that fails three times in a row for a model', () => {
  test('is passed over for 30 s, then tried by one exchange', async () => {
    let broken = true;
    await using it = await start(({ fields }) =>
      broken && fields['group'] === 'openai' ? { status: 500 } : undefined,
    );
    for (let count = 0; count < 4; count++) await it.post();
    expect(it.asked().slice(-2)).toEqual(['openrouter', 'openrouter']);
    expect(it.proxy.records()[0]?.route?.skipped).toEqual([{ group: 'openai', why: 'resting' }]);
    await it.post({ model: 'other' });
    expect(it.asked().slice(-2)).toEqual(['openai', 'openrouter']);
    broken = false;
    it.clock.advance(30_000);
    await it.post();
    await it.post();
    expect(it.asked().slice(-2)).toEqual(['openai', 'openai']);
  });

  test('is passed over by a form that can be sent only once as well', async () => {
    await using it = await start(({ body }) =>
      /"group":"openai"|\r\n\r\nopenai\r\n/.test(body.slice(0, 500)) ? { status: 500 } : undefined,
    );
    for (let count = 0; count < 3; count++) await it.post();
    const send = async (model: string): Promise<Response> => {
      const form = new FormData();
      form.append('model', model);
      form.append('image', new Blob([Buffer.alloc(33 * 1024 * 1024)]), 'a.png');
      const { auth, baseUrl } = it.proxy;
      return await fetch(`${baseUrl}/images/edits`, { method: 'POST', headers: auth, body: form });
    };
    expect((await send('gpt-5.2')).headers.get('x-cody-group')).toBe('openrouter');
    // Where the first is not known to fail, its answer is the client's.
    const answer = await send('other');
    expect([answer.status, answer.headers.get('x-cody-group')]).toEqual([500, 'openai']);
  });

  test('is tried again after another rest if the connection broke that tried it', async () => {
    let state: 'broken' | 'resets' | 'well' = 'broken';
    await using it = await start(({ fields }) => {
      if (fields['group'] !== 'openai' || state === 'well') return undefined;
      return state === 'broken'
        ? { status: 500 }
        : { instead: (request) => request.socket.resetAndDestroy() };
    });
    for (let count = 0; count < 3; count++) await it.post();
    it.clock.advance(30_000);
    state = 'resets';
    expect((await it.post()).status).toBe(502);
    state = 'well';
    it.clock.advance(30_000);
    await it.post();
    expect(it.asked().at(-1)).toBe('openai');
  });

  test('is tried by the next exchange if the one that tried it waited for its second turn in vain', async () => {
    let state: 'broken' | 'busy' | 'well' = 'broken';
    await using it = await start(({ fields }) => {
      if (fields['group'] !== 'openai' || state === 'well') return undefined;
      return state === 'broken' ? { status: 500 } : { status: 429, headers: { 'retry-after': '119' } };
    });
    for (let count = 0; count < 3; count++) await it.post();
    it.clock.advance(30_000);
    state = 'busy';
    const tried = it.post();
    await expect.poll(() => it.proxy.admission.waiting).toBe(1);
    it.proxy.admission.holdFor(130_000);
    it.clock.advance(120_000);
    expect((await tried).headers.get('x-cody-error')).toBe('queue_timeout');
    state = 'well';
    it.clock.advance(30_000);
    await it.post();
    expect(it.asked().at(-1)).toBe('openai');
  });

  test('is tried all the same where there is no other', async () => {
    await using it = await start(failIn(groups, 500), { routing: { defaultGroup: 'openai' } });
    for (let count = 0; count < 5; count++) expect((await it.post()).status).toBe(500);
    expect(it.asked()).toEqual(Array.from({ length: 5 }, () => 'openai'));
  });
});
