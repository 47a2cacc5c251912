import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswerCollector } from '../../../electron/core/answers/answer-collector.ts';
import { StreamWords } from '../../../electron/core/answers/stream-words.ts';
import { cutAt } from '../../support/cut-bytes.ts';

const maxWords = 100_000;

/** What a stream says when every event of it is parsed on its own. */
function parsePlainly(bytes: Buffer): unknown {
  const collector = new AnswerCollector(maxWords);
  for (const event of bytes.toString('utf8').split(/(?:\r\n|\n|\r(?!\n)){2,}/)) {
    const data = event
      .split(/\r\n|\n|\r/)
      .flatMap((line) => (line.startsWith('data:') ? [line.slice(5)] : []))
      .join('\n');
    try {
      collector.take(JSON.parse(data));
    } catch {
      // Not JSON, such as [DONE].
    }
  }
  const { items, responseId, usage } = collector;
  return { items, responseId, usage, tooLong: false };
}

function read(pieces: readonly Buffer[]): unknown {
  const words = new StreamWords(maxWords, maxWords);
  for (const piece of pieces) words.write(piece);
  return words.end();
}

interface Spelling {
  readonly field: string;
  readonly lineEnd: string;
  readonly space: string;
  readonly asciiOnly: boolean;
  readonly choicesFirst: boolean;
  readonly padded: boolean;
}

/** JSON as other languages write it: with blanks behind colons and commas, and with escapes for what is not ASCII. */
function spell(value: unknown, { space, asciiOnly }: Spelling): string {
  let text = JSON.stringify(value);
  if (space !== '') {
    text = text.replaceAll(/("(?:[^"\\]|\\.)*")|([,:])/g, (all, string: string | undefined) =>
      string === undefined ? all + space : string,
    );
  }
  if (!asciiOnly) return text;
  return text.replaceAll(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const said = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(' the', ' door', '', 'x'.repeat(40)) },
  { weight: 2, arbitrary: fc.constantFrom(' дверь', '🌨', 'é', '\u2028', '\u00ff') },
  { weight: 2, arbitrary: fc.constantFrom('\n', '"', '\\', '\\"', '\t"', '\r\n\r\n', 'data: ', '\0') },
  { weight: 1, arbitrary: fc.constantFrom('"},"finish_reason":null}]}\n\ndata: {"id":"chatcmpl-1"', '"}') },
  { weight: 1, arbitrary: fc.string() },
);

/** The object of one event; most of them only add words. */
const event = fc.oneof(
  {
    weight: 12,
    arbitrary: said.map((content) => ({ delta: { content }, finish_reason: null })),
  },
  {
    weight: 1,
    arbitrary: said.map((content) => ({ delta: { role: 'assistant', content }, finish_reason: null })),
  },
  { weight: 1, arbitrary: said.map((content) => ({ delta: { content }, finish_reason: 'stop' })) },
  { weight: 1, arbitrary: said.map((refusal) => ({ delta: { content: '', refusal }, finish_reason: null })) },
  { weight: 1, arbitrary: said.map((content) => ({ index: 1, delta: { content }, finish_reason: null })) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat({ max: 2 }), said).map(([index, text]) => ({
      delta: { content: null, tool_calls: [{ index, id: `c${index}`, function: { arguments: text } }] },
    })),
  },
);

const spelling = fc.record<Spelling>({
  field: fc.constantFrom('data: ', 'data:', ': waiting\ndata: ', 'event: x\r\ndata: '),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  space: fc.constantFrom('', ' '),
  asciiOnly: fc.boolean(),
  choicesFirst: fc.boolean(),
  padded: fc.boolean(),
});

const usage = { prompt_tokens: 5, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 2 } };

/** The text of a stream whose events are spelled alike. */
function writeStream(choices: readonly object[], own: Spelling, padding: readonly string[]): string {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_763_800_000, model: 'm' };
  const events = choices.map((choice, index) => {
    const indexed = own.choicesFirst ? { ...choice, index: 0, ...choice } : { index: 0, ...choice };
    const padded = own.padded ? { usage: null, obfuscation: padding[index % padding.length] ?? '' } : {};
    return own.choicesFirst
      ? { choices: [indexed], ...head, ...padded }
      : { ...head, choices: [indexed], ...padded };
  });
  return [...events, { ...head, choices: [], usage }]
    .map((object) => spell(object, own))
    .concat('[DONE]')
    .map((data) => `${own.field}${data}${own.lineEnd}${own.lineEnd}`)
    .join('');
}

const cuts = fc.oneof(
  fc.array(fc.nat({ max: 20_000 }), { maxLength: 40 }),
  // As small as single packets, which the reader puts together again.
  fc.integer({ min: 1, max: 300 }).map((size) => Array.from({ length: 400 }, (_, index) => index * size)),
);

