import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImageAnswerRewriter } from '../../../electron/core/files/rewrite-image-answer.ts';
import type { KeepPicture } from '../../../electron/core/files/keep-picture.ts';
import { cutAt } from '../../support/cut-bytes.ts';
import { pictureTexts, rememberPictures } from './picture-answers.ts';

function rewrite(text: string, keep: KeepPicture, cuts: readonly number[] = []): string {
  const rewriter = new ImageAnswerRewriter(keep);
  const out = cutAt(Buffer.from(text), cuts).map((piece) => rewriter.write(piece));
  out.push(rewriter.end());
  return Buffer.concat(out.filter((bytes) => bytes !== null)).toString();
}

describe('an images answer for a client that asked for URLs', () => {
  test('has a url where the picture was, and every other byte as it came', () => {
    const { keep, kept } = rememberPictures();
    const text =
      '{ "created": 1.70E9,\n "data" : [ {"b64_json":"QUFB","revised_prompt":"a \\u0063at"} ,{ "b64_json" : "QkJC" }],"usage":{"n":9007199254740993}}\n';
    expect(rewrite(text, keep)).toBe(
      '{ "created": 1.70E9,\n "data" : [ {"revised_prompt":"a \\u0063at","url":"http://kept/0"} ,{"url":"http://kept/1"  }],"usage":{"n":9007199254740993}}\n',
    );
    expect(kept.map(String)).toEqual(['AAA', 'BBB']);
  });

  test.each([
    ['{"b64_json":"QUFB","url":null}', '{"url":"http://kept/0"}'],
    ['{"url":"","b64_json":"QUFB"}', '{"url":"http://kept/0"}'],
    ['{"b64_json":"QkJC","a":1,"b64_json":"QUFB"}', '{"a":1,"url":"http://kept/0"}'],
    ['{"b64_json":"data:image/png;base64,QUFB"}', '{"url":"http://kept/0"}'],
  ])('%s becomes %s', (before, after) => {
    const { keep, kept } = rememberPictures();
    expect(rewrite(`{"data":[${before}]}`, keep)).toBe(`{"data":[${after}]}`);
    expect(kept.map(String)).toEqual(['AAA']);
  });

  test.each([
    ['{"data":[{"b64_json":"QUFB","url":"https://example.com/a.png"}]}'],
    ['{"data":[{"b64_json":null},{"b64_json":""},{"b64_json":["QUFB"]},{"b64_json":5}]}'],
    ['{"data":[{"b64_json":"not base64"}]}'],
    ['{"data":["QUFB",7,null,[{"b64_json":"QUFB"}]]}'],
    ['{"data":{"b64_json":"QUFB"}}'],
    ['{"data":[]}'],
    ['{"b64_json":"QUFB","more":{"data":[{"b64_json":"QUFB"}]}}'],
    ['[{"b64_json":"QUFB"}]'],
    ['{"error":{"message":"no","type":"server_error","code":null,"param":null}}'],
    ['{"data":[{"b64_json":"QUFB"}]'],
    ['{"data":[{"b64_json":"QUFB"}]} trailing'],
    ['Bad gateway'],
    [''],
    [' '],
  ])('%s passes as it is', (text) => {
    const { keep, kept } = rememberPictures();
    expect(rewrite(text, keep)).toBe(text);
    expect(rewrite(text, keep, [1, 2, 9, 20])).toBe(text);
    expect(kept).toEqual([]);
  });

  test('a picture that is not kept stays in the answer; the others do not', () => {
    const { keep } = rememberPictures();
    const onlyB: KeepPicture = (bytes) => (bytes.toString() === 'BBB' ? keep(bytes) : null);
    expect(rewrite('{"data":[{"b64_json":"QUFB"},{"b64_json":"QkJC"},{"b64_json":"Q0ND"}]}', onlyB)).toBe(
      '{"data":[{"b64_json":"QUFB"},{"url":"http://kept/0"},{"b64_json":"Q0ND"}]}',
    );
  });

  test('what is no JSON is not waited for', () => {
    const rewriter = new ImageAnswerRewriter(() => 'http://kept/0');
    expect(rewriter.write(Buffer.from('  '))).toBeNull();
    expect(rewriter.write(Buffer.from('<html>'))?.toString()).toBe('  <html>');
    expect(rewriter.write(Buffer.from('more'))?.toString()).toBe('more');
    expect(rewriter.end()).toBeNull();
  });

  test('any answer with any pictures, cut anywhere, changes in their places alone', () => {
    const elements = fc.array(
      fc.oneof(
        pictureTexts,
        fc.constantFrom('null', '7', '{}', '{"url":"https://example.com/"}', '[{"b64_json":"QUFB"}]'),
      ),
      { maxLength: 5 },
    );
    const gap = fc.constantFrom('', ' ', '\r\n\t');
    fc.assert(
      fc.property(
        elements,
        gap,
        fc.jsonValue(),
        fc.array(fc.oneof(fc.nat(2000), fc.nat(40_000))),
        (data, space, other, cuts) => {
          const frame = (texts: readonly string[]): string =>
            `${space}{"created":1.0e9,${space}"data"${space}:[${space}${texts.join(`${space},${space}`)}${space}],"x":${JSON.stringify(other)}}${space}`;
          const { keep, kept } = rememberPictures();
          const pictures = data.filter((element) => typeof element !== 'string');
          const before = frame(
            data.map((element) => (typeof element === 'string' ? element : element.before)),
          );
          const after = frame(
            data.map((element) =>
              typeof element === 'string'
                ? element
                : element.after(`http://kept/${pictures.indexOf(element)}`),
            ),
          );
          expect(rewrite(before, keep, cuts)).toBe(after);
          expect(kept).toEqual(pictures.map(({ bytes }) => bytes));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('byte by byte, an answer of many small pieces is the same', () => {
    const { keep, kept } = rememberPictures();
    const text = `{"data":[{"b64_json":"${'QUFB'.repeat(2000)}","n":1}]}`;
    const everywhere = Array.from({ length: text.length }, (_, index) => index);
    expect(rewrite(text, keep, everywhere)).toBe('{"data":[{"n":1,"url":"http://kept/0"}]}');
    expect(kept.map((bytes) => bytes.length)).toEqual([6000]);
  });

  test('no more than 256 MiB of an answer are held; a longer one passes as it is', () => {
    const { keep, kept } = rememberPictures();
    const rewriter = new ImageAnswerRewriter(keep);
    const start = Buffer.from('{"data":[{"b64_json":"');
    expect(rewriter.write(start)).toBeNull();
    const mebibyte = Buffer.alloc(1024 * 1024, '?');
    for (let count = 0; count < 255; count++) expect(rewriter.write(mebibyte)).toBeNull();
    const released = rewriter.write(mebibyte);
    expect(released?.length).toBe(start.length + 256 * mebibyte.length);
    expect(released?.subarray(0, start.length + 8).toString()).toBe(`${start.toString()}????????`);
    expect(rewriter.write(Buffer.from('"}]}'))?.toString()).toBe('"}]}');
    expect(rewriter.end()).toBeNull();
    expect(kept).toEqual([]);
  });
});
