import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multipartBoundary, parseMultipart } from '../../../../electron/core/demo-upstream/http/multipart.ts';

const crlf = (text: string): Buffer => Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1');

describe('the multipart parser', () => {
  it('reads back whatever forms other software writes', async () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => !/[\r\n\\]/.test(text));
    const part = fc.record({ name, fileName: fc.option(name), bytes: fc.uint8Array({ maxLength: 400 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), async (parts) => {
        const form = new FormData();
        for (const { name, fileName, bytes } of parts) {
          if (fileName === null) form.append(name, Buffer.from(bytes).toString('hex'));
          else form.append(name, new Blob([bytes.slice()], { type: 'image/x-odd' }), fileName);
        }
        const response = new Response(form);
        const boundary = multipartBoundary(response.headers.get('content-type') ?? '') ?? '';
        const parsed = parseMultipart(Buffer.from(await response.arrayBuffer()), boundary);
        if (parsed.kind === 'malformed') throw new Error(parsed.message);
        expect(parsed.parts.map(({ name, fileName }) => [name, fileName])).toEqual(
          parts.map(({ name, fileName }) => [name.toWellFormed(), fileName?.toWellFormed() ?? null]),
        );
        for (const [index, { bytes, fileName }] of parts.entries()) {
          const expected =
            fileName === null ? Buffer.from(Buffer.from(bytes).toString('hex')) : Buffer.from(bytes);
          expect(parsed.parts[index]?.bytes.equals(expected)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('passes over preamble, padding and epilogue, and knows parts without headers of their own', () => {
    const body = crlf(
      'preamble\n--xyz \t\nContent-Disposition: form-data; name=plain\n\nvalue\n--xyz\ncontent-disposition: FORM-DATA; name="q\\"uote"; filename="a b.png"\nContent-Type: image/png\n\n\n--xyz--\nepilogue',
    );
    expect(parseMultipart(body, 'xyz')).toEqual({
      kind: 'form',
      parts: [
        { name: 'plain', fileName: null, contentType: null, bytes: Buffer.from('value') },
        { name: 'q"uote', fileName: 'a b.png', contentType: 'image/png', bytes: Buffer.alloc(0) },
      ],
    });
  });

  it('takes an empty form', () => {
    expect(parseMultipart(crlf('--xyz--\n'), 'xyz')).toEqual({ kind: 'form', parts: [] });
  });

  it.each([
    ['no boundary at all', 'does not occur'],
    ['--xyz\nContent-Disposition: form-data; name="a"\n\nvalue', 'closing boundary'],
    ['--xyz\nContent-Disposition: form-data; name="a"\n--xyz--', 'empty line'],
    ['--xyz\nContent-Type: text/plain\n\nvalue\n--xyz--', 'does not name its field'],
    ['--xyzab', 'does not end'],
  ])('says what is wrong with %j', (text, message) => {
    const parsed = parseMultipart(crlf(text), 'xyz');
    expect(parsed).toMatchObject({ kind: 'malformed', message: expect.stringContaining(message) });
  });

  it('never throws, whatever the bytes', () => {
    const tokens = fc.constantFrom(
      '--xyz',
      '\r\n',
      '--',
      ' ',
      'Content-Disposition: form-data; name="a"',
      'x',
      '\r\n\r\n',
    );
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 12 }), (pieces) => {
        expect(['form', 'malformed']).toContain(parseMultipart(Buffer.from(pieces.join('')), 'xyz').kind);
      }),
    );
  });

  it('finds the boundary, quoted or not', () => {
    expect(multipartBoundary('multipart/form-data; boundary=abc')).toBe('abc');
    expect(multipartBoundary('Multipart/Form-Data; charset=utf-8; Boundary="a b;c"')).toBe('a b;c');
    expect(multipartBoundary('multipart/mixed; boundary=abc')).toBeNull();
    expect(multipartBoundary('multipart/form-data')).toBeNull();
  });
});
