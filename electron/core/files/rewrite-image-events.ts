import type { AnswerRewriter } from './answer-rewriter.ts';
import { HeldJson } from './held-json.ts';
import type { KeepPicture } from './keep-picture.ts';
import { linkPicture } from './link-picture.ts';

/**
 * Rewrites a stream of server-sent events with pictures
 * (https://platform.openai.com/docs/api-reference/images-streaming): a `data` line that is a JSON object is changed as
 * `linkPicture` does it, the rest passes as it comes. Only such a line is held back, until it ends; one over 64 MiB passes
 * as it is, and so does an object that is spread over several lines. Lines end in LF, CR LF or CR.
 */
export class ImageEventRewriter implements AnswerRewriter {
  readonly #keep: KeepPicture;
  /** How much of `data:` the current line has begun with; `otherLine` if it is another. */
  #matched = 0;
  /** What follows `data:` on the current line; null on other lines. */
  #held: HeldJson | null = null;

  constructor(keep: KeepPicture) {
    this.#keep = keep;
  }

  write(chunk: Buffer): Buffer | null {
    const passed: Buffer[] = [];
    /** From where on the chunk has not been passed on or held back yet. */
    let from = 0;
    let at = 0;
    let lineFeed = -1;
    while (at < chunk.length) {
      if (this.#held === null && this.#matched !== otherLine) {
        const byte = chunk[at];
        if (byte === dataField[this.#matched]) {
          at++;
          if (++this.#matched < dataField.length) continue;
          passed.push(chunk.subarray(from, at));
          this.#held = new HeldJson(maxEventBytes);
          this.#matched = otherLine;
          from = at;
          continue;
        }
        this.#matched = otherLine;
      }
      if (lineFeed < at) lineFeed = indexOrEnd(chunk, lf, at);
      const lineEnd = at + indexOrEnd(chunk.subarray(at, lineFeed), cr, 0);
      if (this.#held !== null) {
        const goesOn = this.#hold(chunk.subarray(at, lineEnd), lineEnd < chunk.length);
        if (goesOn !== null) passed.push(goesOn);
        from = lineEnd;
      }
      at = lineEnd;
      if (at === chunk.length) break;
      this.#matched = 0;
      at++;
    }
    if (from < chunk.length) passed.push(from === 0 ? chunk : chunk.subarray(from));
    return join(passed);
  }

  end(): Buffer | null {
    // A last line without a line end counts too, as lenient clients have it.
    return this.#held === null ? null : this.#hold(Buffer.alloc(0), true);
  }

  /** Holds a piece of a data line back. Returns the line's bytes once they can go on: at its end, or if there is no use in waiting. */
  #hold(piece: Buffer, isLineEnd: boolean): Buffer | null {
    const held = this.#held;
    if (held === null) return piece;
    const isWorthIt = piece.length === 0 || held.write(piece);
    if (isWorthIt && !isLineEnd) return null;
    this.#held = null;
    const object = isWorthIt ? held.end() : null;
    const linked = object && linkPicture(object, (start, end) => held.decodeString(start, end), this.#keep);
    return linked === null ? held.takeBytes() : Buffer.concat(linked);
  }
}

function indexOrEnd(bytes: Buffer, byte: number, from: number): number {
  const index = bytes.indexOf(byte, from);
  return index < 0 ? bytes.length : index;
}

function join(buffers: readonly Buffer[]): Buffer | null {
  if (buffers.length > 1) return Buffer.concat(buffers);
  const [only] = buffers;
  return only === undefined || only.length === 0 ? null : only;
}

const dataField = Buffer.from('data:');
const otherLine = -1;
const lf = 0x0a;
const cr = 0x0d;
const maxEventBytes = 64 * 1024 * 1024;
