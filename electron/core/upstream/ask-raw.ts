import type { Clock } from '../clock.ts';
import type { Refusal } from '../proxy/refusal.ts';
import { hopHeader } from '../proxy/request-facts.ts';
import { readAnswerHeaders, type AnswerHead } from './answer-headers.ts';
import { UpstreamAttempt } from './attempt.ts';
import { decodeContent } from './decode-content.ts';
import type { UpstreamFailure } from './upstream-failure.ts';
import type { Upstream } from './upstream.ts';

/** An answer of the upstream to a question of the program's own, whatever its status. */
export interface RawAnswer {
  readonly status: number;
  /** As the upstream says; empty if it does not. */
  readonly contentType: string;
  /** The body, without a content coding. */
  readonly bytes: Buffer;
  readonly requestId: string | null;
  /** Name, value, name, value …: what else may go to a client, without the date and the body's type, length and coding. */
  readonly headers: readonly string[];
}

/** What became of a question: an answer, or why there is none. */
export type RawOutcome = RawAnswer | { readonly failed: Refusal };

/** What asking needs of the rest of the core. */
export interface AskingPorts {
  readonly clock: Clock;
  /** Names this running program in the hop header. */
  readonly instanceId: string;
}

/**
 * Asks the upstream of the moment one question of the program's own: a GET of `path`, which is what comes behind the base
 * path, with the Cody key, over the connections that exchanges use too. It waits 10 s for the first byte, 30 s for each
 * next one and a minute for the whole, and reads 8 MiB at most. Never rejects.
 */
export function askRaw(
  upstream: Upstream | Refusal,
  path: string,
  { clock, instanceId }: AskingPorts,
): Promise<RawOutcome> {
  if ('code' in upstream) return Promise.resolve({ failed: upstream });
  const authorization = upstream.authorization();
  if (authorization === null) return Promise.resolve({ failed: codyKeyMissing });
  const { host, basePath } = upstream;
  // Bytes without a coding are what a list of models is put together from; without this header any coding would do
  // (RFC 9110, section 12.5.3).
  const headers = ['accept', 'application/json', 'accept-encoding', 'identity'];
  headers.push('authorization', authorization, hopHeader, instanceId);

  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let byteCount = 0;
    let status = 0;
    let head: AnswerHead | null = null;
    const end = (outcome: RawOutcome | Promise<RawOutcome>): void => {
      wholeTimer.cancel();
      resolve(outcome);
    };
    const giveUp = (failure: UpstreamFailure): void => {
      attempt.abort();
      end({ failed: failure });
    };
    const attempt = new UpstreamAttempt(
      upstream,
      { method: 'GET', path: basePath + path, headers, body: null },
      { firstByteMs, idleMs },
      clock,
      {
        sent: () => undefined,
        started: (statusCode, _statusMessage, rawHeaders) => {
          status = statusCode;
          head = readAnswerHeaders(statusCode, rawHeaders);
        },
        data: (chunk) => {
          byteCount += chunk.length;
          if (byteCount > maxAnswerBytes) giveUp(tooLong(host));
          else chunks.push(chunk);
        },
        ended: () => end(head === null ? { failed: unreadable(host) } : toAnswer(status, head, chunks, host)),
        failed: (failure) => end({ failed: withOwnLimit(failure, host) }),
      },
    );
    const wholeTimer = clock.setTimer(wholeMs, () => giveUp(unfinished(host)));
    attempt.send();
  });
}

/** Why nothing can be asked or sent: there is no key yet. */
export const codyKeyMissing: Refusal = {
  code: 'cody_key_missing',
  message:
    'Cody Desktop has no Cody key yet. Open it and paste the key, or set CODY_API_KEY; the client key of this tool stays as it is.',
  remedy: { kind: 'save_cody_key' },
};

/** Longer than a connection may take by default, so that one that cannot be made is named as that. */
const firstByteMs = 15_000;
const idleMs = 30_000;
const wholeMs = 60_000;
/** Model lists of big upstreams have about one megabyte. */
const maxAnswerBytes = 8 * 1024 * 1024;

/** What is said of the body elsewhere, or is no longer true when the answer is given to a client. */
const notOfLater: ReadonlySet<string> = new Set(['content-type', 'content-length', 'date']);

async function toAnswer(
  status: number,
  head: AnswerHead,
  chunks: readonly Buffer[],
  host: string,
): Promise<RawOutcome> {
  const headers: string[] = [];
  let coding = '';
  for (let index = 0; index + 1 < head.headers.length; index += 2) {
    const name = head.headers[index] as string;
    const value = head.headers[index + 1] as string;
    const lower = name.toLowerCase();
    if (lower === 'content-encoding') coding = value;
    else if (!notOfLater.has(lower)) headers.push(name, value);
  }
  const bytes = await decodeContent(Buffer.concat(chunks), coding, maxAnswerBytes);
  if (bytes === null) return { failed: unreadable(host) };
  return { status, contentType: head.contentType, bytes, requestId: head.requestId, headers };
}

/** These limits are no settings, as the usual words for a time-out would have it. */
function withOwnLimit(failure: UpstreamFailure, host: string): UpstreamFailure {
  if (failure.code === 'upstream_first_byte_timeout') {
    const message = `The upstream ${host} sent no answer within ${firstByteMs / 1_000} s. Try again later.`;
    return { code: failure.code, message };
  }
  if (failure.code !== 'upstream_idle_timeout') return failure;
  return {
    code: failure.code,
    message: `The upstream ${host} began an answer and then fell silent. Try again.`,
  };
}

function unfinished(host: string): UpstreamFailure {
  const message = `The upstream ${host} did not finish its answer within ${wholeMs / 1_000} s. Try again later.`;
  return { code: 'upstream_idle_timeout', message };
}

function tooLong(host: string): UpstreamFailure {
  const message = `The upstream ${host} sent far more than was asked for. Check its address in the settings.`;
  return { code: 'upstream_invalid_answer', message };
}

function unreadable(host: string): UpstreamFailure {
  const message = `The upstream ${host} answered in a coding that cannot be read. Check its address in the settings.`;
  return { code: 'upstream_invalid_answer', message };
}
