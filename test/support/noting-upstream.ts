import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, startHttpUpstream, type TestUpstream } from './http-upstream.ts';

/** A request as it came to the upstream. */
export interface NotedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The body's fields, if it is a JSON object. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** An answer that a test writes. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Takes the request over: nothing is answered but what this does. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => void;
}

/** An upstream that notes what comes and answers as the test says. */
export interface NotingUpstream extends TestUpstream {
  readonly requests: readonly NotedRequest[];
}

/** `GET /v1/models` of a `NotingUpstream`: two groups for some models, one for others, none known for the last. */
export const notedModels = {
  object: 'list',
  data: [
    { id: 'gpt-5.2', object: 'model', cost: 10, available_groups: ['openai', 'openrouter', 'azure'] },
    { id: 'claude-opus-4.5', object: 'model', cost: 30, available_groups: ['openrouter'] },
    { id: 'sora-2/text-to-video', object: 'model', cost: '15 a second', available_groups: ['fal-ai'] },
    { id: 'mystery', object: 'model' },
  ],
};

/**
 * Starts one. `answer` is asked for each request but those for the models; by default all are answered with 200 and an
 * `x-request-id` that counts up.
 */
export async function startNotingUpstream(
  answer: (request: NotedRequest, count: number) => ScriptedAnswer | undefined = () => undefined,
): Promise<NotingUpstream> {
  const requests: NotedRequest[] = [];
  const upstream = await startHttpUpstream(async (request, response) => {
    const body = (await readBody(request)).toString('latin1');
    if (request.url === '/v1/models') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(notedModels));
      return;
    }
    const { method = '', url = '', headers } = request;
    const noted = { method, path: url, headers, body, fields: readFields(body) };
    requests.push(noted);
    const { status = 200, headers: more, body: text, instead } = answer(noted, requests.length) ?? {};
    if (instead !== undefined) return instead(request, response);
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-request-id': `req_${requests.length}`,
      ...more,
    });
    response.end(text ?? (status < 400 ? '{"ok":true}' : '{"error":{"message":"as the test wished"}}'));
  });
  return { ...upstream, requests, [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose]() };
}

function readFields(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
