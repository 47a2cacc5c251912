import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DecodedStrings } from '../../../electron/core/files/decoded-strings.ts';
import { cutAt } from '../../support/cut-bytes.ts';

/** What each string of a text was decoded to, by where it begins. */
function decodeAll(text: string, cuts: readonly number[]): (start: number) => string | null | undefined {
  const strings = new DecodedStrings();
  for (const piece of cutAt(Buffer.from(text), cuts)) strings.write(piece);
  return (start) => {
    const found = strings.find(start);
    return found && found.toString('latin1');
  };
}

const long = 'QUFB'.repeat(2000);
const decodedLong = 'A'.repeat(6000);

test('a long string that came in several pieces is decoded, wherever it stands', () => {
  const text = `{"a":["${long}"],"${long}":{"b":"${long}"}}`;
  const found = decodeAll(text, [9, 100, 8100, 12_000, 20_000]);
  const starts = [...text.matchAll(/"QUFB/g)].map(({ index }) => index);
  expect(starts.map((start) => found(start) === decodedLong)).toEqual([true, true, true]);
});

test('a long string that is no base64 is known to be none', () => {
  expect(decodeAll(`["${'words '.repeat(2000)}"]`, [5000])(1)).toBeNull();
});

test('short strings, and those in one piece, are not decoded', () => {
  expect(decodeAll('["QUFB"]', [4])(1)).toBeUndefined();
  expect(decodeAll(`["${long}"]`, [])(1)).toBeUndefined();
  expect(decodeAll(`["${long}"]`, [1, 3 + long.length])(1)).toBeUndefined();
});

test('quotes and backslashes inside of strings lead nobody astray, wherever they are cut', () => {
  const parts = fc.array(fc.constantFrom('\\"', '\\\\', '\\u0022', 'a', ':"', '[', '{'), { maxLength: 12 });
  const strings = parts.map((texts) => JSON.stringify(texts.join('')));
  fc.assert(
    fc.property(
      fc.array(strings, { maxLength: 4 }),
      fc.array(fc.nat(200)),
      fc.nat(8000),
      (odd, cuts, cut) => {
        const before = `[${odd.map((text) => `${text},`).join('')}`;
        const found = decodeAll(`${before}"${long}"]`, [...cuts, before.length + 2 + (cut % 7900)]);
        expect(found(before.length) === decodedLong).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});
