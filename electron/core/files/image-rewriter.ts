import type { AnswerHead } from '../upstream/answer-headers.ts';
import type { AnswerRewriter } from './answer-rewriter.ts';
import type { KeepPicture } from './keep-picture.ts';
import { ImageAnswerRewriter } from './rewrite-image-answer.ts';
import { ImageEventRewriter } from './rewrite-image-events.ts';

/**
 * The rewriter that puts URLs in the place of pictures, for a client that asked for `response_format: "url"`; null if there
 * is nothing that could be rewritten: a body with a content coding, or neither JSON nor events. The body's length changes,
 * so an announced one must be left out.
 */
export function createImageRewriter(
  head: Pick<AnswerHead, 'contentType' | 'isEncoded'>,
  keep: KeepPicture,
): AnswerRewriter | null {
  if (head.isEncoded) return null;
  if (eventStream.test(head.contentType)) return new ImageEventRewriter(keep);
  if (json.test(head.contentType)) return new ImageAnswerRewriter(keep);
  return null;
}

const eventStream = /^\s*text\/event-stream\b/i;
const json = /^\s*application\/(?:[\w.+-]+\+)?json\b/i;
