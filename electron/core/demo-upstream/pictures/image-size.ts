/** What the first bytes of an image file say of it. */
export interface ImageSize {
  readonly format: 'PNG' | 'JPEG' | 'GIF' | 'WebP';
  readonly width: number;
  readonly height: number;
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Reads format and pixel size from the header of a PNG, JPEG, GIF or WebP file; null for anything else or a broken header. */
export function readImageSize(file: Buffer): ImageSize | null {
  try {
    if (file.subarray(0, 8).equals(pngSignature)) {
      return { format: 'PNG', width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
    }
    const start = file.toString('latin1', 0, 12);
    if (start.startsWith('GIF8')) {
      return { format: 'GIF', width: file.readUInt16LE(6), height: file.readUInt16LE(8) };
    }
    if (start.startsWith('RIFF') && start.endsWith('WEBP')) return webpSize(file);
    if (start.startsWith('\xff\xd8')) return jpegSize(file);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return null;
}

/** https://developers.google.com/speed/webp/docs/riff_container: VP8X, VP8L or VP8 comes first. */
function webpSize(file: Buffer): ImageSize | null {
  const format = 'WebP';
  switch (file.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { format, width: file.readUIntLE(24, 3) + 1, height: file.readUIntLE(27, 3) + 1 };
    case 'VP8L': {
      const bits = file.readUInt32LE(21);
      return { format, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8 ':
      return { format, width: file.readUInt16LE(26) & 0x3fff, height: file.readUInt16LE(28) & 0x3fff };
    default:
      return null;
  }
}

/** Walks the segments up to the frame header (ITU T.81, B.2.2). */
function jpegSize(file: Buffer): ImageSize | null {
  let at = 2;
  while (file.readUInt8(at) === 0xff) {
    const marker = file.readUInt8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      return { format: 'JPEG', width: file.readUInt16BE(at + 7), height: file.readUInt16BE(at + 5) };
    }
    // 0xff may repeat as padding; restart markers and the like have no length.
    const isBare = marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    if (marker === 0xff) at += 1;
    else at += isBare ? 2 : 2 + file.readUInt16BE(at + 2);
  }
  return null;
}
