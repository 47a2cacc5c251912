import type { IncomingMessage, ServerResponse } from 'node:http';
import { askRaw, type RawOutcome } from '../../electron/core/upstream/ask-raw.ts';
import { openUpstream, type Upstream } from '../../electron/core/upstream/upstream.ts';
import { HandClock } from './hand-clock.ts';
import { startHttpUpstream } from './http-upstream.ts';

export const askedKey = 'cody-test-key-that-must-not-leak-0123456789';

/** A real upstream that is asked over real connections, with a clock moved by hand. */
export interface AskedUpstream extends AsyncDisposable {
  readonly clock: HandClock;
  readonly upstream: Upstream;
  /** Method and path of each request, in the order they came. */
  readonly asked: string[];
  readonly ask: (path: string) => Promise<RawOutcome>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts an upstream that answers by `answer`, or opens the one at `baseUrl` instead. */
export async function startAskedUpstream(answer: Answer, baseUrl?: string): Promise<AskedUpstream> {
  const clock = new HandClock();
  const asked: string[] = [];
  const server = await startHttpUpstream((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  const upstream = openUpstream({
    baseUrl: baseUrl ?? server.baseUrl,
    authorization: () => `Bearer ${askedKey}`,
    demo: false,
    connectTimeoutMs: 10_000,
    environment: {},
  });
  return {
    clock,
    upstream,
    asked,
    ask: (path) => askRaw(upstream, path, { clock, instanceId: 'test-instance' }),
    async [Symbol.asyncDispose]() {
      await upstream.dispatcher.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Answers with JSON as it is written here. */
export function sendJson(response: ServerResponse, text: string, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}
