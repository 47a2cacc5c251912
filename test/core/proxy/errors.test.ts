import OpenAI, { APIError } from 'openai';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { scanJsonBody } from '../../../electron/core/body/json-body.ts';
import { proxyErrors, type ProxyErrorCode } from '../../../shared/proxy-error.ts';
import { readBody, startHttpUpstream, startTcpUpstream } from '../../support/http-upstream.ts';
import { openSocket, readUntilClose } from '../../support/raw-http.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { opensslFound, selfSignedCertificate } from '../../support/self-signed-certificate.ts';
import { startTestProxy, testClientKey, testCodyKey, type TestProxy } from '../../support/test-proxy.ts';

function sdk(proxy: TestProxy, maxRetries = 0): OpenAI {
  return new OpenAI({ baseURL: proxy.baseUrl, apiKey: testClientKey, maxRetries });
}

const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };

/** What the official SDK throws for a plain chat. */
async function thrown(proxy: TestProxy): Promise<APIError> {
  const error: unknown = await sdk(proxy)
    .chat.completions.create(chat)
    .catch((reason: unknown) => reason);
  if (!(error instanceof APIError)) throw new Error(`no API error: ${String(error)}`);
  return error;
}

/** Checks that the SDK understood: class by status, code, a message that says what to do, nothing secret. */
function expectCode(error: APIError, code: ProxyErrorCode, words: RegExp): void {
  expect({ code: error.code, status: error.status, type: error.type }).toEqual({
    code,
    status: proxyErrors[code].status,
    type: proxyErrors[code].type,
  });
  expect(error.message).toMatch(words);
  expect(error.headers?.get('x-cody-error')).toBe(code);
  const retry: boolean | undefined = proxyErrors[code].retry;
  expect(error.headers?.get('x-should-retry')).toBe(retry === undefined ? null : String(retry));
  expect(JSON.stringify(error)).not.toContain(testCodyKey);
}

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('before anything is sent', () => {
  test('no Cody key: 401 that says where to paste it', async () => {
    await using proxy = await startTestProxy({ upstreamBaseUrl: 'http://127.0.0.1:9/v1', codyKey: null });
    const error = await thrown(proxy);
    expectCode(error, 'cody_key_missing', /paste the key/);
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
  });

  test('malformed JSON: 400 with the position', async () => {
    await using proxy = await startTestProxy({ upstreamBaseUrl: 'http://127.0.0.1:9/v1' });
    const response = await fetch(`${proxy.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { ...proxy.auth, 'content-type': 'application/json' },
      body: '{"model": "x",}',
    });
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('invalid_json');
    expect(error.message).toContain('unexpected "}" at byte 14 (line 1, column 15)');
  });

  test.each([
    ['announced', { 'content-length': String(64 * 1024 * 1024 + 1) }, ''],
    [
      'chunked',
      { 'transfer-encoding': 'chunked' },
      `${(33 * 1024 * 1024).toString(16)}\r\n"${'x'.repeat(33 * 1024 * 1024 - 1)}\r\n`,
    ],
  ])('a JSON body over 64 MiB, %s: 413 before it is all there', async (_name, headers, chunk) => {
    await using proxy = await startTestProxy({ upstreamBaseUrl: 'http://127.0.0.1:9/v1' });
    const socket = await openSocket(proxy.port);
    const answer = readUntilClose(socket);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(
      `POST /v1/x HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\nAuthorization: Bearer ${testClientKey}\r\nContent-Type: application/json\r\nConnection: close\r\n${lines.join('')}\r\n`,
    );
    socket.write(chunk);
    socket.write(chunk.replace('"', 'x'));
    expect(await answer).toMatchObject({ status: 413, body: expect.stringContaining('request_too_large') });
  });

  test('a body that is not sent to its end: 408', async () => {
    const clock = new HandClock();
    await using proxy = await startTestProxy({ upstreamBaseUrl: 'http://127.0.0.1:9/v1', clock });
    const socket = await openSocket(proxy.port);
    const answer = readUntilClose(socket);
    socket.write(
      `POST /v1/x HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\nAuthorization: Bearer ${testClientKey}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 9\r\n\r\n{`,
    );
    await expect.poll(() => clock.timerCount).toBe(1);
    clock.advance(30_000);
    expect(await answer).toMatchObject({ status: 408, body: expect.stringContaining('request_timeout') });
  });
});

