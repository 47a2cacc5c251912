import { slicePieces, type Pieces } from './pieces.ts';

/** A range of bytes that is replaced by a text; an empty range is an insertion, an empty text a removal. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The pieces with the spliced ranges replaced: views of the old ones everywhere else, nothing is copied. `byteCount` is that
 * of all pieces. The splices do not overlap and may come in any order; insertions at one place keep theirs.
 */
export function splicePieces(pieces: Pieces, byteCount: number, splices: readonly Splice[]): Buffer[] {
  const result: Buffer[] = [];
  let offset = 0;
  for (const splice of splices.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    result.push(...slicePieces(pieces, offset, splice.start));
    if (splice.text !== '') result.push(Buffer.from(splice.text));
    offset = splice.end;
  }
  result.push(...slicePieces(pieces, offset, byteCount));
  return result;
}
