import { expect, test } from 'vitest';
import { imageTypeOf } from '../../../electron/core/files/image-type.ts';

function typeOf(start: string): string | null {
  const type = imageTypeOf(Buffer.from(start, 'latin1'));
  return type && `${type.extension} ${type.contentType}`;
}

const box = (size: number, brands: string): string => `\0\0\0${String.fromCharCode(size)}ftyp${brands}`;

test.each([
  ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'png image/png'],
  ['\xff\xd8\xff\xe0\0\x10JFIF', 'jpg image/jpeg'],
  ['RIFF\x24\0\0\0WEBPVP8 ', 'webp image/webp'],
  ['GIF87a\x01\0', 'gif image/gif'],
  ['GIF89a\x01\0', 'gif image/gif'],
  [box(32, 'avif\0\0\0\0avifmif1miafMA1B'), 'avif image/avif'],
  [box(24, 'avis\0\0\0\0msf1iso8'), 'avif image/avif'],
  [box(28, 'mif1\0\0\0\0mif1miafavif'), 'avif image/avif'],
])('%j is known by its first bytes', (start, type) => {
  expect(typeOf(start)).toBe(type);
});

test.each([
  [''],
  ['\x89PNG\r\n'],
  ['\x89PNG\n\x1a\n\0\0\0\rIHDR'],
  ['RIFF\x24\0\0\0WAVEfmt '],
  [' GIF89a'],
  ['\0\0\0'],
  ['\0\0\0\x20ftyp'],
  [box(24, 'isom\0\0\0\0isomavc1')],
  // The minor version is no brand, and what lies behind the box belongs to something else.
  [box(20, 'isomavifiso2')],
  [box(16, 'isom\0\0\0\0avif')],
  ['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
  ['<?xml version="1.0"?><svg/>'],
  ['<!DOCTYPE html>'],
  ['%PDF-1.7'],
])('%j is no picture that is served', (start) => {
  expect(typeOf(start)).toBeNull();
});
