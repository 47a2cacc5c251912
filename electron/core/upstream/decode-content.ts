import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';

/**
 * Takes a content coding off a body (RFC 9110, section 8.4.1); `coding` is the header's value, empty for none. Null if
 * the coding is not known or stacked, the bytes are damaged, or there would be more than `maxBytes`.
 */
export async function decodeContent(bytes: Buffer, coding: string, maxBytes: number): Promise<Buffer | null> {
  const name = coding.trim().toLowerCase();
  if (name === '' || name === 'identity') return bytes;
  const decode = decoders.get(name);
  try {
    return decode === undefined ? null : await decode(bytes, { maxOutputLength: maxBytes });
  } catch {
    return null;
  }
}

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const decoders: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
  ['zstd', promisify(zstdDecompress)],
]);
