import { describe, expect, it } from 'vitest';
import { describeImage } from '../../../../electron/core/demo-upstream/pictures/describe-image.ts';
import { readImageSize } from '../../../../electron/core/demo-upstream/pictures/image-size.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('reading the size of an image', () => {
  it.each([
    ['GIF', hex('474946383961 2001 1000 0000')],
    ['JPEG', hex('ffd8 ffe0 0004 0000 ffff c4 0003 00 ffc2 0011 08 0010 0120 03')],
    ['WebP', Buffer.concat([Buffer.from('RIFF0000WEBPVP8X'), hex('0a000000 00000000 1f0100 0f0000')])],
    ['WebP', Buffer.concat([Buffer.from('RIFF0000WEBPVP8L'), hex('0a000000 2f 1fc10300 00')])],
    ['WebP', Buffer.concat([Buffer.from('RIFF0000WEBPVP8 '), hex('0a000000 000000 9d012a 2001 1000')])],
  ])('knows a %s of 288×16', (format, file) => {
    expect(readImageSize(file)).toEqual({ format, width: 288, height: 16 });
  });

  it('gives up on what is cut short or something else', () => {
    expect(readImageSize(hex('ffd8 ffe0 0004'))).toBeNull();
    expect(readImageSize(hex('89504e470d0a1a0a 0000'))).toBeNull();
    expect(readImageSize(Buffer.from('just words that are long enough'))).toBeNull();
    expect(readImageSize(Buffer.alloc(0))).toBeNull();
  });

  it('puts it into words, and follows no links', () => {
    const gif = hex('474946383961 2001 1000 0000').toString('base64');
    expect(describeImage(`data:image/gif;base64,${gif}`)).toBe('GIF, 288×16');
    expect(describeImage('data:text/plain,hello')).toContain('no PNG');
    expect(describeImage('https://example.com/cat.png')).toContain('does not follow');
  });
});
