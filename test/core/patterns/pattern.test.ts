import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePatterns } from '../../../electron/core/patterns/pattern.ts';

/** What patterns mean, said as plainly as can be: slow, and obviously right. */
function meansIt(pattern: readonly string[], name: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return name.length === 0;
  if (first === '*') return meansIt(rest, name) || (name.length > 0 && meansIt(pattern, name.slice(1)));
  return name.length > 0 && (first === '?' || first === name[0]) && meansIt(rest, name.slice(1));
}

const fewCharacters = fc.array(fc.constantFrom('a', 'b', '-', '🙂'), { maxLength: 8 });
const fewPatterns = fc.array(fc.constantFrom('a', 'b', '-', '🙂', '*', '*', '?'), { maxLength: 8 });

describe('patterns of names', () => {
  test('fit as people would say they fit, whatever the pattern and the name', () => {
    fc.assert(
      fc.property(fewPatterns, fewCharacters, (pattern, name) => {
        expect(compilePatterns([pattern.join('')])(name.join(''))).toBe(meansIt(pattern, name));
      }),
      { numRuns: 2_000 },
    );
  });

  test('fit where any of a list fits, and everything where the list is empty', () => {
    fc.assert(
      fc.property(fc.array(fewPatterns, { maxLength: 4 }), fewCharacters, (patterns, name) => {
        const any = patterns.length === 0 || patterns.some((pattern) => meansIt(pattern, name));
        expect(compilePatterns(patterns.map((pattern) => pattern.join('')))(name.join(''))).toBe(any);
      }),
    );
  });

  test.each([
    ['gpt-*', 'gpt-5.2', true],
    ['gpt-*', 'openai/gpt-5.2', false],
    ['*/text-to-video', 'sora-2/text-to-video', true],
    ['GPT-5.?', 'gpt-5.2', true],
    ['gpt-5.?', 'GPT-5.22', false],
    ['gpt-5.2', 'GPT-5.2', true],
    ['gpt-5.2', 'gpt-5x2', false],
    ['/images/*', '/images/', true],
    ['*', '', true],
    ['?', '', false],
    ['gpt', 'gpt-5', false],
    ['(a+)+$', 'aaaa', false],
    ['[a-z]*', '[A-Z]!', true],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(compilePatterns([pattern])(name)).toBe(expected);
  });

  test('made to take for ever do not', () => {
    const name = 'a'.repeat(500);
    const fitsNone = compilePatterns([`${'a*'.repeat(99)}b`, `${'*a'.repeat(99)}b`, `${'?*'.repeat(99)}b`]);
    expect(fitsNone(name)).toBe(false);
    expect(fitsNone(`${name}b`)).toBe(true);
  });
});
