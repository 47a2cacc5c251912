import { type Pieces, slicePieces } from '../body/pieces.ts';

/** Messages of more bytes than this are not hashed whole. */
export const largeFromBytes = 64 * 1024;

/** From one byte of a body to another, exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Writes what stands for a large message between two offsets: its length, its first and last 4 KiB, and 64 samples of 64
 * bytes between, about 12 KiB in all. Gives the number of bytes. That is safe enough: pictures of the same length differ
 * nearly everywhere, since they are compressed; texts of the same length that differ between the samples only would have
 * to meet in conversations of one client that are equal in everything else, answers included. And all that can happen
 * then is that a turn meets the other one's provider.
 */
export function writeSamples(pieces: Pieces, { start, end }: ByteRange, target: Buffer, at: number): number {
  const bytes = end - start;
  const samples = new SampleCopy(slicePieces(pieces, start, end), target, at);
  // No JSON has a NUL, so that this cannot be taken for a message that was hashed whole.
  samples.text(`\0${bytes}:`);
  samples.take(0, edgeBytes);
  const stride = (bytes - 2 * edgeBytes) / sampleCount;
  for (let index = 0; index < sampleCount; index++) {
    const from = Math.floor(edgeBytes + index * stride);
    samples.take(from, from + sampleBytes);
  }
  samples.take(bytes - edgeBytes, bytes);
  return samples.written;
}

/** Copies samples out of pieces, in ascending order. */
class SampleCopy {
  written = 0;
  readonly #pieces: Pieces;
  readonly #target: Buffer;
  readonly #at: number;
  #index = 0;
  /** Where the piece at `#index` begins. */
  #base = 0;

  constructor(pieces: Pieces, target: Buffer, at: number) {
    this.#pieces = pieces;
    this.#target = target;
    this.#at = at;
  }

  text(text: string): void {
    this.written += this.#target.write(text, this.#at + this.written, 'latin1');
  }

  take(start: number, end: number): void {
    let from = start;
    for (;;) {
      const piece = this.#pieces[this.#index];
      if (!piece) return;
      if (from < this.#base + piece.length) {
        const copied = piece.copy(
          this.#target,
          this.#at + this.written,
          from - this.#base,
          Math.min(piece.length, end - this.#base),
        );
        this.written += copied;
        from += copied;
        if (from >= end) return;
      }
      this.#base += piece.length;
      this.#index++;
    }
  }
}

const edgeBytes = 4096;
const sampleBytes = 64;
const sampleCount = 64;
