import type { ChatCompletion } from 'openai/resources/chat/completions';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DemoUpstream } from '../../../electron/core/demo-upstream/demo-upstream.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { ask, chatRequest, demoKey, errorOf, sdkFor, startDemo } from './start-demo.ts';

let demo: DemoUpstream;
beforeEach(async () => void (demo = await startDemo()));
afterEach(() => demo.close());

describe('the demo as an upstream', () => {
  it('lists models with cost and groups, costs of all three types among them', async () => {
    const page = await sdkFor(demo).models.list();
    const models = page.data as unknown as {
      id: string;
      object: string;
      cost: unknown;
      available_groups: string[];
    }[];
    expect(models.map(({ id }) => id)).toContain('gpt-5.2');
    expect(models.map(({ id }) => id)).not.toContain('text-embedding-3-small');
    expect(new Set(models.map(({ cost }) => typeof cost))).toEqual(new Set(['number', 'string', 'object']));
    expect(new Set(models.flatMap((model) => model.available_groups))).toEqual(
      new Set(['openai', 'openrouter', 'fal-ai']),
    );
    expect(models.every(({ object }) => object === 'model')).toBe(true);
  });

  it('finds a model whose id holds a slash, encoded or not', async () => {
    const encoded = await sdkFor(demo).models.retrieve('sora-2/text-to-video');
    expect(encoded.id).toBe('sora-2/text-to-video');
    const plain = await ask(demo, '/models/sora-2/text-to-video');
    expect(await plain.json()).toMatchObject({ id: 'sora-2/text-to-video', available_groups: ['fal-ai'] });
    const unknown = await ask(demo, '/models/no-such-model');
    expect(unknown.status).toBe(404);
    expect((await errorOf(unknown)).code).toBe('model_not_found');
  });

  it('tells about the account', async () => {
    const response = await ask(demo, '/me');
    expect(await response.json()).toMatchObject({ plan: 'demo', credits: 1_000_000 });
  });

  it('wants a key, and only one that it knows', async () => {
    const strict = await startDemo({ acceptKey: (key) => key === demoKey });
    try {
      expect((await ask(strict, '/models')).status).toBe(200);
      const wrong = await ask(strict, '/models', undefined, { headers: { authorization: 'Bearer other' } });
      expect(wrong.status).toBe(401);
      expect(await errorOf(wrong)).toMatchObject({ code: 'invalid_api_key', param: null });
      expect((await fetch(`${strict.baseUrl}/models`)).status).toBe(401);
    } finally {
      await strict.close();
    }
  });

  it('gives each answer an id of its own, even where chance does not', async () => {
    const dull = await startDemo({ random: () => 0 });
    const ids = [await ask(dull, '/models'), await ask(dull, '/me'), await ask(dull, '/nothing')].map(
      ({ headers }) => headers.get('x-request-id'),
    );
    await dull.close();
    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => id?.startsWith('req_demo_'))).toBe(true);
  });

  it('answers unknown paths, wrong methods and OPTIONS in a way that tools understand', async () => {
    const unknown = await ask(demo, '/moderations', { input: 'x' });
    expect(unknown.status).toBe(404);
    expect((await errorOf(unknown)).code).toBe('unknown_url');
    const wrong = await ask(demo, '/chat/completions');
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('POST, OPTIONS');
    const options = await ask(demo, '/models', undefined, { method: 'OPTIONS' });
    expect(options.status).toBe(204);
    const head = await ask(demo, '/models', undefined, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('refuses what is no JSON object', async () => {
    for (const body of ['{"model": ', '[1]', '']) {
      const response = await ask(demo, '/chat/completions', body);
      expect(response.status).toBe(400);
      expect((await errorOf(response)).code).toBe('invalid_json');
    }
  });

  it('remembers requests for tests, bodies only if asked', async () => {
    const recording = await startDemo({ recordBodies: true });
    await ask(recording, '/chat/completions?x=1', chatRequest('Hello', { group: 'openrouter' }));
    await ask(demo, '/chat/completions', chatRequest());
    const [record] = recording.requests;
    expect(record).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions?x=1',
      model: 'gpt-5.2',
      group: 'openrouter',
      status: 200,
      closedEarly: false,
    });
    expect(record?.headers.authorization).toBe(`Bearer ${demoKey}`);
    expect(record?.rawHeaders).toContain(`Bearer ${demoKey}`);
    expect(JSON.parse(String(record?.body))).toMatchObject({ group: 'openrouter' });
    expect(record?.bodyBytes).toBe(record?.body?.length);
    expect(demo.requests[0]).not.toHaveProperty('body');
    await recording.close();
  });

  it('keeps the last thousand requests', async () => {
    for (let round = 0; round < 21; round += 1) {
      await Promise.all(
        Array.from({ length: 50 }, () => ask(demo, '/me').then((response) => response.text())),
      );
    }
    const after = await ask(demo, '/me');
    expect(demo.requests).toHaveLength(1000);
    expect(demo.requests.at(-1)?.id).toBe(after.headers.get('x-request-id'));
  });
});

