import { scanJsonBody, type JsonBody } from '../body/json-body.ts';
import { findElements, findField } from '../body/json-elements.ts';
import { slicePieces } from '../body/pieces.ts';
import type { AnswerRewriter } from './answer-rewriter.ts';
import { HeldJson } from './held-json.ts';
import type { KeepPicture } from './keep-picture.ts';
import { linkPicture, type DecodeString } from './link-picture.ts';

/**
 * Puts URLs in the place of the pictures of an images answer (https://platform.openai.com/docs/api-reference/images/object):
 * in each element of `data`, as `linkPicture` does it. Returns the pieces of the new answer; null if nothing changes.
 */
function linkPictures(answer: JsonBody, decode: DecodeString, keep: KeepPicture): Buffer[] | null {
  const data = findField(answer, 'data');
  const elements = data && findElements(data, maxPictures);
  if (elements === null) return null;
  const pieces: Buffer[][] = [];
  let passedTo = 0;
  for (const { start, end } of elements) {
    const element = scanJsonBody(slicePieces(answer.pieces, start, end));
    if (!element.ok) continue;
    const linked = linkPicture(element.body, (from, to) => decode(start + from, start + to), keep);
    if (linked === null) continue;
    pieces.push(slicePieces(answer.pieces, passedTo, start), linked);
    passedTo = end;
  }
  if (passedTo === 0) return null;
  pieces.push(slicePieces(answer.pieces, passedTo, answer.byteCount));
  return pieces.flat();
}

/**
 * Rewrites an images answer that comes as one JSON object. Holds it back to its end, up to 256 MiB of it beside the
 * pictures decoded from it; a longer one passes as it is.
 */
export class ImageAnswerRewriter implements AnswerRewriter {
  readonly #keep: KeepPicture;
  /** Null once the answer passes as it is. */
  #held: HeldJson | null = new HeldJson(maxAnswerBytes);

  constructor(keep: KeepPicture) {
    this.#keep = keep;
  }

  write(chunk: Buffer): Buffer | null {
    const held = this.#held;
    if (held === null) return chunk;
    if (held.write(chunk)) return null;
    this.#held = null;
    return held.takeBytes();
  }

  end(): Buffer | null {
    const held = this.#held;
    if (held === null) return null;
    this.#held = null;
    const answer = held.end();
    const linked = answer && linkPictures(answer, (start, end) => held.decodeString(start, end), this.#keep);
    const bytes = linked === null ? held.takeBytes() : Buffer.concat(linked);
    return bytes.length === 0 ? null : bytes;
  }
}

/** OpenAI allows 10 in a request. */
const maxPictures = 1000;
const maxAnswerBytes = 256 * 1024 * 1024;
