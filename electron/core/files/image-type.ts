/** A type of picture that is kept and served: its file extension and media type. */
export interface ImageType {
  readonly extension: string;
  readonly contentType: string;
}

/**
 * What type of picture a file is, by its first bytes alone (https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern).
 * Null for everything else, SVG among it: served from this address it could run scripts.
 */
export function imageTypeOf(bytes: Buffer): ImageType | null {
  const start = bytes.toString('latin1', 0, 16);
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return types.png;
  if (start.startsWith('\xff\xd8\xff')) return types.jpeg;
  if (start.startsWith('RIFF') && start.startsWith('WEBP', 8)) return types.webp;
  if (start.startsWith('GIF87a') || start.startsWith('GIF89a')) return types.gif;
  if (start.startsWith('ftyp', 4) && hasAvifBrand(bytes)) return types.avif;
  return null;
}

/**
 * Whether a file's first box names AVIF, as its major or as a compatible brand (ISO/IEC 14496-12, section 4.3;
 * https://aomediacodec.github.io/av1-avif/#brands).
 */
function hasAvifBrand(bytes: Buffer): boolean {
  const boxEnd = Math.min(bytes.readUInt32BE(0), bytes.length, longestBrandBox);
  for (let at = 8; at + 4 <= boxEnd; at += 4) {
    const brand = bytes.toString('latin1', at, at + 4);
    // Between the major brand and the compatible ones stands the minor version.
    if (at !== 12 && (brand === 'avif' || brand === 'avis')) return true;
  }
  return false;
}

const longestBrandBox = 256;

const types = {
  png: { extension: 'png', contentType: 'image/png' },
  jpeg: { extension: 'jpg', contentType: 'image/jpeg' },
  webp: { extension: 'webp', contentType: 'image/webp' },
  gif: { extension: 'gif', contentType: 'image/gif' },
  avif: { extension: 'avif', contentType: 'image/avif' },
} as const satisfies Record<string, ImageType>;
