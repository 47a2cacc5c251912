import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { breathe } from '../breathe.ts';
import { bytesBetweenBreaths, longestSide, type Picture } from './picture.ts';
import { readChunks, type PngChunk } from './png-format.ts';
import { unfilterRows } from './unfilter-rows.ts';

const inflateAsync = promisify(inflate);

/** `unsupported`: a good PNG of a kind that is not read here. `broken`: no PNG, or one that cannot be read. */
export type DecodedPng =
  | { readonly kind: 'picture'; readonly picture: Picture }
  | { readonly kind: 'unsupported' | 'broken' };

/** Channels in the file, by colour type (https://www.w3.org/TR/png-3/#6Colour-values). */
const channelsByColourType: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * Reads a PNG of 8 bits a channel, not interlaced, in grey, RGB, palette, grey with alpha or RGBA, at most 4096 pixels a side.
 * The picture has alpha if the file has an alpha channel or its palette has transparency. Inflates off the main thread.
 */
export async function decodePng(file: Buffer): Promise<DecodedPng> {
  const chunks = readChunks(file);
  const header = chunks?.[0];
  if (!chunks || header?.type !== 'IHDR' || header.data.length !== 13) return { kind: 'broken' };
  const width = header.data.readUInt32BE(0);
  const height = header.data.readUInt32BE(4);
  const colourType = header.data.readUInt8(9);
  const fileChannels = channelsByColourType[colourType];
  if (width === 0 || height === 0 || fileChannels === undefined) return { kind: 'broken' };
  const isPlain = header.data.readUInt8(8) === 8 && header.data.readUInt8(12) === 0;
  if (!isPlain || width > longestSide || height > longestSide) return { kind: 'unsupported' };
  const rowBytes = width * fileChannels;
  const filtered = await inflateData(chunks, (rowBytes + 1) * height);
  const rows = filtered && (await unfilterRows(filtered, height, rowBytes, fileChannels));
  if (!rows) return { kind: 'broken' };
  const colours = colourTable(colourType, chunks);
  if (!colours) return { kind: 'broken' };
  const pixels = await spread(rows, width * height, fileChannels, colours);
  return { kind: 'picture', picture: { width, height, channels: colours.channels, pixels } };
}

async function inflateData(chunks: readonly PngChunk[], expectedBytes: number): Promise<Buffer | null> {
  const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data));
  try {
    // One byte more than expected is let through, so that too much is seen, and a bomb stopped.
    const inflated = await inflateAsync(data, { maxOutputLength: expectedBytes + 1 });
    return inflated.length === expectedBytes ? inflated : null;
  } catch {
    return null;
  }
}

/** How a file's pixel becomes one of the picture: an entry for each first byte, or (without entries) its bytes as they are. */
interface ColourTable {
  readonly channels: 3 | 4;
  readonly entries: Uint8Array | null;
}

function colourTable(colourType: number, chunks: readonly PngChunk[]): ColourTable | null {
  if (colourType === 2) return { channels: 3, entries: null };
  if (colourType === 6) return { channels: 4, entries: null };
  if (colourType !== 3) {
    const entries = Uint8Array.from({ length: 256 * 3 }, (_, index) => Math.floor(index / 3));
    return {
      channels: colourType === 0 ? 3 : 4,
      entries: colourType === 0 ? entries : withAlpha(entries, null),
    };
  }
  const palette = chunks.find(({ type }) => type === 'PLTE')?.data;
  if (!palette) return null;
  const entries = new Uint8Array(256 * 3);
  entries.set(palette.subarray(0, entries.length));
  const transparency = chunks.find(({ type }) => type === 'tRNS')?.data;
  if (!transparency) return { channels: 3, entries };
  return { channels: 4, entries: withAlpha(entries, transparency) };
}

function withAlpha(entries: Uint8Array, alphas: Uint8Array | null): Uint8Array {
  return Uint8Array.from({ length: 256 * 4 }, (_, index) => {
    const entry = Math.floor(index / 4);
    return (index % 4 === 3 ? (alphas?.[entry] ?? 255) : entries[entry * 3 + (index % 4)]) ?? 0;
  });
}

async function spread(
  rows: Uint8Array,
  pixelCount: number,
  fileChannels: number,
  { channels, entries }: ColourTable,
): Promise<Uint8Array> {
  if (entries === null) return rows;
  const pixels = new Uint8Array(pixelCount * channels);
  for (let pixel = 0; pixel < pixelCount; pixel += 1) {
    const entry = (rows[pixel * fileChannels] ?? 0) * channels;
    for (let channel = 0; channel < channels; channel += 1) {
      pixels[pixel * channels + channel] = entries[entry + channel] ?? 0;
    }
    // Grey with alpha: the file's second byte is the alpha.
    if (fileChannels === 2) pixels[pixel * channels + 3] = rows[pixel * 2 + 1] ?? 255;
    if ((pixel * channels) % bytesBetweenBreaths === 0) await breathe();
  }
  return pixels;
}
