import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHeadless, type HeadlessHost } from '../support/headless-host.ts';

let host: HeadlessHost;
let client: OpenAI;

beforeAll(async () => {
  host = await startHeadless({
    args: ['--demo', '--no-ui', '--set', 'limits.perMinute=0', '--set', 'limits.perSecond=0'],
  });
  client = new OpenAI({ baseURL: host.proxy, apiKey: host.clientKey, maxRetries: 0 });
});
afterAll(async () => await host[Symbol.asyncDispose]());

const hello = [{ role: 'user' as const, content: 'A short story about a kitten tokens=20' }];
const weather: Record<string, unknown> = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
  required: ['city', 'days'],
};

describe('the official OpenAI SDK through the proxy, against the demo upstream', () => {
  test('chats', async () => {
    const completion = await client.chat.completions.create({ model: 'gpt-5.2', messages: hello });
    expect(completion.choices[0]?.message.content).toMatch(/demo/i);
    expect(completion.usage?.total_tokens).toBeGreaterThan(0);
  });

  test('streams, with usage at the end', async () => {
    const stream = await client.chat.completions.create({
      model: 'gpt-5.2',
      messages: hello,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let usage = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage += chunk.usage?.total_tokens ?? 0;
    }
    expect(text).toMatch(/demo/i);
    expect(usage).toBeGreaterThan(0);
  });

  test('runs tools to their end', async () => {
    const seen: unknown[] = [];
    const runner = client.chat.completions.runTools({
      model: 'claude-opus-4.5',
      messages: [{ role: 'user', content: 'How is the weather?' }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'The weather of some days',
            parameters: weather,
            parse: (text: string): object => JSON.parse(text) as object,
            function: (args: object) => {
              seen.push(args);
              return 'sunny';
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toContain('sunny');
    expect(seen).toEqual([{ city: expect.any(String), days: expect.any(Number) }]);
  });

  test('asks responses, plain and streamed', async () => {
    const plain = await client.responses.create({ model: 'gpt-5.2', input: 'Hello tokens=10' });
    expect(plain.output_text).toMatch(/demo/i);
    const kinds: string[] = [];
    const stream = await client.responses.create({
      model: 'gpt-5.2',
      input: 'Hello tokens=10',
      stream: true,
      previous_response_id: plain.id,
    });
    for await (const event of stream) kinds.push(event.type);
    expect(kinds[0]).toBe('response.created');
    expect(kinds).toContain('response.output_text.delta');
    expect(kinds.at(-1)).toBe('response.completed');
  });

  test('calls functions by responses', async () => {
    const stream = client.responses.stream({
      model: 'gpt-5.2',
      input: 'How is the weather?',
      tools: [{ type: 'function', name: 'get_weather', parameters: weather, strict: false }],
    });
    const response = await stream.finalResponse();
    const call = response.output.find((item) => item.type === 'function_call');
    expect(JSON.parse(call?.arguments ?? '')).toMatchObject({ city: expect.any(String) });
  });

  test('makes and edits images', async () => {
    const image = await client.images.generate({
      model: 'gpt-image-1.5',
      prompt: 'A baby otter',
      size: '64x48',
    });
    const png = Buffer.from(image.data?.[0]?.b64_json ?? '', 'base64');
    expect(pngSize(png)).toEqual([64, 48]);
    expect(image.data?.[0]).not.toHaveProperty('url');
    const edited = await client.images.edit({
      model: 'gpt-image-1.5',
      prompt: 'Add sunglasses',
      image: [await toFile(png, 'otter.png', { type: 'image/png' })],
    });
    const result = Buffer.from(edited.data?.[0]?.b64_json ?? '', 'base64');
    expect(pngSize(result)).toEqual([64, 48]);
    expect(result.equals(png)).toBe(false);
  });

  test('embeds', async () => {
    const { data } = await client.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'] });
    expect(data.map(({ embedding }) => embedding.length > 100)).toEqual([true, true]);
  });

  test('lists models with cost and groups, and asks for one whose name has a slash', async () => {
    const models = (await client.models.list()).data as unknown as {
      id: string;
      cost: unknown;
      available_groups: string[];
    }[];
    expect(models.length).toBeGreaterThan(20);
    for (const model of models) {
      expect(model.cost).toBeDefined();
      expect(model.available_groups.length).toBeGreaterThan(0);
    }
    expect(await client.models.retrieve('sora-2/text-to-video')).toMatchObject({
      id: 'sora-2/text-to-video',
    });
  });

  test('reads the request id, and goes back to the same provider by it', async () => {
    const first = await client.chat.completions
      .create({ model: 'claude-opus-4.5', messages: hello, group: 'openrouter' } as never)
      .withResponse();
    const id = first.response.headers.get('x-request-id');
    const provider = first.response.headers.get('x-demo-provider');
    expect(id).toMatch(/^req_/);
    for (let turn = 0; turn < 5; turn++) {
      const next = await client.chat.completions
        .create({
          model: 'claude-opus-4.5',
          messages: hello,
          group: 'openrouter',
          previous_request_id: id,
        } as never)
        .withResponse();
      expect(next.response.headers.get('x-demo-provider')).toBe(provider);
    }
  });

  test('passes group and duration on as extra fields', async () => {
    const video = await client.chat.completions.create({
      model: 'sora-2/text-to-video',
      messages: [{ role: 'user', content: 'cat' }],
      group: 'fal-ai',
      duration: 8,
    } as never);
    expect(video.choices[0]?.message.content).toContain('8');
    await expect(
      client.chat.completions.create({ model: 'gpt-5.2', messages: hello, group: 'fal-ai' } as never),
    ).rejects.toMatchObject({
      status: 400,
      code: 'group_not_available',
    });
  });

  test('is told on every answer that this is the demo', async () => {
    const { response } = await client.models.list().withResponse();
    expect(response.headers.get('x-cody-demo')).toBe('true');
    const refused = await fetch(`${host.proxy}/nowhere`, {
      headers: { authorization: `Bearer ${host.clientKey}` },
    });
    expect([refused.status, refused.headers.get('x-cody-demo')]).toEqual([404, 'true']);
  });
});

function pngSize(png: Buffer): number[] {
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}
