import { expect, test } from 'vitest';
import { readByteRange } from '../../../electron/core/files/byte-range.ts';

/** What a header asks for of a file of ten bytes. */
function ask(range: string | undefined): string {
  const read = readByteRange(range, 10);
  return read.kind === 'part' ? `${read.start} to ${read.end}` : read.kind;
}

test.each([
  ['bytes=0-0', '0 to 1'],
  ['bytes=2-4', '2 to 5'],
  ['Bytes= 2-4 ', '2 to 5'],
  ['bytes=2-', '2 to 10'],
  ['bytes=9-99999999999999999999', '9 to 10'],
  ['bytes=-3', '7 to 10'],
  ['bytes=-99', '0 to 10'],
])('%s is a part', (range, part) => {
  expect(ask(range)).toBe(part);
});

test.each(['bytes=10-', 'bytes=10-12', 'bytes=99999999999999999999-', 'bytes=-0'])(
  '%s is not there',
  (range) => {
    expect(ask(range)).toBe('unsatisfiable');
  },
);

test.each([
  undefined,
  '',
  'bytes',
  'bytes=-',
  'bytes=4-2',
  'bytes=1-2,4-5',
  'bytes=1-2, 4-5',
  'bytes=a-b',
  'bytes=+1-2',
  'bytes=1.5-2',
  'rows=1-2',
])('%s is as good as no range', (range) => {
  expect(ask(range)).toBe('whole');
});