describe('the words of a stream, taken out of its events by how they are spelled', () => {
  test('are those that parsing each event gives, whatever is said, however it is spelled, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 60 }),
        spelling,
        fc.array(fc.stringMatching(/^[A-Za-z0-9]{0,12}$/), { minLength: 1, maxLength: 5 }),
        cuts,
        (choices, own, padding, offsets) => {
          const bytes = Buffer.from(writeStream(choices, own, padding));
          const expected = parsePlainly(bytes);
          expect(read([bytes])).toEqual(expected);
          expect(read(cutAt(bytes, offsets))).toEqual(expected);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('are the same where the spelling changes in the middle, as when the seconds of `created` do', () => {
    fc.assert(
      fc.property(fc.array(fc.array(event, { maxLength: 12 }), { maxLength: 8 }), cuts, (parts, offsets) => {
        const own = { field: 'data: ', lineEnd: '\n', space: '', asciiOnly: false, choicesFirst: false };
        const text = parts
          .map((choices, second) =>
            writeStream(choices, { ...own, padded: false }, ['']).replaceAll('1763800000', String(second)),
          )
          .join('');
        const bytes = Buffer.from(text);
        expect(read(cutAt(bytes, offsets))).toEqual(parsePlainly(bytes));
      }),
    );
  });

  test('are the same where the end of the stream is missing', () => {
    const own = { field: 'data: ', lineEnd: '\r\n', space: ' ', asciiOnly: false, choicesFirst: false };
    const choices = Array.from({ length: 20 }, (_, index) => ({ delta: { content: ` ж${index}` } }));
    const bytes = Buffer.from(writeStream(choices, { ...own, padded: true }, ['a', 'bc']));
    for (let end = 0; end < bytes.length; end += 7) {
      const rest = bytes.subarray(0, end);
      expect(read([rest])).toEqual(parsePlainly(rest));
      expect(read(cutAt(rest, [100, 200, 300]))).toEqual(parsePlainly(rest));
    }
  });

  test('do not mix with an event that only looks like the others to its words', () => {
    const one = (fields: string): string => `data: {"choices":[{"delta":{"content":${fields}}]}\n\n`;
    const alike = one('"a"}');
    const text = [alike, alike, one('"b","refusal":"no"}'), one('"","refusal":"never"}'), alike].join('');
    expect(read([Buffer.from(text)])).toMatchObject({ items: [{ kind: 'text', text: 'aabnevera' }] });
  });

  const call = { index: 0, id: 'c', function: { name: 'look', arguments: 'a' } };
  const x = { content: 'x' };
  test.each([
    ['refuses where it says nothing', { choices: [{ delta: { ...x, refusal: 'no' } }] }, {}],
    ['calls tools', { choices: [{ delta: { ...x, tool_calls: [call] } }] }, {}],
    ['calls a function', { choices: [{ delta: { ...x, function_call: call.function } }] }, {}],
    [
      'has a sound',
      { choices: [{ delta: { ...x, audio: { id: 'one' } } }] },
      { choices: [{ delta: { audio: { id: 'two' } } }] },
    ],
    [
      'is a whole message',
      { choices: [{ delta: x, message: { content: 'one' } }] },
      { choices: [{ message: { content: 'two' } }] },
    ],
    ['adds to the words in two places', { choices: [{ delta: x }, { delta: { content: 'more' } }] }, {}],
    ['has words of its own elsewhere', { note: x, choices: [{ delta: { content: '0' } }] }, {}],
    ['is of another choice', { choices: [{ index: 1, delta: x }] }, {}],
    ['counts tokens', { choices: [{ delta: x }], usage }, { usage: { prompt_tokens: 1 } }],
    [
      'is a response',
      { object: 'response', id: 'one', choices: [{ delta: x }] },
      { response: { id: 'two' } },
    ],
    ['has a response', { response: { id: 'one' }, choices: [{ delta: x }] }, { response: { id: 'two' } }],
  ])('are not all that counts where each event %s', (_what, each, another) => {
    const saying = (words: string): string => JSON.stringify(each).replace('"x"', JSON.stringify(words));
    const data = [saying('first'), JSON.stringify(another), saying('second'), saying('')];
    const bytes = Buffer.from(data.map((text) => `data: ${text}\n\n`).join(''));
    expect(read([bytes])).toEqual(parsePlainly(bytes));
  });

  test('may be broken UTF-8, which is broken in each event on its own', () => {
    const parts = [Buffer.from([0xc3]), Buffer.from([0xa9]), Buffer.from('é')];
    const bytes = Buffer.concat(
      [...parts, ...parts].flatMap((words) => [
        Buffer.from('data: {"choices":[{"delta":{"content":"'),
        words,
        Buffer.from('"}}]}\n\n'),
      ]),
    );
    expect(read([bytes])).toEqual(parsePlainly(bytes));
  });
});
