import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import {
  encodeFormFields,
  FormFieldInserter,
  multipartBoundary,
} from '../../../electron/core/body/multipart-fields.ts';
import { cutAt } from '../../support/cut-bytes.ts';

const fields = [{ name: 'group', value: 'openai' }];

async function insert(text: string, cuts: readonly number[] = []): Promise<string> {
  const pieces = cutAt(Buffer.from(text), cuts);
  return (await buffer(Readable.from(pieces).pipe(new FormFieldInserter('B', fields)))).toString();
}

const part = '--B\r\nContent-Disposition: form-data; name="model"\r\n\r\nx\r\n--B--\r\n';
const added = '--B\r\nContent-Disposition: form-data; name="group"\r\n\r\nopenai\r\n';

describe('adding form fields to a multipart stream', () => {
  test('puts them before the first part, wherever the stream is cut', async () => {
    for (let cut = 0; cut < part.length; cut++) expect(await insert(part, [cut])).toBe(added + part);
    expect(
      await insert(
        part,
        Array.from(part, (_, index) => index),
      ),
    ).toBe(added + part);
  });

  test('keeps a preamble, even one that mentions the delimiter, in front', async () => {
    const preamble = 'This is a x--B preamble.\r\n';
    for (let cut = 0; cut < preamble.length + 5; cut++) {
      expect(await insert(preamble + part, [cut, cut + 1])).toBe(preamble + added + part);
    }
  });

  test('passes a body without any delimiter on unchanged', async () => {
    expect(await insert('no form at all', [3, 4])).toBe('no form at all');
    expect(await insert('')).toBe('');
  });

  test('is understood by a form parser', async () => {
    const response = new Response(await insert(part), {
      headers: { 'content-type': 'multipart/form-data; boundary=B' },
    });
    expect([...(await response.formData())]).toEqual([
      ['group', 'openai'],
      ['model', 'x'],
    ]);
  });

  test('grows the body by exactly the announced length', async () => {
    expect((await insert(part)).length - part.length).toBe(encodeFormFields('B', fields).length);
  });

  test('cannot be tricked by quotes and line breaks in a name', () => {
    expect(encodeFormFields('B', [{ name: 'a"\r\nX: y', value: '1' }]).toString()).toContain(
      'name="a%22%0D%0AX: y"',
    );
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
