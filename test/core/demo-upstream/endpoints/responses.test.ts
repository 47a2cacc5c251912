import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoUpstream } from '../../../../electron/core/demo-upstream/demo-upstream.ts';
import { ask, errorOf, sdkFor, startDemo } from '../start-demo.ts';

let demo: DemoUpstream;
beforeAll(async () => void (demo = await startDemo()));
afterAll(() => demo.close());

const lookUp = {
  type: 'function',
  name: 'look_up',
  strict: false,
  parameters: { type: 'object', properties: { word: { type: 'string', minLength: 6 } }, required: ['word'] },
} as const;

describe('responses', () => {
  it('answers a text, and the SDK finds output_text', async () => {
    const response = await sdkFor(demo).responses.create({ model: 'gpt-5.2', input: 'Good morning' });
    expect(response.status).toBe('completed');
    expect(response.output_text).toMatch(/^\[Cody Desktop demo\][^]*Good morning/);
    expect(response.usage?.output_tokens).toBeGreaterThan(0);
  });

  it('sends the whole sequence of events, numbered', async () => {
    const stream = await sdkFor(demo).responses.create({
      model: 'gpt-5.2',
      input: 'tokens=20',
      stream: true,
    });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    const types = events.map((event) => event.type);
    expect(types.filter((type) => type !== 'response.output_text.delta')).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(types.filter((type) => type === 'response.output_text.delta')).toHaveLength(20);
  });

  it("works with the SDK's stream helper, and gives what it gives unstreamed", async () => {
    const request = { model: 'gpt-5.2', input: 'A formula, please' };
    const whole = await sdkFor(demo).responses.create(request);
    const stream = sdkFor(demo).responses.stream(request);
    let heard = '';
    stream.on('response.output_text.delta', ({ delta }) => (heard += delta));
    const final = await stream.finalResponse();
    expect(heard).toBe(whole.output_text);
    expect(final.output_text).toBe(whole.output_text);
    expect(final.status).toBe('completed');
  });

  it('calls a function, takes its output and finishes in words', async () => {
    const client = sdkFor(demo);
    const request = { model: 'gpt-5.2', tools: [lookUp] };
    const first = await client.responses.create({ ...request, input: 'Найди слово' });
    const call = first.output[0];
    if (call?.type !== 'function_call') throw new Error('no call');
    expect(call.name).toBe('look_up');
    expect(JSON.parse(call.arguments)).toEqual({ word: 'demo..' });
    const output = { type: 'function_call_output' as const, call_id: call.call_id, output: 'a door' };
    const byId = await client.responses.create({
      ...request,
      previous_response_id: first.id,
      input: [output],
    });
    expect(byId.output_text).toContain('Инструмент ответил: a door');
    const byHistory = await client.responses.create({
      ...request,
      input: [{ role: 'user', content: 'Find a word' }, call, output],
    });
    expect(byHistory.output_text).toContain('The tool answered: a door');
  });

  it('streams a function call that the helper understands', async () => {
    const stream = sdkFor(demo).responses.stream({ model: 'gpt-5.2', input: 'Find', tools: [lookUp] });
    const types: string[] = [];
    stream.on('event', ({ type }) => types.push(type));
    const final = await stream.finalResponse();
    expect(types).toContain('response.function_call_arguments.delta');
    expect(types).toContain('response.function_call_arguments.done');
    expect(final.output[0]).toMatchObject({
      type: 'function_call',
      name: 'look_up',
      arguments: '{"word":"demo.."}',
    });
  });

  it('stops at max_output_tokens and says so', async () => {
    const request = { model: 'gpt-5.2', input: 'tokens=100', max_output_tokens: 5 };
    const whole = await sdkFor(demo).responses.create(request);
    expect(whole.status).toBe('incomplete');
    expect(whole.incomplete_details).toEqual({ reason: 'max_output_tokens' });
    const stream = await sdkFor(demo).responses.create({ ...request, stream: true });
    let last = '';
    for await (const event of stream) last = event.type;
    expect(last).toBe('response.incomplete');
  });

  it('gives JSON that fits text.format', async () => {
    const response = await sdkFor(demo).responses.create({
      model: 'gpt-5.2',
      input: 'A number',
      text: {
        format: {
          type: 'json_schema',
          name: 'number',
          schema: {
            type: 'object',
            properties: { value: { type: 'integer', minimum: 40 } },
            required: ['value'],
          },
        },
      },
    });
    expect(JSON.parse(response.output_text)).toEqual({ value: 40 });
  });

  it('refuses an earlier response that it does not know, or was told to forget', async () => {
    const client = sdkFor(demo);
    const forgotten = await client.responses.create({ model: 'gpt-5.2', input: 'Hi', store: false });
    for (const id of ['resp_never', forgotten.id]) {
      const response = await ask(demo, '/responses', {
        model: 'gpt-5.2',
        input: 'Hi',
        previous_response_id: id,
      });
      expect([response.status, (await errorOf(response)).code]).toEqual([400, 'previous_response_not_found']);
    }
  });

  it('wants an input', async () => {
    const response = await ask(demo, '/responses', { model: 'gpt-5.2', input: [] });
    expect([response.status, (await errorOf(response)).param]).toEqual([400, 'input']);
  });
});
