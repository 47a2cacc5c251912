import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePng } from '../../../../electron/core/demo-upstream/pictures/decode-png.ts';
import { encodePng } from '../../../../electron/core/demo-upstream/pictures/encode-png.ts';
import { chunkBytes, pngSignature } from '../../../../electron/core/demo-upstream/pictures/png-format.ts';

/** A PNG made by hand. `rows` hold the filter byte of each row. */
function handMade(
  header: { width: number; height: number; colourType: number; depth?: number; interlace?: number },
  rows: number[],
  ...extra: Buffer[]
): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(header.width, 0);
  data.writeUInt32BE(header.height, 4);
  data.writeUInt8(header.depth ?? 8, 8);
  data.writeUInt8(header.colourType, 9);
  data.writeUInt8(header.interlace ?? 0, 12);
  const compressed = deflateSync(Buffer.from(rows));
  const half = Math.floor(compressed.length / 2);
  return Buffer.concat([
    pngSignature,
    chunkBytes({ type: 'IHDR', data }),
    ...extra,
    chunkBytes({ type: 'IDAT', data: compressed.subarray(0, half) }),
    chunkBytes({ type: 'IDAT', data: compressed.subarray(half) }),
    chunkBytes({ type: 'IEND', data: Buffer.alloc(0) }),
  ]);
}

async function pixelsOf(file: Buffer): Promise<[number, number[]]> {
  const decoded = await decodePng(file);
  if (decoded.kind !== 'picture') throw new Error(decoded.kind);
  return [decoded.picture.channels, [...decoded.picture.pixels]];
}

describe('the PNG codec', () => {
  it('gives back any picture as it was', async () => {
    const size = fc.integer({ min: 1, max: 24 });
    const picture = fc
      .tuple(size, size, fc.constantFrom(3 as const, 4 as const))
      .chain(([width, height, channels]) => {
        const length = width * height * channels;
        return fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          channels: fc.constant(channels),
          pixels: fc.uint8Array({ minLength: length, maxLength: length }),
        });
      });
    await fc.assert(
      fc.asyncProperty(picture, async (original) => {
        const decoded = await decodePng(await encodePng(original));
        if (decoded.kind !== 'picture') throw new Error(decoded.kind);
        const { pixels, ...facts } = decoded.picture;
        expect(facts).toEqual({
          width: original.width,
          height: original.height,
          channels: original.channels,
        });
        expect(Buffer.from(pixels).equals(original.pixels)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('undoes every row filter', async () => {
    const rows = [
      [0, 10, 20, 30, 40, 50, 60],
      [1, 1, 2, 3, 4, 5, 6],
      [2, 1, 1, 1, 250, 250, 250],
      [3, 10, 10, 10, 10, 10, 10],
      [4, 1, 2, 3, 4, 5, 6],
    ].flat();
    const [channels, pixels] = await pixelsOf(handMade({ width: 2, height: 5, colourType: 2 }, rows));
    expect(channels).toBe(3);
    expect(pixels).toEqual(
      [
        [10, 20, 30, 40, 50, 60],
        [1, 2, 3, 5, 7, 9],
        [2, 3, 4, 255, 1, 3],
        [11, 11, 12, 143, 16, 17],
        [12, 13, 15, 147, 21, 23],
      ].flat(),
    );
  });

  it('reads grey, grey with alpha and palettes', async () => {
    const palette = chunkBytes({ type: 'PLTE', data: Buffer.from([1, 2, 3, 4, 5, 6]) });
    const transparency = chunkBytes({ type: 'tRNS', data: Buffer.from([99]) });
    const size = { width: 2, height: 1 };
    expect(await pixelsOf(handMade({ ...size, colourType: 0 }, [0, 7, 200]))).toEqual([
      3,
      [7, 7, 7, 200, 200, 200],
    ]);
    expect(await pixelsOf(handMade({ ...size, colourType: 4 }, [0, 7, 8, 9, 10]))).toEqual([
      4,
      [7, 7, 7, 8, 9, 9, 9, 10],
    ]);
    expect(await pixelsOf(handMade({ ...size, colourType: 3 }, [0, 1, 0], palette))).toEqual([
      3,
      [4, 5, 6, 1, 2, 3],
    ]);
    expect(await pixelsOf(handMade({ ...size, colourType: 3 }, [0, 1, 0], palette, transparency))).toEqual([
      4,
      [4, 5, 6, 255, 1, 2, 3, 99],
    ]);
  });

  it.each([
    [
      'interlaced',
      handMade({ width: 1, height: 1, colourType: 2, interlace: 1 }, [0, 1, 2, 3]),
      'unsupported',
    ],
    ['16 bits deep', handMade({ width: 1, height: 1, colourType: 0, depth: 16 }, [0, 1, 2]), 'unsupported'],
    ['too wide', handMade({ width: 4097, height: 1, colourType: 0 }, [0]), 'unsupported'],
    ['short of rows', handMade({ width: 1, height: 2, colourType: 0 }, [0, 1]), 'broken'],
    ['too full of rows', handMade({ width: 1, height: 1, colourType: 0 }, [0, 1, 0, 1]), 'broken'],
    ['filtered in an unknown way', handMade({ width: 1, height: 1, colourType: 0 }, [5, 1]), 'broken'],
    ['without its palette', handMade({ width: 1, height: 1, colourType: 3 }, [0, 0]), 'broken'],
    ['no PNG', Buffer.from('hello'), 'broken'],
  ])('says so where a file is %s', async (_, file, kind) => {
    expect(await decodePng(file)).toEqual({ kind });
  });

  it('does not believe a file that was changed or cut', async () => {
    const file = await encodePng({ width: 3, height: 3, channels: 3, pixels: new Uint8Array(27).fill(9) });
    for (let at = 8; at < file.length; at += 1) {
      const changed = Buffer.from(file);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect((await decodePng(changed)).kind).not.toBe('picture');
      expect(await decodePng(file.subarray(0, at))).toEqual({ kind: 'broken' });
    }
  });
});
