import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../electron/core/clock.ts';
import { startDemoUpstream } from '../../../electron/core/demo-upstream/demo-upstream.ts';
import { startTestProxy, testClientKey, type TestProxyOptions } from '../../support/test-proxy.ts';

const secretWords = 'the otter wears a purple hat';

/** A proxy before the demo upstream, and the official SDK before the proxy. */
async function start(options: Partial<TestProxyOptions> = {}) {
  const demo = await startDemoUpstream({
    clock: systemClock,
    random: Math.random,
    tokensPerSecond: 0,
    limits: () => ({ perMinute: 0, perSecond: 0 }),
  });
  const proxy = await startTestProxy({ upstreamBaseUrl: demo.baseUrl, ...options });
  await proxy.models.catalogue.refresh();
  return {
    proxy,
    sdk: new OpenAI({ baseURL: proxy.baseUrl, apiKey: testClientKey, maxRetries: 0 }),
    /** The newest exchange, once it is over. */
    last: async () => {
      await expect.poll(() => proxy.records()[0]?.end).not.toBe('open');
      return proxy.records()[0];
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await demo.close();
    },
  };
}

const messages = [{ role: 'user' as const, content: `${secretWords} tokens=20` }];

describe('what is remembered of an exchange', () => {
  test('says who asked for what, where it went, how it went and what it cost', async () => {
    await using it = await start({
      routing: { aliases: [{ name: 'gpt-4o', model: 'gpt-5.2', group: 'openai' }] },
    });
    await it.sdk.chat.completions.create({ model: 'gpt-4o', messages });
    const record = await it.last();
    expect(record).toMatchObject({
      lane: 'background',
      clientId: 'test',
      clientName: 'Test',
      userAgent: expect.stringContaining('OpenAI/JS'),
      origin: null,
      method: 'POST',
      path: '/v1/chat/completions',
      askedModel: 'gpt-4o',
      model: 'gpt-5.2',
      streamed: false,
      route: { groups: ['openai'], source: 'alias', rule: null, skipped: [] },
      group: 'openai',
      ahead: null,
      waitedMs: 0,
      tries: [{ group: 'openai', status: 200, errorCode: null }],
      status: 200,
      errorCode: null,
      remedy: null,
      cost: 10,
      requestId: expect.stringMatching(/^req_demo_/),
      fromCache: false,
      end: 'done',
    });
    expect(record?.tokens?.output).toBeGreaterThan(0);
    expect(record?.tokens?.input).toBeGreaterThan(0);
    expect(record?.bytesIn).toBeGreaterThan(50);
    expect(record?.bytesOut).toBeGreaterThan(100);
    const [only] = record?.tries ?? [];
    expect(only?.queuedMs).toBeLessThanOrEqual(only?.sentMs ?? -1);
    expect(only?.sentMs).toBeLessThanOrEqual(only?.endedMs ?? -1);
    expect(record?.firstByteMs).toBeLessThanOrEqual(record?.durationMs ?? -1);
  });

  test('never holds a word of what was asked or answered', async () => {
    await using it = await start();
    const { choices } = await it.sdk.chat.completions.create({ model: 'gpt-5.2', messages });
    await it.last();
    const remembered = JSON.stringify(it.proxy.records());
    expect(remembered).not.toContain('otter');
    for (const word of (choices[0]?.message.content ?? '').split(/\W+/).filter(({ length }) => length > 6)) {
      expect(remembered).not.toContain(word);
    }
  });

  test.each([false, true])('counts the tokens of chat completions (streamed: %s)', async (stream) => {
    await using it = await start();
    const more = stream ? { stream: true as const, stream_options: { include_usage: true } } : {};
    const answer = await it.sdk.chat.completions.create({ model: 'gpt-5.2', messages, ...more } as never);
    if (stream) for await (const chunk of answer as never as AsyncIterable<unknown>) void chunk;
    expect(await it.last()).toMatchObject({ streamed: stream, tokens: { output: expect.any(Number) } });
  });

  test.each([false, true])('counts the tokens of responses (streamed: %s)', async (stream) => {
    await using it = await start();
    const answer = await it.sdk.responses.create({
      model: 'gpt-5.2',
      input: 'hello tokens=5',
      stream,
    } as never);
    if (stream) for await (const event of answer as never as AsyncIterable<unknown>) void event;
    expect(await it.last()).toMatchObject({
      tokens: { input: expect.any(Number), output: expect.any(Number) },
    });
  });

  test('counts the tokens of embeddings, whatever the setting for affinity', async () => {
    await using it = await start({ affinity: false });
    await it.sdk.embeddings.create({ model: 'text-embedding-3-small', input: 'hello' });
    expect((await it.last())?.tokens?.input).toBeGreaterThan(0);
  });

  test('knows how a conversation was recognised, and which turn it is', async () => {
    await using it = await start();
    const talk: OpenAI.ChatCompletionMessageParam[] = [...messages];
    for (let turn = 1; turn <= 3; turn++) {
      const { choices } = await it.sdk.chat.completions.create({ model: 'claude-opus-4.5', messages: talk });
      const record = await it.last();
      expect(record?.affinity).toEqual(turn === 1 ? null : { how: 'messages', turn });
      if (choices[0]) talk.push(choices[0].message, { role: 'user', content: `go on ${turn} tokens=5` });
    }
  });

  test('tells the cost only where it is a number, and the exchange was answered well', async () => {
    await using it = await start();
    await it.sdk.chat.completions.create({ model: 'sonar-deep-research', messages });
    expect(await it.last()).toMatchObject({ model: 'sonar-deep-research', cost: null });
    await it.sdk.chat.completions
      .create({ model: 'gpt-5.2', messages, group: 'fal-ai' } as never)
      .catch(() => null);
    expect(await it.last()).toMatchObject({ end: 'refused', cost: null });
  });
});

describe('a request that was refused is remembered with what would allow it', () => {
  test.each([
    ['a key that is nobody’s', { authorization: 'Bearer cody-local-wrong' }, { kind: 'give_client_key' }],
    [
      'an origin',
      { origin: 'https://chat.example' },
      { kind: 'allow_origin', origin: 'https://chat.example' },
    ],
  ])('%s', async (_what, headers, remedy) => {
    await using it = await start();
    await fetch(`${it.proxy.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { ...it.proxy.auth, ...headers },
    });
    expect(await it.last()).toMatchObject({
      end: 'refused',
      remedy,
      errorMessage: expect.stringMatching(/\.$/),
    });
  });

  test('no key for the upstream', async () => {
    await using it = await start({ codyKey: null });
    await fetch(`${it.proxy.baseUrl}/models`, { headers: it.proxy.auth });
    expect(await it.last()).toMatchObject({
      errorCode: 'cody_key_missing',
      remedy: { kind: 'save_cody_key' },
    });
  });
});
