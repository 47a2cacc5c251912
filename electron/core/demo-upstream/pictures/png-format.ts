import { crc32 } from 'node:zlib';

/** The eight bytes that every PNG file starts with. */
export const pngSignature: Uint8Array = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** One chunk of a PNG file. */
export interface PngChunk {
  /** Four letters, such as `IDAT`. */
  readonly type: string;
  readonly data: Buffer;
}

/** The chunk as bytes: length, type, data, CRC (https://www.w3.org/TR/png-3/#5Chunk-layout). */
export function chunkBytes({ type, data }: PngChunk): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** The file's chunks up to IEND; null if it is no PNG, is cut short, or a CRC does not fit. */
export function readChunks(file: Buffer): PngChunk[] | null {
  if (!file.subarray(0, 8).equals(pngSignature)) return null;
  const chunks: PngChunk[] = [];
  let at = 8;
  while (at + 12 <= file.length) {
    const length = file.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > file.length) return null;
    const typeAndData = file.subarray(at + 4, end - 4);
    if (crc32(typeAndData) !== file.readUInt32BE(end - 4)) return null;
    const chunk = { type: typeAndData.toString('latin1', 0, 4), data: typeAndData.subarray(4) };
    chunks.push(chunk);
    if (chunk.type === 'IEND') return chunks;
    at = end;
  }
  return null;
}
