import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64 } from '../../../electron/core/files/base64-decoder.ts';
import { cutAt } from '../../support/cut-bytes.ts';

const decode = (text: string): string | undefined => decodeBase64([Buffer.from(text)])?.toString('latin1');

describe('base64 inside a JSON string', () => {
  test.each([
    ['iVBORw0KGgo=', '\x89PNG\r\n\x1a\n'],
    ['iVBORw0KGgo', '\x89PNG\r\n\x1a\n'],
    ['+/+/', '\xfb\xff\xbf'],
    ['-_-_', '\xfb\xff\xbf'],
    ['+\\/+\\/', '\xfb\xff\xbf'],
    ['\\u002B/\\u002b\\u002f', '\xfb\xff\xbf'],
    ['QUFB\\r\\nQUFB\\n', 'AAAAAA'],
    ['QQ\\u003d\\u003d\\n', 'A'],
    ['data:image/png;base64,QUFB', 'AAA'],
    ['data:image\\/svg+xml;base64,QUFB', 'AAA'],
  ])('%s', (text, bytes) => {
    expect(decode(text)).toBe(bytes);
  });

  test.each([
    [''],
    ['='],
    ['data:image/png;base64,'],
    ['A'],
    ['QUFBA'],
    ['QUF.'],
    ['QUFB QUFB'],
    ['QQ==QUFB'],
    ['QUFB====QUFB'],
    ['QUFBж'],
    ['QU\\tFB'],
    ['QUFB\\'],
    ['QUFB\\u00'],
    ['QUFB\\x'],
    ['QUFB\\\\\\/QUFB'],
    ['https://example.com/a.png'],
    ['data:image/png,QUFB'],
    [`${'QUFB'.repeat(50_000)}?${'QUFB'.repeat(50_000)}`],
  ])('%.60s is none, and nothing is guessed', (text) => {
    expect(decode(text)).toBeUndefined();
  });

  test('any bytes come back, however they were spelled and wherever the text is cut', () => {
    const spellings = fc.record({
      prefix: fc.constantFrom('', 'data:image/png;base64,', 'data:image\\/png;base64,'),
      encoding: fc.constantFrom('base64' as const, 'base64url' as const),
      slash: fc.constantFrom('/', '\\/', '\\u002f', '\\u002F'),
      plus: fc.constantFrom('+', '\\u002B', '\\u002b'),
      equals: fc.constantFrom('=', '\\u003d', ''),
      lineEnd: fc.constantFrom('', '\\n', '\\r\\n'),
    });
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        spellings,
        fc.array(fc.nat(400)),
        (bytes, { prefix, encoding, slash, plus, equals, lineEnd }, cuts) => {
          const lines =
            Buffer.from(bytes)
              .toString(encoding)
              .match(/.{1,60}/g) ?? [];
          const text = lines
            .map((line) => line + lineEnd)
            .join('')
            .replaceAll('/', slash)
            .replaceAll('+', plus)
            .replaceAll('=', equals);
          const decoded = decodeBase64(cutAt(Buffer.from(prefix + text), cuts));
          expect(decoded).toEqual(Buffer.from(bytes));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('a file holds on to no more memory than it has bytes', () => {
    const plain = decodeBase64([Buffer.from('QUFB'.repeat(10_000))]);
    const escaped = decodeBase64([Buffer.from('\\u0051UFB'.repeat(10_000))]);
    expect(escaped).toEqual(plain);
    for (const bytes of [plain, escaped]) expect(bytes?.buffer.byteLength).toBeLessThan(30_003);
  });
});
