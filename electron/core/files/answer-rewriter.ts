/**
 * Changes an answer's body on its way. It is given every byte in order and gives bytes back as soon as it can; what it
 * does not change it gives back as it came.
 */
export interface AnswerRewriter {
  /** Takes the next bytes, which must not change afterwards. Returns what can go on now; null if nothing can. */
  write(chunk: Buffer): Buffer | null;
  /** Says that no more comes, be it the end or that the answer broke off. Returns what was held back; null if nothing was. */
  end(): Buffer | null;
}
