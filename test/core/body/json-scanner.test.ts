import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanJsonBody } from '../../../electron/core/body/json-body.ts';
import { cutAt } from '../../support/cut-bytes.ts';

function isValid(text: string, cuts: readonly number[] = []): boolean {
  return scanJsonBody(cutAt(Buffer.from(text), cuts)).ok;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const everyCut = (text: string): number[] => Array.from(Buffer.from(text).keys());

describe('checking a JSON body', () => {
  test.each([
    '{}',
    ' [ ] ',
    '"a"',
    '0',
    '-0.0e-10',
    '1E5',
    'true',
    ' null\n',
    '[1,2.5,-3]',
    '{"a":{"b":[{}]}}',
    '{"a":"\\u00e9\\n\\\\"}',
    '"\\\\"',
    '{"a":9007199254740993}',
    '[[],{},""]',
  ])('takes %s, whole and byte by byte', (text) => {
    expect(isValid(text)).toBe(true);
    expect(isValid(text, everyCut(text))).toBe(true);
  });

  test.each([
    '',
    ' ',
    '{',
    '}',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '[1,]',
    '[,1]',
    '[1 2]',
    '01',
    '1.',
    '.5',
    '1e',
    '+1',
    '-',
    '--1',
    '1.5.5',
    '1e5.5',
    'tru',
    'truee',
    'nul',
    'NaN',
    '"a',
    '"\\x"',
    '"\\u12g4"',
    '"a\nb"',
    '{"a":1}}',
    '{"a":1} x',
    '[}',
    '{]',
    '{"a":1 "b":2}',
    '\ufeff{}',
    '{"a"::1}',
    '[1}',
    '// x\n{}',
  ])('refuses %j, whole and byte by byte', (text) => {
    expect(isValid(text)).toBe(false);
    expect(isValid(text, everyCut(text))).toBe(false);
  });

  test('says where the text went wrong', () => {
    const result = scanJsonBody([Buffer.from('{\n  "model": "gpt-5.2",\n  "stream": True\n}')]);
    expect(result).toEqual({
      ok: false,
      message:
        'The request body is not valid JSON: unexpected "T" at byte 36 (line 3, column 13). Correct it and send it again.',
    });
  });

  test('says when the text ends too early', () => {
    expect(scanJsonBody([Buffer.from('{"a":[1,')])).toMatchObject({
      message: expect.stringContaining('ends too early, at byte 8 (line 1, column 9)'),
    });
  });

  test('agrees with JSON.parse about any text close to JSON, cut anywhere', () => {
    const token = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        'a',
        '1',
        '-',
        '.',
        'e',
        '+',
        '0',
        ' ',
        'true',
        'null',
        '"k"',
        '\\"',
      ],
    );
    const nearJson = fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(''));
    fc.assert(
      fc.property(fc.oneof(nearJson, fc.json()), fc.array(fc.nat(200)), (text, cuts) => {
        expect(isValid(text, cuts)).toBe(parses(text));
      }),
      { numRuns: 5_000 },
    );
  });

  test('finds the end of long strings full of quotes and backslashes, cut anywhere', () => {
    const part = fc.constantFrom('\\\\', '\\"', 'x', 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy', '\\n', 'é');
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 60, maxLength: 200 }),
        fc.array(fc.nat(2_000)),
        (parts, cuts) => {
          const text = `{"a":"${'z'.repeat(250)}${parts.join('')}","b":1}`;
          const result = scanJsonBody(cutAt(Buffer.from(text), cuts));
          expect(result.ok && result.body.fields.length).toBe(2);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('refuses nesting that no tool sends instead of filling memory', () => {
    expect(isValid('['.repeat(10_000) + ']'.repeat(10_000))).toBe(true);
    expect(isValid('['.repeat(10_001) + ']'.repeat(10_001))).toBe(false);
  });
});
