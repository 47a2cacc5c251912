import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formBodyOf, readFormField } from '../../../electron/core/body/form-body.ts';
import { MultipartScanner, readPartText } from '../../../electron/core/body/multipart-scanner.ts';
import { cutAt } from '../../support/cut-bytes.ts';

function scan(text: string | Buffer, cuts: readonly number[] = []) {
  const bytes = Buffer.from(text);
  const pieces = cutAt(bytes, cuts);
  const scanner = new MultipartScanner('B');
  for (const piece of pieces) scanner.write(piece);
  const parts = scanner.parts.map((part) => ({
    name: part.name,
    isFile: part.isFile,
    value: part.valueEnd === null ? null : bytes.toString('latin1', part.valueStart, part.valueEnd),
  }));
  return { scanner, pieces, parts, byteCount: bytes.length };
}

const field = (name: string, value: string): string =>
  `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (name: string, value: string): string =>
  `--B\r\nContent-Disposition: form-data; name="${name}"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n${value}\r\n`;
const end = '--B--\r\n';

describe('the parts of a form', () => {
  test('are found wherever it is cut', () => {
    const form = `preamble --B\r\n${field('model', 'x')}${file('image[]', '\r\n--Bx\r\n--\r\n-')}${field('prompt', '')}${end}epilogue`;
    const expected = [
      { name: 'model', isFile: false, value: 'x' },
      { name: 'image[]', isFile: true, value: '\r\n--Bx\r\n--\r\n-' },
      { name: 'prompt', isFile: false, value: '' },
    ];
    expect(scan(form).parts).toEqual(expected);
    for (let cut = 1; cut < form.length; cut++) expect(scan(form, [cut]).parts).toEqual(expected);
    expect(
      scan(
        form,
        Array.from(form, (_, index) => index),
      ).parts,
    ).toEqual(expected);
  });

  test('are those of the form that was written, whatever is in it', () => {
    const value = fc
      .string({ unit: fc.constantFrom('-', 'B', '\r', '\n', 'a', '"') })
      .filter((text) => !text.includes('--B'));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), fc.array(fc.nat(400)), (values, cuts) => {
        const form = values.map((text, index) => field(`f${index}`, text)).join('') + end;
        expect(scan(form, cuts).parts.map((part) => part.value)).toEqual(values);
        expect(scan(form, cuts).scanner.endStart).toBe(form.length - end.length);
      }),
    );
  });

  test('are those that a parser of forms finds', async () => {
    const written = new FormData();
    written.append('model', 'gpt-image-1.5');
    written.append('he said "hi"', 'x');
    written.append('image', new Blob([Buffer.from([0, 13, 10, 45, 45, 255])]), 'a.png');
    const response = new Response(written);
    const boundary = /boundary=(.+)$/.exec(response.headers.get('content-type') ?? '')?.[1] ?? '';
    const scanner = new MultipartScanner(boundary);
    scanner.write(Buffer.from(await response.arrayBuffer()));
    expect(scanner.parts.map(({ name, isFile }) => [name, isFile])).toEqual([
      ['model', false],
      ['he said "hi"', false],
      ['image', true],
    ]);
  });

  test('may be spelled in other ways', () => {
    const form = '--B  \r\ncontent-disposition:form-data;name=model\r\nX: y\r\n\r\nx\r\n--B--';
    expect(scan(form).parts).toEqual([{ name: 'model', isFile: false, value: 'x' }]);
  });

  test('are named by their names, not by what a file name looks like', () => {
    const form =
      '--B\r\nContent-Disposition: form-data; filename="a; name=group ;"; name="image"\r\n\r\nx\r\n';
    expect(scan(form + end).parts).toEqual([{ name: 'image', isFile: true, value: 'x' }]);
    const field = '--B\r\nContent-Disposition: form-data; name="a; filename=b"\r\n\r\nx\r\n';
    expect(scan(field + end).parts).toEqual([{ name: 'a; filename=b', isFile: false, value: 'x' }]);
  });

  test('that have not ended have no value yet', () => {
    const { scanner, pieces, parts, byteCount } = scan(
      `${field('model', 'x')}${file('image', 'half of a pic')}`.slice(0, -2),
    );
    expect(parts.map(({ value }) => value)).toEqual(['x', null]);
    expect(scanner.endStart).toBeNull();
    expect(readFormField(formBodyOf(scanner, pieces, byteCount), 'model', 10)).toBe('x');
  });

  test('give the text of fields, not of files or of what is longer than asked', () => {
    const { scanner, pieces } = scan(field('a', 'text') + file('b', 'file') + end);
    const [text, picture] = scanner.parts;
    expect(text && readPartText(pieces, text, 4)).toBe('text');
    expect(text && readPartText(pieces, text, 3)).toBeUndefined();
    expect(picture && readPartText(pieces, picture, 100)).toBeUndefined();
  });

  test('of what is no form are none', () => {
    expect(scan('no form at all').parts).toEqual([]);
    expect(scan('').parts).toEqual([]);
    expect(scan(`--B\r\n${'x'.repeat(20_000)}`).parts).toEqual([]);
  });
});
