import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { breathe } from '../breathe.ts';
import { bytesBetweenBreaths, type Picture } from './picture.ts';
import { chunkBytes, pngSignature } from './png-format.ts';

const deflateAsync = promisify(deflate);
const subFilter = 1;

/** Writes the picture as a PNG file: 8 bits a channel, not interlaced (https://www.w3.org/TR/png-3/). Compresses off the main thread. */
export async function encodePng(picture: Picture): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(picture.width, 0);
  header.writeUInt32BE(picture.height, 4);
  header.writeUInt8(8, 8);
  header.writeUInt8(picture.channels === 3 ? 2 : 6, 9);
  const data = await deflateAsync(await filterRows(picture), { level: 4 });
  return Buffer.concat([
    pngSignature,
    chunkBytes({ type: 'IHDR', data: header }),
    chunkBytes({ type: 'IDAT', data }),
    chunkBytes({ type: 'IEND', data: Buffer.alloc(0) }),
  ]);
}

/** Each row as differences to the pixel on the left, which suits flat areas and gradients. */
async function filterRows({ width, height, channels, pixels }: Picture): Promise<Uint8Array> {
  const rowBytes = width * channels;
  const filtered = new Uint8Array((rowBytes + 1) * height);
  let from = 0;
  let to = 0;
  let sinceBreath = 0;
  for (let row = 0; row < height; row += 1) {
    filtered[to] = subFilter;
    to += 1;
    for (let index = 0; index < rowBytes; index += 1) {
      const left = index < channels ? 0 : (pixels[from + index - channels] ?? 0);
      filtered[to + index] = (pixels[from + index] ?? 0) - left;
    }
    from += rowBytes;
    to += rowBytes;
    sinceBreath += rowBytes;
    if (sinceBreath > bytesBetweenBreaths) {
      sinceBreath = 0;
      await breathe();
    }
  }
  return filtered;
}
