import { describe, expect, test } from 'vitest';
import { KeyedHash } from '../../../electron/core/affinity/keyed-hash.ts';

const one = new KeyedHash(Buffer.alloc(32, 1));
const link = (keyed: KeyedHash, previous: string, text: string): string =>
  keyed.link(previous, (target, at) => target.write(text, at));

describe('hashes under a key', () => {
  test('are of 32 characters of a byte each', () => {
    for (const hashed of [
      one.name(['a']),
      one.answered('a', [{ kind: 'text', text: 'b' }]),
      link(one, 'a', 'b'),
    ])
      expect(hashed).toMatch(/^[\0-\xff]{32}$/);
  });

  test('are others with the key of another run', () => {
    const other = new KeyedHash(Buffer.alloc(32, 2));
    const scope = one.name(['scope']);
    const item = { kind: 'text', text: 'Hi' } as const;
    expect(other.name(['scope'])).not.toBe(scope);
    expect(other.answered(scope, [item])).not.toBe(one.answered(scope, [item]));
    expect(link(other, scope, 'Hi')).not.toBe(link(one, scope, 'Hi'));
  });

  test('do not mix where one part ends and the next begins', () => {
    const names = [['a', 'bc'], ['ab', 'c'], ['abc'], ['a', 'b', 'c'], ['', 'abc'], ['abc', '']];
    expect(new Set(names.map((parts) => one.name(parts))).size).toBe(names.length);
    const text = (words: string) => ({ kind: 'text', text: words }) as const;
    const answers = [[text('ab')], [text('a'), text('b')], [text('b'), text('a')], [text('a')], []];
    const scope = one.name(['scope']);
    expect(new Set(answers.map((answer) => one.answered(scope, answer))).size).toBe(answers.length);
    const kinds = [one.name(['x']), link(one, scope, ''), one.answered(scope, [text('')]), scope];
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  test('of a link are those of its bytes, whatever was hashed before', () => {
    const scope = one.name(['scope']);
    const short = link(one, scope, 'short');
    link(one, scope, 'x'.repeat(90_000));
    expect(link(one, scope, 'short')).toBe(short);
    expect(link(one, one.name(['other']), 'short')).not.toBe(short);
  });

  test('need a key of 32 bytes', () => {
    expect(() => new KeyedHash(Buffer.alloc(16))).toThrow('32 bytes');
  });
});
