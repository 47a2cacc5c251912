import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readField, scanJsonBody, type JsonBody } from '../../../electron/core/body/json-body.ts';
import { editJsonFields, type FieldEdit } from '../../../electron/core/body/json-edit.ts';
import { cutAt } from '../../support/cut-bytes.ts';

function scan(text: string, cuts: readonly number[] = []): JsonBody {
  const result = scanJsonBody(cutAt(Buffer.from(text), cuts));
  if (!result.ok) throw new Error(result.message);
  return result.body;
}

function edit(text: string, ...edits: FieldEdit[]): string | undefined {
  const pieces = editJsonFields(scan(text), edits);
  return pieces && Buffer.concat(pieces).toString();
}

describe('editing top-level fields', () => {
  test('adds a field at the end and leaves odd bytes before it alone', () => {
    const odd = '{ "n" : 9007199254740993, "f":1.0,"e":1E+2 , "s":"\\u0041\\/", "n":2 }';
    expect(edit(odd, { name: 'group', value: 'openrouter' })).toBe(
      '{ "n" : 9007199254740993, "f":1.0,"e":1E+2 , "s":"\\u0041\\/", "n":2,"group":"openrouter" }',
    );
  });

  test('replaces a value in place', () => {
    expect(edit('{"model": "gpt-4o" ,"x":{"model":1}}', { name: 'model', value: 'gpt-5.2' })).toBe(
      '{"model": "gpt-5.2" ,"x":{"model":1}}',
    );
  });

  test('replaces every duplicate, so that no reader sees the old value', () => {
    expect(edit('{"m":1,"a":0,"m":[2,{"m":3}]}', { name: 'm', value: 9 })).toBe('{"m":9,"a":0,"m":9}');
  });

  test('knows a field whose name is written with escapes', () => {
    expect(edit('{"\\u006dodel":"a"}', { name: 'model', value: 'b' })).toBe('{"\\u006dodel":"b"}');
  });

  test('does not take a longer name, or one inside a nested object, for the field', () => {
    expect(edit('{"models":1,"x":{"model":2}}', { name: 'model', value: 3 })).toBe(
      '{"models":1,"x":{"model":2},"model":3}',
    );
  });

  test.each([
    ['{"a":1}', '{}'],
    ['{ "a" : 1 }', '{  }'],
    ['{"a":1,"b":2}', '{"b":2}'],
    ['{"b":2,"a":1}', '{"b":2}'],
    ['{"b":2 , "a":1 , "c":3}', '{"b":2 , "c":3}'],
    ['{"a":1,"a":2,"b":3,"a":4}', '{"b":3}'],
    ['{"b":3,"a":1,"a":2}', '{"b":3}'],
  ])('takes a field away from %s', (before, after) => {
    expect(edit(before, { name: 'a', value: undefined })).toBe(after);
  });

  test('adds to an empty object', () => {
    expect(edit(' { } ', { name: 'a', value: null })).toBe(' {"a":null } ');
  });

  test('adds where every old field is taken away', () => {
    expect(
      edit(
        '{"a":1,"b":2}',
        { name: 'a', value: undefined },
        { name: 'b', value: undefined },
        { name: 'c', value: 3 },
      ),
    ).toBe('{"c":3}');
  });

  test('cannot edit what is no object', () => {
    expect(edit('[1]', { name: 'a', value: 1 })).toBeUndefined();
  });

  test('means the same as parsing, changing and writing again, wherever the body is cut', () => {
    const names = fc.constantFrom('a', 'model', 'messages', 'é"\\', '');
    fc.assert(
      fc.property(
        fc.dictionary(names, fc.jsonValue()),
        fc.uniqueArray(fc.tuple(names, fc.option(fc.jsonValue(), { nil: undefined })), {
          selector: ([name]) => name,
        }),
        fc.constantFrom(undefined, 1, '\t'),
        fc.array(fc.nat(400)),
        (object, changes, indent, cuts) => {
          const body = scan(JSON.stringify(object, null, indent), cuts);
          const edits = changes.map(([name, value]) => ({ name, value }) as FieldEdit);
          const pieces = editJsonFields(body, edits);
          const expected = structuredClone(object);
          for (const [name, value] of changes) {
            if (value === undefined) delete expected[name];
            else expected[name] = value;
          }
          expect(JSON.parse(Buffer.concat(pieces ?? []).toString())).toEqual(
            JSON.parse(JSON.stringify(expected)),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  test('shares the memory of a large body instead of copying it', () => {
    const picture = Buffer.from(`{"model":"a","image":"${'A'.repeat(1_000_000)}"}`);
    const result = scanJsonBody([picture]);
    if (!result.ok) throw new Error(result.message);
    const pieces = editJsonFields(result.body, [{ name: 'model', value: 'b' }]) ?? [];
    expect(
      pieces.filter((piece) => piece.length > 100).every((piece) => piece.buffer === picture.buffer),
    ).toBe(true);
  });
});

describe('reading a field', () => {
  test('takes the last of duplicates', () => {
    expect(readField(scan('{"m":1,"m":{"a":[true]}}'), 'm', 100)).toEqual({ a: [true] });
  });

  test('leaves a value alone that is longer than asked for', () => {
    expect(readField(scan('{"m":"long enough"}'), 'm', 5)).toBeUndefined();
  });
});
