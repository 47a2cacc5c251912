import { describe, expect, test } from 'vitest';
import { readConversationFields } from '../../../electron/core/affinity/conversation-fields.ts';
import { scanJsonBody } from '../../../electron/core/body/json-body.ts';
import { readText } from '../../../electron/core/body/pieces.ts';
import { cutAt } from '../../support/cut-bytes.ts';

function read(text: string, cuts: readonly number[] = []): unknown {
  const scanned = scanJsonBody(cutAt(Buffer.from(text), cuts));
  if (!scanned.ok) throw new Error(scanned.message);
  const { messages, ...fields } = readConversationFields(scanned.body, 'input');
  const input = messages && readText(scanned.body.pieces, messages.valueStart, messages.valueEnd);
  return { input, ...fields };
}

const none = {
  input: undefined,
  namesPreviousRequest: false,
  previousResponseId: undefined,
  conversation: undefined,
  promptCacheKey: undefined,
  metadata: undefined,
};

describe('the fields that say which conversation a request belongs to', () => {
  const text =
    '{"model":"m","messages":[0],"input":[1],"previous_request_id":"p","previous_response_id":"r",' +
    '"conversation":{"id":"c"},"prompt_cache_key":"k","metadata":{"user_id":"u"},"metadate":1}';

  test('are found among others, wherever the body is cut', () => {
    const all = {
      input: '[1]',
      namesPreviousRequest: true,
      previousResponseId: 'r',
      conversation: { id: 'c' },
      promptCacheKey: 'k',
      metadata: { user_id: 'u' },
    };
    expect(read(text)).toEqual(all);
    expect(read(text, [...Buffer.from(text).keys()])).toEqual(all);
  });

  test('are found by names with escapes, the last of several', () => {
    const escaped = '{"prompt_cache_key":"a","prompt_cache\\u005fkey":"b","in\\u0070ut":"x"}';
    expect(read(escaped)).toEqual({ ...none, input: '"x"', promptCacheKey: 'b' });
  });

  test('need not be there, and are not read where they are long or broken', () => {
    expect(read('{"model":"m"}')).toEqual(none);
    expect(read('[]')).toEqual(none);
    const long = 'x'.repeat(9000);
    expect(read(`{"prompt_cache_key":"${long}","metadata":{"a":"${long}\\q"}}`)).toEqual(none);
    expect(read(`{"metadata":{"a":"${long.slice(0, 300)}\\q"}}`)).toEqual(none);
  });

  test('name an earlier request if that is a text', () => {
    for (const [value, names] of [
      ['"x"', true],
      ['""', true],
      ['null', false],
      ['5', false],
    ] as const)
      expect(read(`{"previous_request_id":${value}}`)).toEqual({ ...none, namesPreviousRequest: names });
  });
});
