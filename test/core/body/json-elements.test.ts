import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanJsonBody } from '../../../electron/core/body/json-body.ts';
import { findElements, findField, viewElements } from '../../../electron/core/body/json-elements.ts';
import { readText } from '../../../electron/core/body/pieces.ts';
import { cutAt } from '../../support/cut-bytes.ts';

/** The elements of `messages` as they stand in the body; null if there are none to be had. */
function elementTexts(text: string, cuts: readonly number[] = [], maxElements = 1000): string[] | null {
  const scanned = scanJsonBody(cutAt(Buffer.from(text), cuts));
  if (!scanned.ok) throw new Error(scanned.message);
  const field = findField(scanned.body, 'messages');
  const elements = field && findElements(field, maxElements);
  const view = field && viewElements(field, maxElements);
  const viewed =
    view &&
    Array.from({ length: view.count }, (_, index) => ({
      start: view.startOf(index),
      end: view.endOf(index),
    }));
  expect(viewed).toEqual(elements);
  return elements && elements.map(({ start, end }) => readText(scanned.body.pieces, start, end));
}

describe('finding the elements of an array', () => {
  test('each element is given as it was written, without the white space around it', () => {
    const text = '{"n":[9],"messages": [ {"a":[1,"],["]} ,\n "x\\"]," , -1.5e3,null ,[[],{}] ] ,"z":1}';
    expect(elementTexts(text)).toEqual(['{"a":[1,"],["]}', '"x\\"],"', '-1.5e3', 'null', '[[],{}]']);
  });

  test('an empty array has none', () => {
    expect(elementTexts('{"messages":[ ]}')).toEqual([]);
  });

  test('what is no array, or has too many elements, gives nothing', () => {
    expect(elementTexts('{"messages":"[1]"}')).toBeNull();
    expect(elementTexts('{"messages":{"0":1}}')).toBeNull();
    expect(elementTexts('{}')).toBeNull();
    expect(elementTexts('{"messages":[1,2,3]}', [], 3)).toEqual(['1', '2', '3']);
    expect(elementTexts('{"messages":[1,2,3,4]}', [], 3)).toBeNull();
  });

  test('an array of very many numbers is still a body, only its elements are not noted', () => {
    const numbers = JSON.stringify(Array(10_001).fill(1));
    expect(elementTexts(`{"input":${numbers},"messages":[1]}`, [], 100_000)).toBeNull();
    expect(elementTexts(`{"messages":[1],"input":${numbers}}`)).toEqual(['1']);
  });

  test('arrays in an array or in an object are not taken for it', () => {
    expect(elementTexts('{"x":{"messages":[1,2]},"messages":[[1,[2]],{"a":[3]}],"y":{"b":[4]}}')).toEqual([
      '[1,[2]]',
      '{"a":[3]}',
    ]);
    expect(elementTexts('[[1,2],{"messages":[3]}]')).toBeNull();
  });

  test('of two fields with the same name the last one counts', () => {
    expect(elementTexts('{"messages":[1],"messages":[2]}')).toEqual(['2']);
  });

  test('any array, cut anywhere, falls into the values it was made of', () => {
    const long = fc
      .array(fc.constantFrom('"', '\\', ']', ',', 'ж', 'a'.repeat(90)), { maxLength: 30 })
      .map((parts) => parts.join(''));
    const values = fc.array(fc.oneof(fc.jsonValue(), long), { maxLength: 8 });
    fc.assert(
      fc.property(
        values,
        fc.constantFrom(undefined, 1),
        fc.array(fc.nat({ max: 4000 })),
        (messages, indent, cuts) => {
          const text = JSON.stringify({ before: ['"'], messages, after: [1] }, null, indent);
          const found = elementTexts(text, cuts);
          expect(found?.map((element) => JSON.parse(element) as unknown)).toEqual(
            JSON.parse(JSON.stringify(messages)),
          );
        },
      ),
    );
  });
});
