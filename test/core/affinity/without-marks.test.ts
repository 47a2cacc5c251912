import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayHaveMarks, withoutMarks } from '../../../electron/core/affinity/without-marks.ts';

const mark = { cache_control: { type: 'ephemeral', ttl: '1h' } };
const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo' } };

/** JSON with blanks, as Python writes it. */
function spaced(value: unknown): string {
  return JSON.stringify(value).replaceAll(/("(?:[^"\\]|\\.)*")|([,:])/g, (all, text?: string) =>
    text === undefined ? `${all} ` : text,
  );
}

/** JSON with sorted keys, as serde and others write it. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const content = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '',
    'x'.repeat(600),
    '"}]}',
    ' \\',
    '"cache_control":{"type":"ephemeral"}',
    '","type":"text"',
  ),
);

describe('a message without its cache marks', () => {
  test.each([
    ['compact', JSON.stringify],
    ['with blanks', spaced],
    ['with sorted keys', sorted],
  ])('is the same with its text plain, in a list, or in a list with a mark (%s)', (_spelling, spell) => {
    fc.assert(
      fc.property(content, fc.constantFrom('user', 'system', 'tool', 'assistant'), (text, role) => {
        const message = (inner: unknown): string => {
          const whole =
            role === 'tool' ? { role, tool_call_id: 'c1', content: inner } : { role, content: inner };
          return withoutMarks(spell(whole));
        };
        const plain = message(text);
        expect(plain).toBe(spell(JSON.parse(plain)));
        expect(message([{ type: 'text', text }])).toBe(plain);
        expect(message([{ type: 'text', text, ...mark }])).toBe(plain);
        expect(message([{ type: 'text', ...mark, text }])).toBe(plain);
        expect(withoutMarks(spell({ role, content: text, ...mark }))).toBe(
          withoutMarks(spell({ role, content: text })),
        );
      }),
    );
  });

  test.each([
    [
      'two texts',
      [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
      1,
    ],
    ['a text before a picture', [{ type: 'text', text: 'a' }, picture], 0],
    ['a picture', [picture, { type: 'text', text: 'a' }], 0],
  ])('is the same with a mark on %s as without one', (_what, parts, at) => {
    for (const spell of [JSON.stringify, spaced, sorted]) {
      const marked = parts.map((part, index) => (index === at ? { ...part, ...mark } : part));
      expect(withoutMarks(spell({ role: 'user', content: marked }))).toBe(
        withoutMarks(spell({ role: 'user', content: parts })),
      );
    }
  });

  test('is another one where anything else differs', () => {
    const user = (inner: unknown, more: object = {}): string =>
      withoutMarks(JSON.stringify({ role: 'user', content: inner, ...more }));
    const all = [
      user('a'),
      user('b'),
      user(''),
      user([]),
      user(['a']),
      user([
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ]),
      user('a"},{"type":"text","text":"b'),
      user([{ type: 'text', text: 'ab' }]),
      user([{ type: 'text', text: 'a', annotations: [] }]),
      user([picture]),
      user([{ type: 'text', text: 'a' }, picture]),
      user('a', { name: 'x' }),
      user('{"cache_control":null}'),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  test('may be said to be one in its own words, and stays as it is', () => {
    const message = JSON.stringify({ role: 'user', content: '"cache_control":{"type":"ephemeral"},' });
    expect(withoutMarks(message)).toBe(message);
  });

  test('need not be one at all', () => {
    for (const text of ['1', '"x"', '[]', '{}', '{"content":[{"text":"a"}', '{"cache_control":{']) {
      expect(withoutMarks(text)).toBe(text);
    }
  });

  test('of thousands of marks costs no more than of a few', () => {
    const message = `{${'"cache_control":null,'.repeat(3000)}"role":"user"}`;
    expect(withoutMarks(message)).toBe(`{${'"cache_control":null,'.repeat(2984)}"role":"user"}`);
  });
});

test('a part of a list may have marks if they are named in it', () => {
  expect(mayHaveMarks(JSON.stringify([{ role: 'user', content: [{ text: 'a', ...mark }] }]))).toBe(true);
  expect(mayHaveMarks(JSON.stringify([{ role: 'user', content: 'a' }]))).toBe(false);
});
