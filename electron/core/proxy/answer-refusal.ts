import type { IncomingMessage, ServerResponse } from 'node:http';
import { proxyErrors } from '../../../shared/proxy-error.ts';
import type { Clock } from '../clock.ts';
import { refusalBody, refusalHeaders, type Refusal } from './refusal.ts';

/**
 * Answers with an error of the proxy's own. Nothing may have been sent yet. `addedHeaders` (name, value, …) come on top.
 * A body that the client is still sending is read and dropped for a while: closing the connection on it would lose the
 * answer.
 */
export function answerRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
  addedHeaders: readonly string[],
  clock: Clock,
): void {
  const body = Buffer.from(JSON.stringify(refusalBody(refusal)));
  response.writeHead(proxyErrors[refusal.code].status, [
    ...refusalHeaders(refusal, body.length),
    ...addedHeaders,
  ]);
  response.end(request.method === 'HEAD' ? undefined : body);
  if (!request.complete) dropRestOfBody(request, clock);
}

/** Reads and drops what is left of a request's body; closes the connection if its end does not come in time. */
export function dropRestOfBody(request: IncomingMessage, clock: Clock): void {
  const timer = clock.setTimer(dropRestMs, () => request.socket.destroy());
  request.once('close', () => timer.cancel());
  request.resume();
}

const dropRestMs = 10_000;
