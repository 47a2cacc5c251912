import OpenAI, { toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import { startNotingUpstream } from '../../support/noting-upstream.ts';
import { startTestProxy, testClientKey, type TestProxyOptions } from '../../support/test-proxy.ts';

/** A proxy before an upstream that notes what comes, with the list of models known. */
async function start(options: Partial<TestProxyOptions> = {}) {
  const upstream = await startNotingUpstream();
  const proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl, ...options });
  await proxy.models.catalogue.refresh();
  return {
    upstream,
    proxy,
    sdk: new OpenAI({ baseURL: proxy.baseUrl, apiKey: testClientKey, maxRetries: 0 }),
    post: async (body: unknown, path = '/v1/chat/completions', headers: Record<string, string> = {}) =>
      await fetch(proxy.origin + path, {
        method: 'POST',
        headers: { ...proxy.auth, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

const codeOf = async (answer: Response): Promise<string> =>
  ((await answer.json()) as { error: { code: string } }).error.code;

describe('the group that a request goes to', () => {
  const rules = [{ groups: ['openrouter'] }];

  test.each([
    ['its body', { group: 'openai' }, '/v1/chat/completions', { 'x-cody-group': 'azure' }, 'openai', 'body'],
    ['its header', {}, '/v1/chat/completions', { 'x-cody-group': 'openai' }, 'openai', 'header'],
    ['its path', {}, '/g/openai/v1/chat/completions', {}, 'openai', 'path'],
    ["its model's name", { model: 'gpt-5.2@openai' }, '/v1/chat/completions', {}, 'openai', 'model'],
    ['a rule', {}, '/v1/chat/completions', {}, 'openrouter', 'rule'],
  ] as const)('is named by %s', async (_who, fields, path, headers, group, source) => {
    await using it = await start({ routing: { rules } });
    const answer = await it.post({ model: 'gpt-5.2', messages: [], ...fields }, path, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-cody-group')).toBe(group);
    expect(it.upstream.requests[0]?.fields).toMatchObject({ model: 'gpt-5.2', group });
    expect(it.upstream.requests[0]?.headers).not.toHaveProperty('x-cody-group');
    expect(it.proxy.records()[0]).toMatchObject({
      group,
      model: 'gpt-5.2',
      route: { source, groups: [group] },
    });
  });

  test("is the client key's own, else the first rule's that fits, else the default", async () => {
    await using own = await start({ policy: { group: 'azure' }, routing: { rules } });
    await own.post({ model: 'gpt-5.2' });
    expect(own.upstream.requests[0]?.fields['group']).toBe('azure');
    const routing = {
      rules: [
        { models: ['claude-*'], groups: ['openrouter'] },
        { endpoints: ['/responses'], clients: ['te?t'], groups: ['azure'] },
      ],
      defaultGroup: 'openai',
    };
    await using it = await start({ routing });
    await it.post({ model: 'claude-opus-4.5' });
    await it.post({ model: 'gpt-5.2' }, '/v1/responses');
    await it.post({ model: 'gpt-5.2' });
    expect(it.upstream.requests.map(({ fields }) => fields['group'])).toEqual([
      'openrouter',
      'azure',
      'openai',
    ]);
  });

  test('is left to the upstream where nobody names one, and nothing is added', async () => {
    await using it = await start();
    const body = '{"model":"gpt-5.2", "seed":9007199254740993,"x":1.0}';
    const answer = await it.post(body);
    expect(answer.headers.has('x-cody-group')).toBe(false);
    expect(it.upstream.requests[0]?.body).toBe(body);
    expect(it.proxy.records()[0]?.route).toEqual({ groups: [], source: 'none', rule: null, skipped: [] });
  });

  test('changes only its own field of the body', async () => {
    await using it = await start({ routing: { defaultGroup: 'openai' } });
    const body = '{"model":"gpt-5.2", "seed":9007199254740993,"x":1.0}';
    await it.post(body);
    await it.post(body.replace('{', '{"group":"azure",'));
    expect(it.upstream.requests.map((request) => request.body)).toEqual([
      body.replace('}', ',"group":"openai"}'),
      body.replace('{', '{"group":"azure",'),
    ]);
  });

  test('that was asked for and does not have the model is refused, with those that have it', async () => {
    await using it = await start();
    const error: unknown = await it.sdk.chat.completions
      .create({ model: 'gpt-5.2@fal-ai', messages: [] })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({
      code: 'group_not_available',
      param: 'group',
      message: expect.stringContaining('openai, openrouter, azure'),
    });
    expect(it.upstream.requests.length).toBe(0);
    expect(it.proxy.records()[0]).toMatchObject({
      end: 'refused',
      status: 400,
      remedy: { kind: 'use_group', model: 'gpt-5.2', groups: ['openai', 'openrouter', 'azure'] },
    });
  });

  test('that only a rule names is passed over where it does not have the model', async () => {
    await using it = await start({ routing: { rules: [{ groups: ['fal-ai', 'openai'] }] } });
    await it.post({ model: 'gpt-5.2' });
    expect(it.upstream.requests[0]?.fields['group']).toBe('openai');
    expect(it.proxy.records()[0]?.route?.skipped).toEqual([{ group: 'fal-ai', why: 'not_available' }]);
  });

  test('may have any name, and is remembered by the beginning of a long one', async () => {
    await using it = await start();
    const odd = await it.post('{"model":"brand-new","group":"\\ud800"}');
    expect([odd.status, odd.headers.get('x-cody-group')]).toEqual([200, '%EF%BF%BD']);
    const long = 'g'.repeat(8_000);
    expect((await it.post({ model: 'm' }, undefined, { 'x-cody-group': long })).status).toBe(200);
    expect(it.upstream.requests.at(-1)?.fields['group']).toBe(long);
    expect((await it.post({ model: 'gpt-5.2', group: long })).status).toBe(400);
    for (const record of it.proxy.records()) expect(JSON.stringify(record).length).toBeLessThan(3_000);
  });

  test('is not checked for models that nobody lists', async () => {
    await using it = await start();
    await it.post({ model: 'brand-new', group: 'anything' });
    expect(it.upstream.requests[0]?.body).toBe('{"model":"brand-new","group":"anything"}');
  });
});

describe('forms are routed like JSON', () => {
  const image = () => toFile(Buffer.from('\x89PNG\r\n--not a boundary\r\n'), 'a.png', { type: 'image/png' });

  test('by their fields, header, path and rules', async () => {
    await using it = await start({
      routing: { rules: [{ endpoints: ['/images/*'], groups: ['openrouter'] }] },
    });
    await it.sdk.images.edit({ model: 'gpt-5.2', prompt: 'x', image: await image() });
    await it.sdk.images.edit({ image: await image(), model: 'gpt-5.2@azure', prompt: 'x' });
    await it.sdk.images.edit({
      image: await image(),
      prompt: 'x',
      model: 'gpt-5.2',
      group: 'openai',
    } as never);
    const forms = it.upstream.requests.map(({ body, headers }) => readForm(body, headers['content-type']));
    const fields = await Promise.all(forms);
    expect(fields.map((form) => [form.get('model'), form.getAll('group')])).toEqual([
      ['gpt-5.2', ['openrouter']],
      ['gpt-5.2', ['azure']],
      ['gpt-5.2', ['openai']],
    ]);
    const file = fields[0]?.get('image') as File;
    expect(Buffer.from(await file.arrayBuffer()).toString('latin1')).toBe(
      Buffer.from('\x89PNG\r\n--not a boundary\r\n').toString('latin1'),
    );
    expect(it.proxy.records().map(({ model, route }) => [model, route?.source])).toEqual([
      ['gpt-5.2', 'body'],
      ['gpt-5.2', 'model'],
      ['gpt-5.2', 'rule'],
    ]);
  });

  test('by aliases with their parameters', async () => {
    const aliases = [
      { name: 'paint', model: 'gpt-5.2', group: 'azure', parameters: { quality: 'high', n: 2 } },
    ];
    await using it = await start({ routing: { aliases } });
    await it.sdk.images.edit({ image: await image(), model: 'paint', prompt: 'x', n: 1 });
    const { body, headers } = it.upstream.requests[0] ?? { body: '', headers: {} };
    const form = await readForm(body, headers['content-type']);
    expect(Object.fromEntries([...form].filter(([name]) => name !== 'image'))).toEqual({
      model: 'gpt-5.2',
      group: 'azure',
      quality: 'high',
      n: '1',
      prompt: 'x',
    });
    expect(Number(headers['content-length'])).toBe(body.length);
  });

  test('even one too large to be collected, whose first fields are known', async () => {
    await using it = await start({ routing: { defaultGroup: 'openai' } });
    const large = await toFile(Buffer.alloc(33 * 1024 * 1024, 'x'), 'a.png');
    await it.sdk.images.edit({ model: 'gpt-5.2', prompt: 'x', image: large });
    const { body, headers } = it.upstream.requests[0] ?? { body: '', headers: {} };
    expect(Number(headers['content-length'])).toBe(body.length);
    const form = await readForm(body, headers['content-type']);
    expect([form.get('group'), (form.get('image') as File).size]).toEqual(['openai', 33 * 1024 * 1024]);
  });

  test('but a form in which no part can be found passes as it is, and goes where the upstream chooses', async () => {
    await using it = await start({ routing: { defaultGroup: 'openai' } });
    const body = '--B\nContent-Disposition: form-data; name="model"\n\ngpt-5.2\n--B--\n';
    const answer = await it.post(body, '/v1/images/edits', {
      'content-type': 'multipart/form-data; boundary=B',
    });
    expect(answer.headers.has('x-cody-group')).toBe(false);
    expect(it.upstream.requests[0]?.body).toBe(body);
    expect(it.proxy.records()[0]?.route).toBeNull();
  });

  test('but one too large, whose file comes first, passes as it is', async () => {
    await using it = await start({ routing: { defaultGroup: 'openai' } });
    const large = await toFile(Buffer.alloc(33 * 1024 * 1024, 'x'), 'a.png');
    await it.sdk.images.edit({ image: large, model: 'gpt-5.2', prompt: 'x', group: 'azure' } as never);
    const { body, headers } = it.upstream.requests[0] ?? { body: '', headers: {} };
    const form = await readForm(body, headers['content-type']);
    expect(form.getAll('group')).toEqual(['azure']);
  });
});

describe('aliases', () => {
  const aliases = [
    { name: 'gpt-4o', model: 'gpt-5.2' },
    {
      name: 'video',
      model: 'sora-2/text-to-video',
      group: 'fal-ai',
      parameters: { duration: 8, size: { w: 1 } },
    },
  ];

  test('stand for another model, with its group and parameters', async () => {
    await using it = await start({ routing: { aliases } });
    await it.post('{"model":"gpt-4o","messages":[]}');
    await it.post('{"model":"video","messages":[]}');
    expect(it.upstream.requests.map(({ body }) => body)).toEqual([
      '{"model":"gpt-5.2","messages":[]}',
      '{"model":"sora-2/text-to-video","messages":[],"duration":8,"size":{"w":1},"group":"fal-ai"}',
    ]);
    expect(it.proxy.records().at(-1)).toMatchObject({ askedModel: 'gpt-4o', model: 'gpt-5.2' });
  });

  test('never change a parameter that was sent, not even one that is null', async () => {
    await using it = await start({ routing: { aliases } });
    await it.post('{"model":"video","duration":4,"size":null}');
    expect(it.upstream.requests[0]?.body).toBe(
      '{"model":"sora-2/text-to-video","duration":4,"size":null,"group":"fal-ai"}',
    );
  });

  test('may stand for a model with a group', async () => {
    await using it = await start({ routing: { aliases: [{ name: 'nick', model: 'gpt-5.2@openrouter' }] } });
    await it.post({ model: 'nick' });
    await it.post({ model: 'nick@azure' });
    expect(it.upstream.requests.map(({ fields }) => fields)).toEqual([
      { model: 'gpt-5.2', group: 'openrouter' },
      { model: 'gpt-5.2', group: 'azure' },
    ]);
    expect(it.proxy.records()[1]?.route?.source).toBe('alias');
  });

  test('name model and group in fields of their own, not among the parameters', async () => {
    const parameters = { model: 'x', group: 'openai', previous_request_id: 'x', n: 1 };
    const nick = { name: 'nick', model: 'gpt-5.2', group: 'azure', parameters };
    await using it = await start({ routing: { aliases: [nick, { ...nick, name: 'nack', group: '' }] } });
    await it.post({ model: 'nick' });
    await it.post({ model: 'nack' });
    expect(it.upstream.requests.map(({ body }) => body)).toEqual([
      '{"model":"gpt-5.2","n":1,"group":"azure"}',
      '{"model":"gpt-5.2","n":1}',
    ]);
  });

  test('may ask for a stream, or for pictures by address, like any request', async () => {
    const parameters = { stream: true, response_format: 'url' };
    await using it = await start({ routing: { aliases: [{ name: 'nick', model: 'gpt-5.2', parameters }] } });
    await it.post({ model: 'nick' });
    await it.post({ model: 'nick', stream: false });
    expect(it.proxy.records().map(({ streamed }) => streamed)).toEqual([false, true]);
  });

  test('may be asked for with another group', async () => {
    await using it = await start({ routing: { aliases } });
    await it.post({ model: 'gpt-4o@azure' });
    expect(it.upstream.requests[0]?.fields).toEqual({ model: 'gpt-5.2', group: 'azure' });
  });
});

describe('the list of models', () => {
  const routing = {
    aliases: [{ name: 'video', model: 'sora-2/text-to-video' }],
    listGroupNames: true,
    hiddenModels: ['mystery'],
  };

  test('has the aliases, and names with groups if the user wants them', async () => {
    await using it = await start({ routing });
    const ids = (await it.sdk.models.list()).data.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([
        'gpt-5.2',
        'sora-2/text-to-video',
        'video',
        'gpt-5.2@azure',
        'claude-opus-4.5@openrouter',
      ]),
    );
    expect(ids).not.toContain('mystery');
    expect(it.upstream.requests.length).toBe(0);
  });

  test('holds only what a group has where the path names one', async () => {
    await using it = await start();
    const answer = await fetch(`${it.proxy.origin}/g/openrouter/v1/models`, { headers: it.proxy.auth });
    const { data } = (await answer.json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['gpt-5.2', 'claude-opus-4.5', 'mystery']);
  });

  test.each(['gpt-5.2', 'sora-2/text-to-video', 'video', 'gpt-5.2@azure', 'mystery'])(
    'has %s by its id',
    async (id) => {
      await using it = await start({ routing });
      expect(await it.sdk.models.retrieve(id)).toMatchObject({ id });
    },
  );

  test('tells cost and groups as the upstream does', async () => {
    await using it = await start();
    expect(await it.sdk.models.retrieve('gpt-5.2')).toMatchObject({
      cost: 10,
      available_groups: ['openai', 'openrouter', 'azure'],
    });
  });

  test('is remembered as an exchange that was answered from what is kept', async () => {
    await using it = await start();
    await it.sdk.models.list();
    expect(it.proxy.records()[0]).toMatchObject({
      path: '/v1/models',
      status: 200,
      fromCache: true,
      end: 'done',
      clientName: 'Test',
    });
    expect(it.proxy.records()[0]?.bytesOut).toBeGreaterThan(100);
  });

  test('is not given to those who have no key', async () => {
    await using it = await start();
    const answer = await fetch(`${it.proxy.baseUrl}/models`);
    expect([answer.status, await codeOf(answer)]).toEqual([401, 'invalid_client_key']);
  });
});

async function readForm(body: string, contentType: string | undefined): Promise<FormData> {
  const bytes = Buffer.from(body, 'latin1');
  return await new Response(bytes, { headers: { 'content-type': contentType ?? '' } }).formData();
}
