import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnswerFacts } from '../../../electron/core/answers/answer-facts.ts';
import { AnswerReader } from '../../../electron/core/answers/answer-reader.ts';
import { cutAt } from '../../support/cut-bytes.ts';

function read(text: string, contentType: string, cuts: readonly number[] = [], words = true): AnswerFacts {
  const reader = new AnswerReader(contentType, { words });
  for (const piece of cutAt(Buffer.from(text), cuts)) reader.write(piece);
  return reader.end();
}

function readEnds(text: string, contentType: string, cuts: readonly number[] = []): AnswerFacts {
  return read(text, contentType, cuts, false);
}

function stream(events: readonly unknown[], lineEnd = '\n'): string {
  return [...events.map((event) => JSON.stringify(event)), '[DONE]']
    .map((data) => `: waiting${lineEnd}event: x${lineEnd}data: ${data}${lineEnd}${lineEnd}`)
    .join('');
}

const delta = (fields: object): object => ({ choices: [{ index: 0, delta: fields }] });
const chatEvents = [
  delta({ role: 'assistant', content: '' }),
  delta({ content: 'Погода ' }),
  { choices: [{ index: 1, delta: { content: 'another choice' } }] },
  delta({ content: '🌨 {}\r\n' }),
  delta({ tool_calls: [{ index: 0, id: 'call_1', function: { name: 'look', arguments: '' } }] }),
  delta({ tool_calls: [{ index: 1, id: 'call_2', function: { name: 'see', arguments: '{}' } }] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
  {
    choices: [],
    usage: { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 3 } },
  },
];
const chatFacts: AnswerFacts = {
  items: [
    { kind: 'text', text: 'Погода 🌨 {}\r\n' },
    { kind: 'call', id: 'call_1', name: 'look', arguments: '{"a":1}' },
    { kind: 'call', id: 'call_2', name: 'see', arguments: '{}' },
  ],
  responseId: null,
  usage: { input: 9, output: 4, cached: 3 },
  tooLong: false,
};
const response = {
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  output: [
    { type: 'reasoning', id: 'rs_1', summary: [] },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] },
    { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{}' },
  ],
  usage: { input_tokens: 5, output_tokens: 2, input_tokens_details: { cached_tokens: 0 } },
};
const responseFacts: AnswerFacts = {
  items: [
    { kind: 'text', text: 'Hi' },
    { kind: 'call', id: 'call_1', name: 'look', arguments: '{}' },
  ],
  responseId: 'resp_1',
  usage: { input: 5, output: 2, cached: 0 },
  tooLong: false,
};
const eventStream = 'text/event-stream; charset=utf-8';

describe('reading an answer on the side', () => {
  test('a chat answer says what was said, called and spent', () => {
    const answer = {
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi', refusal: null } }],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    };
    expect(read(JSON.stringify(answer), 'application/json')).toEqual({
      items: [{ kind: 'text', text: 'Hi' }],
      responseId: null,
      usage: { input: 1, output: 2, cached: null },
      tooLong: false,
    });
  });

  test('a response says its id, what was said, called and spent', () => {
    expect(read(JSON.stringify(response), 'application/json')).toEqual(responseFacts);
  });

  test.each(['\n', '\r\n', '\r'])('a streamed answer says the same, its lines ended by %j', (lineEnd) => {
    expect(read(stream(chatEvents, lineEnd), eventStream)).toEqual(chatFacts);
  });

  test('a streamed answer says the same, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat({ max: 1500 }), { maxLength: 60 }),
        (lineEnd, cuts) => {
          expect(read(stream(chatEvents, lineEnd), eventStream, cuts)).toEqual(chatFacts);
        },
      ),
    );
    const text = stream(chatEvents, '\r\n');
    expect(read(text, eventStream, [...Buffer.from(text).keys()])).toEqual(chatFacts);
  });

  test('a streamed response says the same as a plain one', () => {
    const events = [
      { type: 'response.created', response: { ...response, status: 'in_progress', output: [], usage: null } },
      { type: 'response.output_text.delta', delta: 'H' },
      { type: 'response.completed', response },
    ];
    expect(read(stream(events), eventStream)).toEqual(responseFacts);
    expect(read(stream(events.slice(0, 2)), eventStream)).toMatchObject({
      responseId: 'resp_1',
      items: null,
    });
  });

  test('an event may have its data in several lines, and the last one no end', () => {
    const text = 'data:{"choices":[{"delta":\r\ndata: {"content":"Hi"}}]}';
    expect(read(text, eventStream).items).toEqual([{ kind: 'text', text: 'Hi' }]);
  });

  test('words that are too many are not kept, but the usage is still read', () => {
    const long = delta({ content: 'x'.repeat(300_000) });
    const facts = read(stream([long, long, long, long, ...chatEvents]), eventStream);
    expect(facts).toEqual({ ...chatFacts, items: null, tooLong: true });
  });

  test('an event that is too long is passed over, those behind it are read', () => {
    const huge = { type: 'image', data: 'x'.repeat(1_200_000) };
    const facts = read(stream([huge, ...chatEvents], '\r\n'), eventStream, [5, 70_000, 1_100_000]);
    expect(facts).toEqual({ ...chatFacts, items: null, tooLong: true });
  });

  test('a plain answer that is too long says only what its ends say', () => {
    const text = JSON.stringify({ ...response, padding: 'x'.repeat(1_100_000) });
    expect(read(text, 'application/json', [500_000])).toEqual({
      ...responseFacts,
      items: null,
      tooLong: true,
    });
  });

  test('where the words do not matter, it says only what was spent and the id of a response', () => {
    const onlyEnds = { items: null, tooLong: false };
    const chat = stream(chatEvents);
    expect(readEnds(chat, eventStream)).toEqual({ ...chatFacts, ...onlyEnds });
    expect(readEnds(JSON.stringify(response), 'application/json')).toEqual({ ...responseFacts, ...onlyEnds });
    const streamed = stream([
      { type: 'response.created', response: { ...response, usage: null } },
      { response },
    ]);
    expect(readEnds(streamed, eventStream)).toEqual({ ...responseFacts, ...onlyEnds });
  });

  test('whatever comes, it does not throw', () => {
    const odd = fc.constantFrom(
      '{"choices":[null,{"delta":3},{"delta":{"tool_calls":[1,{"index":"x"}]}},{"message":[]}]}',
      '{"choices":{},"usage":{"prompt_tokens":"many"},"response":{"output":[null,{}]}}',
      'data: {"response":{"id":1,"output":{}}}\n\n',
      'null',
      '\0',
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), odd, fc.json()),
        fc.constantFrom('application/json', eventStream, ''),
        (text, type) => {
          for (const words of [true, false]) {
            expect(() => read(text, type, [], words)).not.toThrow();
            expect(() => read(`data: ${text}\n\n`, eventStream, [], words)).not.toThrow();
          }
        },
      ),
    );
  });
});
