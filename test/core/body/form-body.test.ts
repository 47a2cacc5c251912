import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  editFormFields,
  formatFormField,
  formBodyOf,
  hasFormField,
  multipartBoundary,
  readFormField,
  type FormBody,
} from '../../../electron/core/body/form-body.ts';
import type { FieldEdit } from '../../../electron/core/body/json-edit.ts';
import { MultipartScanner } from '../../../electron/core/body/multipart-scanner.ts';
import { cutAt } from '../../support/cut-bytes.ts';

function formOf(text: string, cuts: readonly number[] = []): FormBody {
  const bytes = Buffer.from(text);
  const pieces = cutAt(bytes, cuts);
  const scanner = new MultipartScanner('B');
  for (const piece of pieces) scanner.write(piece);
  return formBodyOf(scanner, pieces, bytes.length);
}

const edit = (text: string, edits: readonly FieldEdit[], cuts: readonly number[] = []): string =>
  Buffer.concat(editFormFields(formOf(text, cuts), edits)).toString();

const model = formatFormField('B', 'model', 'old');
const picture = '--B\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n\0\r\n--\r\n';
const end = '--B--\r\n';
const form = model + picture + end;

describe('changing the fields of a form', () => {
  test('replaces a value in place, wherever the form is cut', () => {
    const expected = form.replace('old', 'new');
    for (let cut = 0; cut < form.length; cut++) {
      expect(edit(form, [{ name: 'model', value: 'new' }], [cut])).toBe(expected);
    }
  });

  test('adds what is not there before the first part', () => {
    const added = edit(`preamble\r\n${form}`, [
      { name: 'group', value: 'openai' },
      { name: 'duration', value: 8 },
    ]);
    const parts = formatFormField('B', 'group', 'openai') + formatFormField('B', 'duration', 8);
    expect(added).toBe(`preamble\r\n${parts}${form}`);
    expect(parts).toContain('\r\n\r\n8\r\n');
  });

  test('takes fields away, the first, the last and one that is there twice', () => {
    expect(edit(form, [{ name: 'model', value: undefined }])).toBe(picture + end);
    expect(edit(form, [{ name: 'image', value: undefined }])).toBe(model + end);
    expect(edit(model + model + end, [{ name: 'model', value: undefined }])).toBe(end);
  });

  test('changes each of several of the same name, of which the last is the one that is read', () => {
    const twice = model + formatFormField('B', 'model', 'last') + end;
    expect(readFormField(formOf(twice), 'model', 100)).toBe('last');
    expect(edit(twice, [{ name: 'model', value: 'x' }])).toBe(
      formatFormField('B', 'model', 'x').repeat(2) + end,
    );
  });

  test('leaves what is no form alone', () => {
    expect(edit('no form', [{ name: 'group', value: 'x' }])).toBe('no form');
  });

  test('is understood by a parser of forms, whatever the values', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (first, second) => {
        // The parser takes the bare boundary for a delimiter.
        fc.pre(!`${first}${second}`.includes('B'));
        const text = edit(form, [
          { name: 'model', value: first },
          { name: 'a "name"', value: second },
        ]);
        const response = new Response(text, {
          headers: { 'content-type': 'multipart/form-data; boundary=B' },
        });
        const parsed = await response.formData();
        expect([parsed.get('model'), parsed.get('a "name"')]).toEqual([
          Buffer.from(first).toString(),
          Buffer.from(second).toString(),
        ]);
      }),
      { numRuns: 50 },
    );
  });

  test('cannot be tricked by quotes and line breaks in a name', () => {
    expect(formatFormField('B', 'a"\r\nX: y', '1')).toContain('name="a%22%0D%0AX: y"');
  });

  test('tells which fields there are', () => {
    expect(hasFormField(formOf(form), 'image')).toBe(true);
    expect(hasFormField(formOf(form), 'mask')).toBe(false);
    expect(readFormField(formOf(form), 'image', 100)).toBeUndefined();
  });
});

describe('the boundary', () => {
  test.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data; charset=utf-8; Boundary="a b;c"', 'a b;c'],
    ['multipart/form-data', null],
    ['application/json', null],
  ])('of %s is %s', (contentType, boundary) => {
    expect(multipartBoundary(contentType)).toBe(boundary);
  });
});