describe('when the upstream', () => {
  test('refuses the connection: 502 upstream_refused', async () => {
    await using proxy = await startTestProxy({
      upstreamBaseUrl: `http://127.0.0.1:${await unusedPort()}/v1`,
    });
    const error = await thrown(proxy);
    expectCode(error, 'upstream_refused', /Check the upstream's address/);
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
  });

  test('has a name that does not exist: 502 upstream_dns_failed', async () => {
    await using proxy = await startTestProxy({ upstreamBaseUrl: 'http://no-such-host.invalid/v1' });
    expectCode(await thrown(proxy), 'upstream_dns_failed', /no-such-host\.invalid cannot be found/);
  });

  test('cannot be reached: 502 upstream_unreachable', async () => {
    // An address reserved for documentation behind a port of 0 cannot be connected to at all.
    await using proxy = await startTestProxy({ upstreamBaseUrl: 'http://255.255.255.255:9/v1' });
    expectCode(await thrown(proxy), 'upstream_unreachable', /cannot be reached/);
  });

  test.skipIf(!opensslFound)(
    'has a certificate that nobody vouches for: 502 upstream_tls_failed',
    async () => {
      const server = createTlsServer(
        selfSignedCertificate(),
        (_request, response) => void response.end(),
      ).listen(0, '127.0.0.1');
      await once(server, 'listening');
      try {
        await using proxy = await startTestProxy({
          upstreamBaseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
        });
        expectCode(await thrown(proxy), 'upstream_tls_failed', /certificate or TLS was not accepted/);
      } finally {
        server.close();
      }
    },
  );

  test('speaks no TLS where https was asked for: 502 upstream_tls_failed', async () => {
    await using upstream = await startHttpUpstream((_request, response) => void response.end());
    await using proxy = await startTestProxy({
      upstreamBaseUrl: upstream.baseUrl.replace('http:', 'https:'),
    });
    expectCode(await thrown(proxy), 'upstream_tls_failed', /TLS/);
  });

  test('closes the connection instead of answering: 502 upstream_reset', async () => {
    await using upstream = await startTcpUpstream((socket) => void socket.destroy());
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    expectCode(await thrown(proxy), 'upstream_reset', /Try again/);
  });

  test('resets the connection instead of answering: 502 upstream_reset', async () => {
    await using upstream = await startTcpUpstream((socket) => void socket.resetAndDestroy());
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    expectCode(await thrown(proxy), 'upstream_reset', /Try again/);
  });

  test('answers with garbage: 502 upstream_invalid_answer', async () => {
    await using upstream = await startTcpUpstream((socket) => void socket.end('SSH-2.0-OpenSSH\r\n\r\n'));
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    expectCode(await thrown(proxy), 'upstream_invalid_answer', /not HTTP/);
  });

  test('does not accept the connection in time: 504 upstream_connect_timeout', async () => {
    // 192.0.2.0/24 is reserved for documentation; where packets to it are not refused at once, nobody answers.
    await using upstream = await startUnacceptingServer();
    await using proxy = await startTestProxy({
      upstreamBaseUrl: upstream.baseUrl.replace('http:', 'https:'),
      connectTimeoutMs: 300,
    });
    expectCode(await thrown(proxy), 'upstream_connect_timeout', /timeouts\.connectMs/);
  });

  test('sends no answer in time: 504 upstream_first_byte_timeout, and its connection is closed', async () => {
    const clock = new HandClock();
    let arrived = (): void => undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    let closed = false;
    await using upstream = await startHttpUpstream((request, response) => {
      request.resume().on('end', arrived);
      response.on('close', () => (closed = true));
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl, clock });
    const error = thrown(proxy);
    await arrival;
    clock.advance(600_000);
    expectCode(await error, 'upstream_first_byte_timeout', /timeouts\.firstByteMs/);
    await expect.poll(() => closed).toBe(true);
  });
});

describe('when the answer has begun', () => {
  test('and the upstream falls silent: an event stream ends with upstream_idle_timeout', async () => {
    const clock = new HandClock();
    await using upstream = await startHttpUpstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[]}\n\n');
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl, clock });
    const stream = await sdk(proxy).chat.completions.create({ ...chat, stream: true });
    const error = await (async () => {
      try {
        for await (const _chunk of stream) clock.advance(300_000);
      } catch (reason) {
        return reason;
      }
      return null;
    })();
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({
      code: 'upstream_idle_timeout',
      message: expect.stringContaining('timeouts.idleMs'),
    });
  });

  test('and the upstream dies between two events: the SDK throws an error that says so', async () => {
    await using upstream = await startHttpUpstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[]}\n\n', () => response.destroy());
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const stream = await sdk(proxy).chat.completions.create({ ...chat, stream: true });
    const reading = (async () => {
      for await (const _chunk of stream);
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'upstream_reset',
      message: expect.stringContaining('closed the connection'),
    });
  });

  test('and the upstream dies inside an event: that event is ended first, and no clean end is feigned', async () => {
    await using upstream = await startHttpUpstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"a":1}\n\ndata: {"half', () => response.destroy());
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const socket = await openSocket(proxy.port);
    const answer = readUntilClose(socket);
    socket.write(
      `GET /v1/x HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\nAuthorization: Bearer ${testClientKey}\r\nConnection: close\r\n\r\n`,
    );
    const { body } = await answer;
    expect(body).toMatch(
      /data: \{"half\r\n[\da-f]+\r\n\n\nevent: error\ndata: \{"error":\{.*"code":"upstream_reset".*\}\}\n\n\r\n$/s,
    );
    expect(body.endsWith('0\r\n\r\n')).toBe(false);
  });

  test('and a plain answer is cut: the connection breaks, so that the client notices', async () => {
    await using upstream = await startTcpUpstream((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"half":');
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const response = await fetch(`${proxy.baseUrl}/x`, { headers: proxy.auth });
    await expect(response.text()).rejects.toThrow('terminated');
    expect(proxy.records()[0]).toMatchObject({ end: 'cut', errorCode: 'upstream_reset' });
  });

  test('and a compressed event stream is cut: nothing is mixed into it', async () => {
    await using upstream = await startHttpUpstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
      response.write(Buffer.from('1f8b08', 'hex'), () => response.destroy());
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const socket = await openSocket(proxy.port);
    const answer = readUntilClose(socket);
    socket.write(
      `GET /v1/x HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\nAuthorization: Bearer ${testClientKey}\r\nConnection: close\r\n\r\n`,
    );
    expect((await answer).body).not.toContain('event: error');
  });

  test('and a chunked answer is cut: the connection breaks as well', async () => {
    await using upstream = await startTcpUpstream((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const response = await fetch(`${proxy.baseUrl}/x`, { headers: proxy.auth });
    await expect(response.text()).rejects.toThrow('terminated');
  });
});

test('the position in a very large malformed body is found without holding the program up', () => {
  const result = scanJsonBody([Buffer.alloc(30 * 1024 * 1024, '\n'), Buffer.from('x')]);
  expect(result).toMatchObject({
    ok: false,
    message: expect.stringContaining(`at byte ${30 * 1024 * 1024}.`),
  });
});

describe('no double spending', () => {
  test('a POST whose connection broke is not sent again, a GET once', async () => {
    const seen: string[] = [];
    await using upstream = await startTcpUpstream((socket, head) => {
      seen.push(head.slice(0, head.indexOf(' HTTP')));
      socket.destroy();
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    await thrown(proxy);
    await fetch(`${proxy.baseUrl}/models`, { headers: proxy.auth });
    expect(seen).toEqual(['POST /v1/chat/completions', 'GET /v1/models', 'GET /v1/models']);
  });

  test('the SDK does not try again what must not be tried again', async () => {
    let tries = 0;
    const clock = new HandClock();
    await using upstream = await startHttpUpstream(async (request) => {
      await readBody(request);
      tries++;
      clock.advance(600_000);
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl, clock });
    await expect(sdk(proxy, 2).chat.completions.create(chat)).rejects.toMatchObject({
      code: 'upstream_first_byte_timeout',
    });
    expect(tries).toBe(1);
  });

  test('a kept-alive connection that the upstream has closed meanwhile is not used again', async () => {
    const open = new Set<{ destroy(): void }>();
    await using upstream = await startHttpUpstream(async (request, response) => {
      open.add(request.socket);
      await readBody(request);
      response.end('{}');
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    for (let turn = 0; turn < 20; turn++) {
      await sdk(proxy).chat.completions.create(chat);
      for (const socket of open) socket.destroy();
      open.clear();
      // The next request of a client comes through a socket of its own, after the closing was announced.
      await once(await openSocket(upstream.port).then((socket) => socket.end().resume()), 'close');
    }
  });
});

/** A server whose TLS handshake never comes to an end. */
async function startUnacceptingServer() {
  return await startTcpUpstream(() => undefined);
}
