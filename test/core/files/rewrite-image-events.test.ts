import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImageEventRewriter } from '../../../electron/core/files/rewrite-image-events.ts';
import { cutAt } from '../../support/cut-bytes.ts';
import { pictureTexts, rememberPictures } from './picture-answers.ts';

/** What comes out for each piece that goes in, and at the end. */
function rewrite(pieces: readonly (string | Buffer)[]): { out: string[]; kept: Buffer[] } {
  const { keep, kept } = rememberPictures();
  const rewriter = new ImageEventRewriter(keep);
  const out = pieces.map((piece) => rewriter.write(Buffer.from(piece)));
  out.push(rewriter.end());
  return { out: out.map((bytes) => bytes?.toString() ?? ''), kept };
}

describe('a stream of image events for a client that asked for URLs', () => {
  test('has urls where the pictures were', () => {
    const { out, kept } = rewrite([
      'event: image_generation.partial_image\ndata: {"type":"image_generation.partial_image","b64_json":"QUFB","partial_image_index":0}\n\n',
      'event: image_generation.completed\ndata: {"type":"image_generation.completed","b64_json":"QkJC","usage":{"n":1.0}}\n\n',
    ]);
    expect(out).toEqual([
      'event: image_generation.partial_image\ndata: {"type":"image_generation.partial_image","partial_image_index":0,"url":"http://kept/0"}\n\n',
      'event: image_generation.completed\ndata: {"type":"image_generation.completed","usage":{"n":1.0},"url":"http://kept/1"}\n\n',
      '',
    ]);
    expect(kept.map(String)).toEqual(['AAA', 'BBB']);
  });

  test('passes an event on as soon as its line ends, and everything else at once', () => {
    const { out } = rewrite([
      'event: x\nda',
      'ta: {"b64_json":"QU',
      'FB"}',
      '\n',
      '\n',
      ': wait',
      'ing\ndata: [',
      'DONE]\n\n',
    ]);
    expect(out).toEqual([
      'event: x\nda',
      'ta:',
      '',
      ' {"url":"http://kept/0"}\n',
      '\n',
      ': wait',
      'ing\ndata:',
      ' [DONE]\n\n',
      '',
    ]);
  });

  test.each([
    ['data: {"error":{"message":"no"}}\n\n'],
    ['data: {"item":{"b64_json":"QUFB"}}\n\n'],
    ['data: {"b64_json":"QUFB","url":"https://example.com/a.png"}\n\n'],
    ['data: {"b64_json":"QUFB"\n\n'],
    ['data: [{"b64_json":"QUFB"}]\n\n'],
    ['data: {\ndata: "b64_json":"QUFB"}\n\n'],
    [': {"b64_json":"QUFB"}\n\n'],
    ['datas: {"b64_json":"QUFB"}\n\n'],
    [' data: {"b64_json":"QUFB"}\n\n'],
    ['event: data: {"b64_json":"QUFB"}\n\n'],
    ['data\n\ndata:\n\ndata: \n\n\n\n'],
    ['data: "b64_json"\n\ndata: 5\n\n'],
    ['\n\r\n\r'],
    ['data: {"b64_json":"QU'],
    ['dat'],
    [''],
  ])('%j passes as it is, wherever it is cut', (text) => {
    const everywhere = Array.from({ length: text.length }, (_, index) => index);
    for (const cuts of [[], [3], everywhere]) {
      const { out, kept } = rewrite(cutAt(Buffer.from(text), cuts));
      expect(out.join('')).toBe(text);
      expect(kept).toEqual([]);
    }
  });

  test('a last event that no line end came behind is not lost, and has its url', () => {
    expect(rewrite(['data:{"b64_json":"QUFB"}']).out.join('')).toBe('data:{"url":"http://kept/0"}');
  });

  test('any stream, with any line ends and cut anywhere, changes in its pictures alone', () => {
    const other = fc.constantFrom(
      ': waiting',
      'event: image_edit.completed',
      'id: 7',
      'retry: 10',
      '',
      'data: [DONE]',
      'data: {"text":"data: {\\"b64_json\\":\\"QUFB\\"}"}',
      'data:',
      'd',
    );
    const lines = fc.array(fc.tuple(fc.oneof(other, pictureTexts), fc.constantFrom('\n', '\r\n', '\r')), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        lines,
        fc.constantFrom('', ' ', '\t '),
        fc.array(fc.oneof(fc.nat(2000), fc.nat(40_000))),
        (stream, space, cuts) => {
          let before = '';
          let after = '';
          const pictures: Buffer[] = [];
          for (const [line, lineEnd] of stream) {
            if (typeof line === 'string') {
              before += line + lineEnd;
              after += line + lineEnd;
            } else {
              before += `data:${space}${line.before}${lineEnd}`;
              after += `data:${space}${line.after(`http://kept/${pictures.length}`)}${lineEnd}`;
              pictures.push(line.bytes);
            }
          }
          const { out, kept } = rewrite(cutAt(Buffer.from(before), cuts));
          expect(out.join('')).toBe(after);
          expect(out.at(-1)).toBe('');
          expect(kept).toEqual(pictures);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('no more than 64 MiB of an event are held; a longer one passes as it is, the next is rewritten again', () => {
    const { keep, kept } = rememberPictures();
    const rewriter = new ImageEventRewriter(keep);
    expect(rewriter.write(Buffer.from('data: {"b64_json":"'))?.toString()).toBe('data:');
    const mebibyte = Buffer.alloc(1024 * 1024, 'QUFB');
    for (let count = 0; count < 63; count++) expect(rewriter.write(mebibyte)).toBeNull();
    expect(rewriter.write(mebibyte)?.length).toBe(' {"b64_json":"'.length + 64 * mebibyte.length);
    expect(rewriter.write(mebibyte)).toBe(mebibyte);
    expect(rewriter.write(Buffer.from('"}\n\ndata: {"b64_json":"QUFB"}\n\n'))?.toString()).toBe(
      '"}\n\ndata: {"url":"http://kept/0"}\n\n',
    );
    expect(kept.map(String)).toEqual(['AAA']);
  });
});
