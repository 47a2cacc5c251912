import type { Dispatcher } from 'undici';
import type { UpstreamAnswer } from '../secrets/check-cody-key.ts';
import { openDispatcher, type ProxyEnvironment } from './outgoing-dispatcher.ts';
import { nameUpstreamFailure } from './upstream-failure.ts';

/** Largest answer that is read: model lists of big upstreams have about one megabyte. */
const maxAnswerBytes = 8 * 1024 * 1024;

/**
 * Asks an upstream one question of the program's own: a GET below the base URL, with an `Authorization` header. Waits
 * for `timeoutMs` at most. Never rejects; says in words why there was no answer.
 */
export async function askUpstream(
  baseUrl: string,
  path: string,
  authorization: string,
  timeoutMs: number,
  environment: ProxyEnvironment,
): Promise<UpstreamAnswer> {
  const url = new URL(baseUrl);
  let dispatcher: Dispatcher | null = null;
  try {
    dispatcher = openDispatcher(url, timeoutMs, environment);
    const answer = await dispatcher.request({
      origin: url.origin,
      path: url.pathname.replace(/\/+$/, '') + path,
      method: 'GET',
      headers: { authorization, accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const chunks: Buffer[] = [];
    let byteCount = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      byteCount += chunk.length;
      if (byteCount > maxAnswerBytes)
        return { failed: `the upstream ${url.host} sent far more than was asked for.` };
      chunks.push(chunk);
    }
    return { status: answer.statusCode, body: parseBody(Buffer.concat(chunks).toString('utf8')) };
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      return { failed: `the upstream ${url.host} did not answer within ${Math.round(timeoutMs / 1000)} s.` };
    }
    return { failed: nameUpstreamFailure(error, url.host).message };
  } finally {
    await dispatcher?.destroy();
  }
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
