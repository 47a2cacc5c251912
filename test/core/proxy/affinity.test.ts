import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../electron/core/clock.ts';
import { startDemoUpstream } from '../../../electron/core/demo-upstream/demo-upstream.ts';
import { readBody, startHttpUpstream } from '../../support/http-upstream.ts';
import { startTestProxy, testClientKey, type TestProxyOptions } from '../../support/test-proxy.ts';

type Message = OpenAI.ChatCompletionMessageParam;

/** A proxy before the demo upstream, which chooses a provider at random unless it is told of an earlier request. */
async function startWithDemo(options: Partial<TestProxyOptions> = {}) {
  const demo = await startDemoUpstream({
    clock: systemClock,
    random: Math.random,
    tokensPerSecond: 0,
    limits: () => ({ perMinute: 0, perSecond: 0 }),
  });
  const proxy = await startTestProxy({ upstreamBaseUrl: demo.baseUrl, ...options });
  const client = new OpenAI({ baseURL: proxy.baseUrl, apiKey: testClientKey, maxRetries: 0 });
  return {
    demo,
    client,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await demo.close();
    },
  };
}

/** One more turn by a client that knows nothing of affinity; gives the provider that answered. */
async function turn(
  client: OpenAI,
  messages: Message[],
  words: string,
  stream: boolean,
): Promise<string | null> {
  messages.push({ role: 'user', content: words });
  const request = { model: 'claude-opus-4.5', messages, group: 'openrouter' };
  if (!stream) {
    const { data, response } = await client.chat.completions.create(request as never).withResponse();
    const message = data.choices[0]?.message;
    if (message) messages.push(message);
    return response.headers.get('x-demo-provider');
  }
  const { data, response } = await client.chat.completions
    .create({ ...request, stream: true } as OpenAI.ChatCompletionCreateParamsStreaming)
    .withResponse();
  let content = '';
  for await (const chunk of data) content += chunk.choices[0]?.delta.content ?? '';
  messages.push({ role: 'assistant', content });
  return response.headers.get('x-demo-provider');
}

describe('a conversation stays with its provider, though the client knows nothing of it', () => {
  test.each([false, true])('through ten turns (streamed: %s)', async (stream) => {
    await using it = await startWithDemo();
    const messages: Message[] = [];
    const providers = new Set<string | null>();
    for (let count = 0; count < 10; count++) {
      providers.add(await turn(it.client, messages, `Turn ${count} tokens=5`, stream));
    }
    expect(providers.size).toBe(1);
  });

  test('and conversations at once do not mix, even when they begin with the same words', async () => {
    await using it = await startWithDemo();
    const talks = Array.from({ length: 6 }, () => ({
      messages: [] as Message[],
      providers: new Set<string | null>(),
    }));
    for (let count = 0; count < 4; count++) {
      for (const [index, talk] of talks.entries()) {
        const words =
          count === 0 ? `The same words tokens=${5 + index}` : `Turn ${count} of ${index} tokens=5`;
        talk.providers.add(await turn(it.client, talk.messages, words, false));
      }
    }
    expect(talks.map(({ providers }) => providers.size)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(new Set(talks.flatMap(({ providers }) => [...providers])).size).toBeGreaterThan(1);
  });

  test('unless the user has switched that off', async () => {
    await using it = await startWithDemo({ affinity: false });
    const messages: Message[] = [];
    const providers = new Set<string | null>();
    for (let count = 0; count < 20; count++) {
      providers.add(await turn(it.client, messages, `Turn ${count} tokens=5`, false));
    }
    expect(providers.size).toBeGreaterThan(1);
  });
});

describe('what is added to the request', () => {
  /** An upstream that notes the bodies and refuses what `refuses` says. */
  async function startNoting(refuses: (body: Record<string, unknown>) => boolean) {
    const bodies: string[] = [];
    const upstream = await startHttpUpstream(async (request, response) => {
      const text = (await readBody(request)).toString();
      bodies.push(text);
      const refused = refuses(JSON.parse(text) as Record<string, unknown>);
      response.writeHead(refused ? 400 : 200, {
        'content-type': 'application/json',
        'x-request-id': `req_${bodies.length}`,
      });
      response.end(
        refused ? '{"error":{}}' : '{"choices":[{"message":{"role":"assistant","content":"yes"}}]}',
      );
    });
    const proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const post = async (body: string): Promise<number> =>
      (
        await fetch(`${proxy.baseUrl}/chat/completions`, {
          method: 'POST',
          headers: { ...proxy.auth, 'content-type': 'application/json' },
          body,
        })
      ).status;
    return {
      bodies,
      post,
      async [Symbol.asyncDispose]() {
        await proxy[Symbol.asyncDispose]();
        await upstream[Symbol.asyncDispose]();
      },
    };
  }

  const first = '{"model":"m", "seed":9007199254740993,"messages":[{"role":"user","content":"a"}]}';
  const second =
    '{"model":"m", "seed":9007199254740993,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"yes"},{"role":"user","content":"b"}]}';

  test('is the id of the request before, and nothing else changes', async () => {
    await using it = await startNoting(() => false);
    await it.post(first);
    await it.post(second);
    expect(it.bodies).toEqual([first, second.replace(/\}$/, ',"previous_request_id":"req_1"}')]);
  });

  test("leaves a client's own id as it is", async () => {
    await using it = await startNoting(() => false);
    const own = second.replace(/\}$/, ',"previous_request_id":"mine"}');
    await it.post(first);
    await it.post(own);
    expect(it.bodies[1]).toBe(own);
  });

  test('is taken back where the upstream refuses it; an upstream that knows no ids is left alone from then on', async () => {
    await using it = await startNoting((body) => 'previous_request_id' in body);
    expect([await it.post(first), await it.post(second)]).toEqual([200, 200]);
    expect(it.bodies.length).toBe(3);
    expect(it.bodies[2]).toBe(second);
    await it.post(second);
    expect(it.bodies.slice(3)).toEqual([second]);
  });
});
