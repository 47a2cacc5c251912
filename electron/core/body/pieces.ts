/** A body as it arrived: its pieces in order, never joined. */
export type Pieces = readonly Buffer[];

/** How many bytes the pieces hold. */
export function countBytes(pieces: Pieces): number {
  let bytes = 0;
  for (const piece of pieces) bytes += piece.length;
  return bytes;
}

/** The bytes from `start` to `end` (exclusive), as views of the same memory; nothing is copied. */
export function slicePieces(pieces: Pieces, start: number, end: number): Buffer[] {
  const slices: Buffer[] = [];
  let offset = 0;
  for (const piece of pieces) {
    if (offset >= end) break;
    const from = Math.max(0, start - offset);
    const to = Math.min(piece.length, end - offset);
    if (from < to) slices.push(from === 0 && to === piece.length ? piece : piece.subarray(from, to));
    offset += piece.length;
  }
  return slices;
}

/** The text of a small part of the pieces, copied out. */
export function readText(pieces: Pieces, start: number, end: number): string {
  const slices = slicePieces(pieces, start, end);
  return (slices.length === 1 && slices[0] ? slices[0] : Buffer.concat(slices)).toString('utf8');
}
