import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { readByteRange } from '../files/byte-range.ts';
import type { KeptFiles } from '../files/kept-files.ts';
import { answerRefusal, dropRestOfBody } from './answer-refusal.ts';
import type { Refusal } from './refusal.ts';

/**
 * Answers `GET` and `HEAD` of a kept file: whole, or the one range of bytes that is asked for (RFC 9110, section 14). No
 * client key is asked for: the name is the secret, and a browser sends none for an image. What it shows can do nothing
 * there: no scripts, no other type than the declared one. `addedHeaders` (name, value, …) come on top.
 */
export function answerFile(
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  keptFiles: KeptFiles,
  addedHeaders: readonly string[],
  clock: Clock,
): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    answerRefusal(request, response, wrongMethod, ['allow', 'GET, HEAD', ...addedHeaders], clock);
    return;
  }
  const file = keptFiles.find(name);
  if (file === null) {
    answerRefusal(request, response, notFound, ['cache-control', 'no-store', ...addedHeaders], clock);
    return;
  }
  const { bytes, contentType, untilMs } = file;
  const range = readByteRange(askedRange(request), bytes.length);
  if (range.kind === 'unsatisfiable') {
    const whole = ['content-range', `bytes */${bytes.length}`];
    answerRefusal(request, response, wrongRange, [...whole, ...addedHeaders], clock);
    return;
  }
  const isPart = range.kind === 'part';
  const sent = isPart ? bytes.subarray(range.start, range.end) : bytes;
  const secondsLeft = Math.floor((untilMs - clock.monotonicMs()) / 1000);
  const headers = ['content-type', contentType, 'content-length', String(sent.length)];
  headers.push(
    'cache-control',
    `private, max-age=${secondsLeft}, immutable`,
    ...fixedHeaders,
    ...addedHeaders,
  );
  if (isPart) headers.push('content-range', `bytes ${range.start}-${range.end - 1}/${bytes.length}`);
  response.writeHead(isPart ? 206 : 200, headers);
  response.end(request.method === 'HEAD' ? undefined : sent);
  if (!request.complete) dropRestOfBody(request, clock);
}

/** Only GET has ranges. One on a condition is not given: the file has no validator that the condition could name. */
function askedRange({ method, headers }: IncomingMessage): string | undefined {
  return method === 'GET' && headers['if-range'] === undefined ? headers.range : undefined;
}

const fixedHeaders = [
  'accept-ranges',
  'bytes',
  'x-content-type-options',
  'nosniff',
  'content-security-policy',
  "default-src 'none'; sandbox",
  'cross-origin-resource-policy',
  'cross-origin',
  'content-disposition',
  'inline',
];

const wrongMethod: Refusal = {
  code: 'method_not_allowed',
  message: 'A picture can only be fetched. Use GET or HEAD.',
};

const notFound: Refusal = {
  code: 'file_not_found',
  message:
    'There is no such picture, or it is gone: pictures are kept for ten minutes. Ask for it again, or with response_format "b64_json".',
};

const wrongRange: Refusal = {
  code: 'range_not_satisfiable',
  message:
    'The picture has no such bytes. Leave the Range header out, or ask for a range inside the picture.',
};
