import type { FormPart } from '../http/multipart.ts';
import { decodePng } from '../pictures/decode-png.ts';
import { readImageSize } from '../pictures/image-size.ts';
import { longestSide, type Picture } from '../pictures/picture.ts';
import { refusal, type Refusal } from '../refusal.ts';

const mostImages = 16;
const canvasGrey = 216;

/**
 * The picture to be edited: the first part called `image` or `image[]`. Where it cannot be decoded here (JPEG, WebP, GIF, rarer
 * kinds of PNG) a plain grey canvas of its size stands in for it.
 */
export async function readOriginal(parts: readonly FormPart[]): Promise<Picture | Refusal> {
  const images = parts.filter(({ name }) => name === 'image' || /^image\[\d*\]$/.test(name));
  const first = images[0];
  if (!first || images.length > mostImages) {
    const message = `Send 1 to ${mostImages} files as image or image[].`;
    return refusal(400, 'invalid_image', message, { param: 'image' });
  }
  const decoded = await decodePng(first.bytes);
  if (decoded.kind === 'picture') return decoded.picture;
  const size = readImageSize(first.bytes);
  const isBrokenPng = decoded.kind === 'broken' && size?.format === 'PNG';
  const longest = Math.max(size?.width ?? 0, size?.height ?? 0);
  if (!size || isBrokenPng || longest === 0 || longest > longestSide) {
    const message = `The image cannot be read. Send a PNG, JPEG, WebP or GIF of at most ${longestSide} pixels a side.`;
    return refusal(400, 'invalid_image_file', message, { param: 'image' });
  }
  const { width, height } = size;
  return { width, height, channels: 3, pixels: new Uint8Array(width * height * 3).fill(canvasGrey) };
}

/** The part called `mask`, which must be a PNG with alpha and of the picture's size; null if there is none. */
export async function readMask(
  parts: readonly FormPart[],
  original: Picture,
): Promise<Picture | Refusal | null> {
  const part = parts.find(({ name }) => name === 'mask');
  if (!part) return null;
  const decoded = await decodePng(part.bytes);
  if (decoded.kind !== 'picture' || decoded.picture.channels !== 4) {
    const message = 'The mask must be a PNG with an alpha channel, 8 bits a channel, not interlaced.';
    return refusal(400, 'invalid_mask_file', message, { param: 'mask' });
  }
  const mask = decoded.picture;
  if (mask.width === original.width && mask.height === original.height) return mask;
  const message = `The mask is ${mask.width}x${mask.height}, the image ${original.width}x${original.height}. Send a mask of the image's size.`;
  return refusal(400, 'invalid_mask_size', message, { param: 'mask' });
}
