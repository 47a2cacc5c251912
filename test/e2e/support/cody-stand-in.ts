import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readBody } from '../../support/http-upstream.ts';
import { selfSignedCertificate } from '../../support/self-signed-certificate.ts';

/** A key that every stand-in accepts. */
export const goodCodyKey = 'cody-0f1e2d3c4b5a69788796a5b4c3d2e1f0';

const codyHost = 'codyapi.ru';

/** A Cody of the test's own. It accepts `goodCodyKey`, refuses every other key with 401, and never leaves this computer. */
export interface CodyStandIn extends AsyncDisposable {
  readonly port: number;
  /** Where it answers without TLS. */
  readonly baseUrl: string;
  /**
   * With these environment variables a host that calls the real `https://codyapi.ru/v1` is led here, by an outgoing
   * proxy and a certificate made for the test. Every other name is refused.
   */
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts it on a free port. */
export async function startCodyStandIn(): Promise<CodyStandIn> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cody-stand-in-'));
  const certificate = selfSignedCertificate(`DNS:${codyHost}`);
  const certificateFile = path.join(folder, 'certificate.pem');
  await writeFile(certificateFile, certificate.cert);

  const sockets = new Set<Socket>();
  const tls = createTlsServer(certificate, (request, response) => void answer(request, response));
  const server = createServer((request, response) => void answer(request, response));
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    if (request.url !== `${codyHost}:443`) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    return void tls.emit('connection', socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    baseUrl: `http://127.0.0.1:${port}/v1`,
    environment: { HTTPS_PROXY: `http://127.0.0.1:${port}`, NODE_EXTRA_CA_CERTS: certificateFile },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await readBody(request);
  if (request.headers.authorization !== `Bearer ${goodCodyKey}`) {
    const error = { message: 'Unknown key.', type: 'authentication_error', code: 'invalid_api_key' };
    return sendJson(response, 401, { error });
  }
  const found = answers[request.url ?? ''];
  return found === undefined
    ? sendJson(response, 404, { error: { message: 'Not here.', type: 'invalid_request_error' } })
    : sendJson(response, 200, found);
}

const answers: Readonly<Record<string, object>> = {
  '/v1/me': { name: 'Ada', plan: 'Studio', credits: 1840 },
  '/v1/models': { object: 'list', data: [{ id: 'gpt-5.2' }, { id: 'gpt-5-mini' }] },
  '/v1/chat/completions': {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'gpt-5.2',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'From Cody itself.' }, finish_reason: 'stop' },
    ],
  },
};

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req-stand-in' });
  response.end(JSON.stringify(body));
}
