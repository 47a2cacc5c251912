import { request, type IncomingHttpHeaders } from 'node:http';
import type { ControlServer } from '../../../../electron/headless/control/control-server.ts';

/** An answer, read to its end. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request as given: target and headers are sent untouched, without anything a browser or fetch would mend. */
export function rawRequest(
  server: ControlServer,
  options: {
    method?: string;
    target?: string;
    headers?: Record<string, string | string[]>;
    body?: string | Buffer;
  },
): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const sent = request(
    {
      host: '127.0.0.1',
      port: server.port,
      method: options.method ?? 'GET',
      path: options.target ?? '/',
      headers: { host: `127.0.0.1:${server.port}`, ...options.headers },
      agent: false,
    },
    (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(pieces).toString('utf8'),
        }),
      );
    },
  );
  sent.on('error', reject);
  sent.end(options.body);
  return promise;
}

/** What the page sends along with a procedure call. */
export function pageHeaders(server: ControlServer, cookie: string): Record<string, string> {
  return { origin: `http://127.0.0.1:${server.port}`, cookie, 'content-type': 'application/json' };
}
