import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { CachedAnswer } from '../models/answer-from-cache.ts';
import { dropRestOfBody } from './answer-refusal.ts';

/** Answers with what is kept of the upstream's, a HEAD request without the body. `addedHeaders` (name, value, …) come on top. */
export function answerKept(
  request: IncomingMessage,
  response: ServerResponse,
  { status, contentType, bytes, headers }: CachedAnswer,
  addedHeaders: readonly string[],
  clock: Clock,
): void {
  const length = ['content-type', contentType, 'content-length', String(bytes.length)];
  response.writeHead(status, [...length, ...headers, ...addedHeaders]);
  response.end(request.method === 'HEAD' ? undefined : bytes);
  if (!request.complete) dropRestOfBody(request, clock);
}
