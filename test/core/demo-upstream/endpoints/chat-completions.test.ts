import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoUpstream } from '../../../../electron/core/demo-upstream/demo-upstream.ts';
import { encodePng } from '../../../../electron/core/demo-upstream/pictures/encode-png.ts';
import { ask, chatRequest, errorOf, sdkFor, startDemo } from '../start-demo.ts';

let demo: DemoUpstream;
beforeAll(async () => void (demo = await startDemo()));
afterAll(() => demo.close());

const weatherTool = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: {
      type: 'object' as const,
      properties: {
        city: { type: 'string' as const },
        days: { type: 'integer' as const, minimum: 2, maximum: 5 },
      },
      required: ['city', 'days'],
      additionalProperties: false,
    },
  },
};

function say(content: string) {
  return [{ role: 'user' as const, content }];
}

describe('chat completions', () => {
  it('answers the SDK, and says loudly that it is the demo', async () => {
    const { data, response } = await sdkFor(demo)
      .chat.completions.create({ model: 'gpt-5.2', messages: say('Hello there') })
      .withResponse();
    expect(response.headers.get('x-request-id')).toMatch(/^req_demo_/);
    expect(data.object).toBe('chat.completion');
    expect(data.choices[0]?.message.content).toMatch(/^\[Cody Desktop demo\][^]*Hello there/);
    expect(data.choices[0]?.finish_reason).toBe('stop');
    const usage = data.usage;
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
    expect(usage?.prompt_tokens_details?.cached_tokens).toBe(0);
  });

  it('answers in Russian where it is asked in Russian', async () => {
    const answer = await sdkFor(demo).chat.completions.create({
      model: 'glm-4.7',
      messages: say('Нарисуй таблицу и покажи код'),
    });
    const text = answer.choices[0]?.message.content ?? '';
    expect(text).toMatch(/^\[Cody Desktop demo\] Модель не спрашивали/);
    expect(text).toContain('| --- |');
    expect(text).toContain('```ts');
  });

  it('gives as many tokens as a test asks for, and stops at the limit', async () => {
    const whole = await sdkFor(demo).chat.completions.create({
      model: 'gpt-5.2',
      messages: say('tokens=500'),
    });
    expect([whole.usage?.completion_tokens, whole.choices[0]?.finish_reason]).toEqual([500, 'stop']);
    for (const limit of [{ max_tokens: 7 }, { max_completion_tokens: 7 }]) {
      const cut = await sdkFor(demo).chat.completions.create({
        model: 'gpt-5.2',
        messages: say('tokens=500'),
        ...limit,
      });
      expect([cut.usage?.completion_tokens, cut.choices[0]?.finish_reason]).toEqual([7, 'length']);
    }
  });

  it('streams role, content, reason and usage in this order, and the whole is what it says unstreamed', async () => {
    const request = { model: 'gpt-5.2', messages: say('A table, please') };
    const whole = await sdkFor(demo).chat.completions.create(request);
    const stream = await sdkFor(demo).chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks[0]?.choices[0]?.delta).toMatchObject({ role: 'assistant', content: '' });
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(chunks.length).toBe((whole.usage?.completion_tokens ?? 0) + 3);
  });

  it('ends its streams with [DONE], and sends no usage that was not asked for', async () => {
    const response = await ask(demo, '/chat/completions', chatRequest('Hello', { stream: true }));
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const text = await response.text();
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(text).not.toContain('usage');
  });

  it("works with the SDK's stream helper", async () => {
    const stream = sdkFor(demo).chat.completions.stream({
      model: 'gpt-5.2',
      messages: say('Hello'),
      stream_options: { include_usage: true },
    });
    let heard = '';
    stream.on('content', (delta) => (heard += delta));
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]?.message.content).toBe(heard);
    expect(final.usage?.completion_tokens).toBeGreaterThan(10);
  });

  it.each([false, true])(
    'calls the first tool once, then finishes in words (streamed: %s)',
    async (stream) => {
      const calls: unknown[] = [];
      const tools = [
        {
          type: 'function' as const,
          function: {
            ...weatherTool.function,
            parse: (text: string) => JSON.parse(text) as object,
            function: (argument: object) => {
              calls.push(argument);
              return 'sunny, 21 degrees';
            },
          },
        },
      ];
      const body = { model: 'gpt-5.2', messages: say('What is the weather?'), tools };
      const client = sdkFor(demo).chat.completions;
      const runner = stream ? client.runTools({ ...body, stream: true }) : client.runTools(body);
      const final = await runner.finalContent();
      expect(calls).toEqual([{ city: 'Moscow', days: 2 }]);
      expect(final).toContain('[Cody Desktop demo]');
      expect(final).toContain('sunny, 21 degrees');
    },
  );

  it('streams a tool call as name first, then its arguments', async () => {
    const stream = await sdkFor(demo).chat.completions.create({
      model: 'gpt-5.2',
      messages: say('Weather?'),
      tools: [weatherTool],
      stream: true,
    });
    const deltas = [];
    let reason: string | null | undefined;
    for await (const chunk of stream) {
      deltas.push(...(chunk.choices[0]?.delta.tool_calls ?? []));
      reason = chunk.choices[0]?.finish_reason ?? reason;
    }
    expect(deltas[0]).toMatchObject({
      id: expect.stringMatching(/^call_/),
      function: { name: 'get_weather', arguments: '' },
    });
    expect(deltas.length).toBeGreaterThan(3);
    expect(JSON.parse(deltas.map((delta) => delta.function?.arguments).join(''))).toMatchObject({ days: 2 });
    expect(reason).toBe('tool_calls');
  });

  it('obeys tool_choice', async () => {
    const other = { type: 'function', function: { name: 'other', parameters: { type: 'object' } } } as const;
    const create = (choice: 'none' | { type: 'function'; function: { name: string } }) =>
      sdkFor(demo).chat.completions.create({
        model: 'gpt-5.2',
        messages: say('Weather?'),
        tools: [weatherTool, other],
        tool_choice: choice,
      });
    const none = await create('none');
    expect(none.choices[0]?.message.tool_calls).toBeUndefined();
    const named = await create({ type: 'function', function: { name: 'other' } });
    expect(named.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: 'other', arguments: '{}' },
    });
  });

  it('answers in JSON that fits the schema', async () => {
    const answer = await sdkFor(demo).chat.completions.create({
      model: 'gpt-5.2',
      messages: say('Describe it'),
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'thing',
          schema: {
            type: 'object',
            properties: {
              title: { type: 'string' },
              size: { enum: ['big', 'small'] },
              tags: { type: 'array', items: { type: 'string' } },
            },
            required: ['title', 'size', 'tags'],
          },
        },
      },
    });
    expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({
      title: '[Cody Desktop demo]',
      size: 'big',
      tags: ['[Cody Desktop demo]'],
    });
    const free = await sdkFor(demo).chat.completions.create({
      model: 'gpt-5.2',
      messages: say('Any JSON'),
      response_format: { type: 'json_object' },
    });
    expect(JSON.parse(free.choices[0]?.message.content ?? '')).toMatchObject({ demo: expect.any(String) });
  });

  it('acknowledges pictures with their size', async () => {
    const png = await encodePng({ width: 33, height: 21, channels: 3, pixels: new Uint8Array(33 * 21 * 3) });
    const url = `data:image/png;base64,${png.toString('base64')}`;
    const answer = await sdkFor(demo).chat.completions.create({
      model: 'gpt-5.2',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    });
    expect(answer.choices[0]?.message.content).toContain('PNG, 33×21');
  });

  it('says where a video would be, and for how long it was asked', async () => {
    const response = await ask(
      demo,
      '/chat/completions',
      chatRequest('A cat', { model: 'sora-2/text-to-video', group: 'fal-ai', duration: 8 }),
    );
    const answer = (await response.json()) as { choices: { message: { content: string } }[] };
    expect(answer.choices[0]?.message.content).toMatch(
      /8 s.*https:\/\/demo\.invalid\/videos\/req_demo_\w+\.mp4/,
    );
  });

  it('speaks: a real WAV, whole or streamed in pieces', async () => {
    const request = {
      model: 'gpt-audio',
      messages: say('Say hello'),
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'wav' },
    } satisfies Parameters<ReturnType<typeof sdkFor>['chat']['completions']['create']>[0];
    const answer = await sdkFor(demo).chat.completions.create(request);
    const audio = answer.choices[0]?.message.audio;
    const wav = Buffer.from(audio?.data ?? '', 'base64');
    expect(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 12)).toBe('RIFFWAVE');
    expect(wav.readUInt32LE(4)).toBe(wav.length - 8);
    expect(audio?.transcript).toContain('[Cody Desktop demo]');

    const stream = await sdkFor(demo).chat.completions.create({ ...request, stream: true });
    const pieces: Buffer[] = [];
    for await (const chunk of stream) {
      const delta = chunk.choices[0]?.delta;
      pieces.push(Buffer.from(delta?.audio?.data ?? '', 'base64'));
    }
    expect(pieces.filter(({ length }) => length > 0).length).toBeGreaterThan(1);
    expect(Buffer.concat(pieces).equals(wav)).toBe(true);
  });

  it('refuses sound that it cannot make', async () => {
    const request = chatRequest('Hi', {
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'mp3' },
    });
    const response = await ask(demo, '/chat/completions', request);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).message).toContain('only makes wav and pcm');
  });

  it('wants messages', async () => {
    const response = await ask(demo, '/chat/completions', { model: 'gpt-5.2', messages: [] });
    expect([response.status, (await errorOf(response)).param]).toEqual([400, 'messages']);
  });

  it('calls a tool once in a conversation, even where the agent adds a user message after its end', async () => {
    const completion = await sdkFor(demo).chat.completions.create({
      model: 'gpt-5.2',
      tools: [weatherTool],
      messages: [
        { role: 'user', content: 'How is the weather?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
        { role: 'user', content: '<task-notification>done</task-notification>' },
      ],
    });
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.choices[0]?.message.tool_calls).toBeUndefined();
  });
});
