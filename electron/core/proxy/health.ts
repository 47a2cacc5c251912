import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { dropRestOfBody } from './answer-refusal.ts';

/**
 * Answers `GET /health`: that this is Cody Desktop, its version, and the `nonce` of the query, by which a caller knows
 * that nothing between answered in its place. A nonce is 1 to 128 letters, digits, `-` or `_`; others are left out.
 */
export function answerHealth(
  request: IncomingMessage,
  response: ServerResponse,
  version: string,
  addedHeaders: readonly string[],
  clock: Clock,
): void {
  const nonce = /[?&]nonce=([\w-]{1,128})(?:&|$)/.exec(request.url ?? '')?.[1];
  answerJson(
    request,
    response,
    { status: 'ok', name: 'cody-desktop', version, ...(nonce ? { nonce } : {}) },
    addedHeaders,
    clock,
  );
}

/** Answers `/`, which some tools ask for to see if anyone is there, with what to do next. */
export function answerRoot(
  request: IncomingMessage,
  response: ServerResponse,
  version: string,
  port: number,
  addedHeaders: readonly string[],
  clock: Clock,
): void {
  const message = `This is the local endpoint of Cody Desktop. Use http://127.0.0.1:${port}/v1 as the base URL of your tool.`;
  answerJson(request, response, { name: 'cody-desktop', version, message }, addedHeaders, clock);
}

function answerJson(
  request: IncomingMessage,
  response: ServerResponse,
  value: unknown,
  addedHeaders: readonly string[],
  clock: Clock,
): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(200, [
    'content-type',
    'application/json; charset=utf-8',
    'content-length',
    String(body.length),
    'cache-control',
    'no-store',
    ...addedHeaders,
  ]);
  response.end(request.method === 'HEAD' ? undefined : body);
  if (!request.complete) dropRestOfBody(request, clock);
}
