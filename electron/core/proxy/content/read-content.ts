import type { IncomingMessage } from 'node:http';
import { multipartBoundary } from '../../body/form-body.ts';
import type { Clock } from '../../clock.ts';
import type { Refusal } from '../refusal.ts';
import type { RequestFacts } from '../request-facts.ts';
import { announcedBytes, hasBody, isPlainJson } from '../request-kind.ts';
import { JsonContent } from './json-content.ts';
import { readFormBody } from './read-form-body.ts';
import { readJsonBody } from './read-json-body.ts';
import { noContent, type RequestContent } from './request-content.ts';
import { StreamContent } from './stream-content.ts';
import { streamUpload } from './upload-stream.ts';

/** What reading a request's content came to. `gone`: the client went away before enough of it was there. */
export type ReadContentResult =
  | { readonly kind: 'content'; readonly content: RequestContent }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'gone' };

/** What reading needs beside the request. */
export interface ReadContentOptions {
  readonly clock: Clock;
  readonly bodyIdleMs: number;
  readonly freeMemory: () => void;
  /** Called before the first byte of a body is read, if any is to be. */
  readonly onStart: () => void;
  /** Called with the size of what has been read of the body, each time more of it was. */
  readonly onBytes: (byteCount: number) => void;
  /** Called when a client falls silent in the middle of a body that is already on its way up. */
  readonly onIdle: (refusal: Refusal) => void;
}

/**
 * Reads as much of a request's body as is needed to know where it goes: JSON whole, a form whole or its beginning, of any
 * other kind nothing. Calls `done` exactly once, for a request without a body before it returns.
 */
export function readContent(
  request: IncomingMessage,
  facts: RequestFacts,
  options: ReadContentOptions,
  done: (result: ReadContentResult) => void,
): void {
  const { clock, bodyIdleMs, freeMemory, onStart, onBytes } = options;
  if (!hasBody(facts)) return done({ kind: 'content', content: noContent });
  if (isPlainJson(facts)) {
    readJsonBody(request, announcedBytes(facts), bodyIdleMs, clock, onStart, (result) => {
      if (result.kind !== 'body') return done(result);
      onBytes(result.body.byteCount);
      done({ kind: 'content', content: new JsonContent(result.body) });
    });
    return;
  }
  onStart();
  const stream = (head: readonly Buffer[]) =>
    streamUpload(request, head, {
      clock,
      idleMs: bodyIdleMs,
      onIdle: () => options.onIdle(bodyStalled),
      onBytes,
      freeMemory,
    });
  const boundary = facts.contentEncoding === null ? multipartBoundary(facts.contentType) : null;
  if (boundary === null) {
    return done({ kind: 'content', content: new StreamContent(facts.contentLength, () => stream([])) });
  }
  readFormBody(request, boundary, announcedBytes(facts), bodyIdleMs, clock, stream, (result) => {
    if (result.kind === 'form') {
      onBytes(result.byteCount);
      done({ kind: 'content', content: result.content });
    } else done(result.kind === 'gone' ? result : { kind: 'refused', refusal: bodyStalled });
  });
}

const bodyStalled: Refusal = {
  code: 'request_timeout',
  message: 'No more of the request body came for too long. Send it again, to its end.',
};
