import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswerEnds } from '../../../electron/core/answers/answer-ends.ts';
import type { AnswerFacts } from '../../../electron/core/answers/answer-facts.ts';
import { cutAt } from '../../support/cut-bytes.ts';

function readEnds(text: string, cuts: readonly number[] = []): AnswerFacts {
  const ends = new AnswerEnds();
  for (const piece of cutAt(Buffer.from(text), cuts)) ends.write(piece);
  return ends.end();
}

const usage = { input_tokens: 12, output_tokens: 34, input_tokens_details: { cached_tokens: 5 } };
const counts = { input: 12, output: 34, cached: 5 };
const picture = 'iVBORw0KGgo'.repeat(400_000);

describe('reading only the ends of an answer', () => {
  test.each([
    ['behind', { created: 1, data: [{ b64_json: picture }], usage }],
    ['before', { created: 1, usage, data: [{ b64_json: picture }] }],
  ])('the usage of a picture of megabytes is found %s it', (_where, answer) => {
    expect(readEnds(JSON.stringify(answer), [70_000, 140_000, 4_000_000]).usage).toEqual(counts);
  });

  test('it is found wherever it lies near the end, and wherever the answer is cut', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 45_000 }),
        fc.nat({ max: 12_000 }),
        fc.array(fc.nat({ max: 57_000 }), { maxLength: 30 }),
        (before, behind, cuts) => {
          const text = JSON.stringify({ a: 'x'.repeat(before), usage, b: 'y'.repeat(behind) });
          expect(readEnds(text, cuts).usage).toEqual(counts);
        },
      ),
    );
  });

  test('it is found across the place where the ring of the last bytes begins anew', () => {
    for (let before = 20_300; before < 20_500; before++) {
      const text = JSON.stringify({ a: 'x'.repeat(before), usage, b: 'y'.repeat(100) });
      expect(readEnds(text).usage).toEqual(counts);
    }
  });

  test('an answer in many small chunks says the same as in one', () => {
    const text = JSON.stringify({ object: 'response', id: 'resp_1', output: 'x'.repeat(50_000), usage });
    const everywhere = Array.from({ length: 5_000 }, (_, index) => index * 11);
    expect(readEnds(text, everywhere)).toEqual(readEnds(text));
    expect(readEnds(text)).toEqual({ items: null, responseId: 'resp_1', usage: counts, tooLong: false });
  });

  test('a stream of the Messages API says its input at the start and its output at the end', () => {
    const deltas = `data: {"type":"content_block_delta","delta":{"text":"word"}}\n\n`;
    const stream = (count: number): string =>
      [
        'data: {"type":"message_start","message":{"usage":{"input_tokens":25,"output_tokens":1,"cache_read_input_tokens":20}}}\n\n',
        deltas.repeat(count),
        'data: {"type":"message_delta","delta":{},"usage":{"output_tokens":15}}\n\n',
      ].join('');
    for (const count of [1, 1000])
      expect(readEnds(stream(count)).usage).toEqual({ input: 25, output: 15, cached: 20 });
  });

  test('an empty answer says nothing', () => {
    expect(readEnds('')).toEqual({ items: null, responseId: null, usage: null, tooLong: false });
  });
});