/** The cached tokens that an answer counts. */
async function cachedOf(response: Response): Promise<number> {
  const answer = (await response.json()) as ChatCompletion;
  return answer.usage?.prompt_tokens_details?.cached_tokens ?? -1;
}

describe('groups and providers', () => {
  it('refuses a group that the model is not in, and names those it is in', async () => {
    const response = await ask(demo, '/chat/completions', chatRequest('Hi', { group: 'fal-ai' }));
    expect(response.status).toBe(400);
    const error = await errorOf(response);
    expect(error).toMatchObject({ code: 'group_not_available', param: 'group' });
    expect(error.message).toContain('openai, openrouter');
  });

  it('refuses an unknown model and a missing one', async () => {
    const unknown = await ask(demo, '/chat/completions', chatRequest('Hi', { model: 'gpt-99' }));
    expect([unknown.status, (await errorOf(unknown)).code]).toEqual([404, 'model_not_found']);
    const missing = await ask(demo, '/chat/completions', { messages: [{ role: 'user', content: 'Hi' }] });
    expect([missing.status, (await errorOf(missing)).param]).toEqual([400, 'model']);
  });

  it('spreads requests over providers, but goes back to the one that a request names', async () => {
    const seen = new Set<string | null>();
    let first = await ask(demo, '/chat/completions', chatRequest('Hi', { group: 'openrouter' }));
    for (let round = 0; round < 20; round += 1) {
      const free = await ask(demo, '/chat/completions', chatRequest('Hi', { group: 'openrouter' }));
      seen.add(free.headers.get('x-demo-provider'));
      const next = await ask(
        demo,
        '/chat/completions',
        chatRequest('Hi', { group: 'openrouter', previous_request_id: first.headers.get('x-request-id') }),
      );
      expect(next.headers.get('x-demo-provider')).toBe(first.headers.get('x-demo-provider'));
      first = next;
    }
    expect(seen).toEqual(new Set(['atlas', 'borealis', 'cygnus']));
  });

  it('counts cached tokens only where the provider knows the conversation', async () => {
    const text = 'a long conversation '.repeat(20);
    const first = await ask(demo, '/chat/completions', chatRequest(text));
    const second = await ask(
      demo,
      '/chat/completions',
      chatRequest(text, { previous_request_id: first.headers.get('x-request-id') }),
    );
    expect(await cachedOf(first)).toBe(0);
    expect(await cachedOf(second)).toBeGreaterThan(0);
  });

  it('refuses a request id that it never gave', async () => {
    const request = chatRequest('Hi', { previous_request_id: 'req_demo_never' });
    const response = await ask(demo, '/chat/completions', request);
    expect([response.status, (await errorOf(response)).code]).toEqual([400, 'invalid_previous_request_id']);
  });

  it('stays in the group of the earlier request where the model is in it', async () => {
    const first = await ask(demo, '/chat/completions', chatRequest('Hi', { group: 'openrouter' }));
    const id = first.headers.get('x-request-id');
    await ask(demo, '/chat/completions', chatRequest('Hi', { previous_request_id: id }));
    await ask(demo, '/chat/completions', chatRequest('Hi'));
    expect(demo.requests.map(({ group }) => group)).toEqual(['openrouter', 'openrouter', 'openai']);
  });
});

describe('limits and credits', () => {
  it('refuses the third request within a second, says when to come back, and lets it in then', async () => {
    const clock = new HandClock();
    const limited = await startDemo({ clock, limits: () => ({ perMinute: 40, perSecond: 2 }) });
    const statuses = [];
    for (let count = 0; count < 3; count += 1) {
      const response = await ask(limited, '/chat/completions', chatRequest());
      statuses.push([response.status, response.headers.get('retry-after')]);
    }
    expect(statuses).toEqual([
      [200, null],
      [200, null],
      [429, '1'],
    ]);
    expect((await ask(limited, '/models')).status).toBe(200);
    clock.advance(1000);
    expect((await ask(limited, '/chat/completions', chatRequest())).status).toBe(200);
    await limited.close();
  });

  it('takes the limits anew at each request', async () => {
    let perMinute = 1;
    const limited = await startDemo({ clock: new HandClock(), limits: () => ({ perMinute, perSecond: 0 }) });
    await ask(limited, '/chat/completions', chatRequest());
    const refused = await ask(limited, '/chat/completions', chatRequest());
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await errorOf(refused)).code).toBe('rate_limit_exceeded');
    perMinute = 0;
    expect((await ask(limited, '/chat/completions', chatRequest())).status).toBe(200);
    await limited.close();
  });

  it('counts credits down and refuses when they are gone', async () => {
    const poor = await startDemo({ credits: 25 });
    const statuses = [];
    for (let count = 0; count < 3; count += 1) {
      statuses.push((await ask(poor, '/chat/completions', chatRequest())).status);
    }
    expect(statuses).toEqual([200, 200, 429]);
    expect(await (await ask(poor, '/me')).json()).toMatchObject({ credits: 5 });
    const refused = await ask(poor, '/chat/completions', chatRequest());
    expect((await errorOf(refused)).code).toBe('insufficient_quota');
    await poor.close();
  });
});
