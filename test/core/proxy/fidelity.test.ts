import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { readBody, startHttpUpstream, startTcpUpstream } from '../../support/http-upstream.ts';
import { sendRaw } from '../../support/raw-http.ts';
import { startTestProxy, testCodyKey, type TestProxy } from '../../support/test-proxy.ts';

/** A POST with exact bytes; `fetch` would hide too much. */
async function post(
  proxy: TestProxy,
  path: string,
  headers: Record<string, string>,
  body: Buffer | string,
): Promise<IncomingMessage> {
  const request = httpRequest(`${proxy.origin}${path}`, {
    method: 'POST',
    headers: { ...proxy.auth, ...headers },
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

describe('what the client sent reaches the upstream', () => {
  test.each([
    '{"n":9007199254740993,"f":1.0,"e":1E+2,"neg":-0}',
    '{ "b" : 1,\n\t"a":2, "b":3 , "\\u0061":"\\u0041\\/\\ud83d" }\n\n',
    '{"text":"héllo 😀 \\\\ \\" \u2028","unknown":{"deep":[[[{}]]]}}',
    '[1,2]',
    '"just text"',
  ])('byte for byte: %s', async (json) => {
    let received: Buffer = Buffer.alloc(0);
    await using upstream = await startHttpUpstream(async (request, response) => {
      received = await readBody(request);
      response.end('{}');
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    await post(proxy, '/v1/chat/completions', { 'content-type': 'application/json' }, json).then(buffer);
    expect(received.toString()).toBe(json);
  });

  test('even a JSON body of many pieces with its own length or none', async () => {
    const received: { bytes: Buffer; headers: IncomingMessage['headers'] }[] = [];
    await using upstream = await startHttpUpstream(async (request, response) => {
      received.push({ bytes: await readBody(request), headers: request.headers });
      response.end('{}');
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const json = Buffer.from(`{"image":"${randomBytes(3_000_000).toString('base64')}","model":"m"}`);
    await post(
      proxy,
      '/v1/x',
      { 'content-type': 'application/json', 'content-length': String(json.length) },
      json,
    ).then(buffer);
    await post(
      proxy,
      '/v1/x',
      { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      json,
    ).then(buffer);
    expect(received.map(({ bytes }) => bytes.equals(json))).toEqual([true, true]);
    expect(received.map(({ headers }) => headers['content-length'])).toEqual([
      String(json.length),
      String(json.length),
    ]);
  });

  test.each(['GET', 'HEAD', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'QUERY'])(
    'by any method: %s',
    async (method) => {
      await using upstream = await startHttpUpstream((request, response) => {
        response.setHeader('x-seen', `${request.method} ${request.url}`);
        response.end();
      });
      await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
      const answer = await sendRaw(
        proxy.port,
        `${method} /v1/any/unknown%20thing?a=1&a=2 HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\nAuthorization: ${proxy.auth.authorization}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer.head).toContain(`x-seen: ${method} /v1/any/unknown%20thing?a=1&a=2`);
    },
  );

  test.each([
    ['/v1/chat/completions', '/v1/chat/completions'],
    ['/v1/v1/chat/completions', '/v1/chat/completions'],
    ['/v1/v1/v1/models', '/v1/models'],
    ['/chat/completions', '/v1/chat/completions'],
    ['/models/openai%2Fgpt', '/v1/models/openai%2Fgpt'],
    ['/v1?x=1', '/v1?x=1'],
    ['/v1x/models', '/v1/v1x/models'],
  ])('%s is asked for as %s', async (asked, seen) => {
    await using upstream = await startHttpUpstream((request, response) => void response.end(request.url));
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    expect(await (await fetch(proxy.origin + asked, { headers: proxy.auth })).text()).toBe(seen);
  });

  test("with Cody's key and without what is the client's own", async () => {
    let headers: IncomingMessage['headers'] = {};
    await using upstream = await startHttpUpstream((request, response) => {
      headers = request.headers;
      response.end();
    });
    await using proxy = await startTestProxy({
      upstreamBaseUrl: upstream.baseUrl,
      extraHeaders: ['x-title', 'cookie', 'x-forwarded-for'],
    });
    await post(
      proxy,
      '/v1/chat/completions',
      {
        'x-api-key': 'sk-own',
        'api-key': 'sk-own',
        cookie: 'session=1',
        origin: 'http://localhost:3000',
        referer: 'http://localhost:3000/secret',
        'x-forwarded-for': '10.1.2.3',
        'x-real-ip': '10.1.2.3',
        forwarded: 'for=10.1.2.3',
        via: '1.1 squid',
        te: 'trailers',
        'openai-organization': 'org-own',
        'openai-beta': 'assistants=v2',
        'anthropic-version': '2023-06-01',
        'x-session-affinity': 's1',
        'x-title': 'My tool',
        'user-agent': 'tool/1',
        'content-type': 'application/json',
      },
      '{}',
    ).then(buffer);
    expect(headers).toEqual({
      host: `127.0.0.1:${upstream.port}`,
      connection: 'keep-alive',
      'openai-beta': 'assistants=v2',
      'anthropic-version': '2023-06-01',
      'x-session-affinity': 's1',
      'x-title': 'My tool',
      'user-agent': 'tool/1',
      'content-type': 'application/json',
      authorization: `Bearer ${testCodyKey}`,
      'x-cody-hop': 'test-instance',
      'content-length': '2',
      // What the proxy reads along must not be compressed.
      'accept-encoding': 'identity',
    });
  });

  test('a binary upload of announced or unknown length arrives whole, a compressed JSON body untouched', async () => {
    const hashes: string[] = [];
    await using upstream = await startHttpUpstream(async (request, response) => {
      hashes.push(
        createHash('sha256')
          .update(await readBody(request))
          .digest('hex'),
      );
      response.end();
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const bytes = randomBytes(5_000_000);
    const hash = createHash('sha256').update(bytes).digest('hex');
    await post(
      proxy,
      '/v1/files',
      { 'content-type': 'multipart/form-data; boundary=x', 'content-length': String(bytes.length) },
      bytes,
    ).then(buffer);
    await post(
      proxy,
      '/v1/files',
      { 'content-type': 'audio/wav', 'transfer-encoding': 'chunked' },
      bytes,
    ).then(buffer);
    await post(
      proxy,
      '/v1/x',
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      bytes,
    ).then(buffer);
    expect(hashes).toEqual([hash, hash, hash]);
  });
});

describe('what the upstream answers reaches the client', () => {
  test('status, reason, headers in their spelling and order, and bytes', async () => {
    await using upstream = await startTcpUpstream((socket) => {
      socket.end(
        'HTTP/1.1 207 Fancy Status\r\nX-Request-ID: req_1\r\nx-Twice: a\r\nServer: cody\r\nX-Twice: b\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n' +
          'Content-Type: application/odd\r\nContent-Length: 4\r\nSet-Cookie: a=b\r\nAccess-Control-Allow-Origin: *\r\nAlt-Svc: h3=":443"\r\n' +
          'Keep-Alive: timeout=1\r\nX-Hop: gone\r\nConnection: close, X-Hop\r\n\r\n\x00\xff\r\n',
        'latin1',
      );
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const answer = await sendRaw(
      proxy.port,
      `GET /v1/x HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\nAuthorization: ${proxy.auth.authorization}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer.head.replace(/dur=[\d.]+$/m, 'dur=…').split('\r\n')).toEqual([
      'HTTP/1.1 207 Fancy Status',
      'X-Request-ID: req_1',
      'x-Twice: a',
      'Server: cody',
      'X-Twice: b',
      'Date: Thu, 01 Jan 2026 00:00:00 GMT',
      'Content-Type: application/odd',
      'Content-Length: 4',
      'x-cody-queue-ms: 0',
      'server-timing: queue;dur=0, upstream;dur=…',
      'Connection: close',
    ]);
    expect(Buffer.from(answer.body, 'latin1')).toEqual(Buffer.from('\x00\xff\r\n', 'latin1'));
  });

  test('an event stream cut at every byte, piece by piece as it comes', async () => {
    const events = 'data: {"a":"é😀"}\n\n: comment\n\ndata:no space\r\n\r\nevent: x\ndata: [DONE]\n\n';
    const bytes = Buffer.from(events);
    await using upstream = await startHttpUpstream(async (request, response) => {
      const cut = Number(new URL(request.url ?? '', 'http://x').searchParams.get('cut'));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(bytes.subarray(0, cut));
      // The rest is sent only once the client has told that the first part is there.
      await new Promise<void>((resolve) => gates.set(cut, resolve));
      response.end(bytes.subarray(cut));
    });
    const gates = new Map<number, () => void>();
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    for (let cut = 1; cut < bytes.length; cut++) {
      const response = await fetch(`${proxy.baseUrl}/stream?cut=${cut}`, { headers: proxy.auth });
      const parts: Buffer[] = [];
      for await (const part of response.body ?? []) {
        parts.push(Buffer.from(part));
        if (Buffer.concat(parts).length === cut) gates.get(cut)?.();
      }
      expect(Buffer.concat(parts)).toEqual(bytes);
    }
  });

  test('the head at once, though the body waits', async () => {
    let finish = (): void => undefined;
    await using upstream = await startHttpUpstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      finish = () => void response.end('data: 1\n\n');
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const response = await fetch(`${proxy.baseUrl}/stream`, { headers: proxy.auth });
    expect(response.status).toBe(200);
    finish();
    expect(await response.text()).toBe('data: 1\n\n');
  });

  test('nothing is compressed, and what is compressed stays as it is', async () => {
    const gzipped = Buffer.from('1f8b08000000000000034b04004300be3e8b01000000', 'hex');
    await using upstream = await startHttpUpstream((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': gzipped.length });
      response.end(gzipped);
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const response = await post(proxy, '/v1/x', { 'accept-encoding': 'gzip' }, '');
    expect(response.headers['content-encoding']).toBe('gzip');
    expect(await buffer(response)).toEqual(gzipped);
  });

  test.each(['Всё хорошо', 'Très bien', 'ok'])('whatever the reason phrase says: %s', async (phrase) => {
    await using upstream = await startTcpUpstream((socket) => {
      socket.end(`HTTP/1.1 429 ${phrase}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno`);
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const response = await fetch(`${proxy.baseUrl}/x`, { headers: proxy.auth });
    expect([response.status, await response.text()]).toEqual([429, 'no']);
  });

  test('early hints and trailers do not break it', async () => {
    await using upstream = await startTcpUpstream((socket) => {
      socket.end(
        'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n' +
          '5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n',
      );
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const response = await fetch(`${proxy.baseUrl}/x`, { headers: proxy.auth });
    expect([response.status, await response.text()]).toEqual([200, 'hello']);
  });

  test.each([204, 304])('status %i without a body', async (status) => {
    await using upstream = await startHttpUpstream(
      (_request, response) => void response.writeHead(status).end(),
    );
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const response = await fetch(`${proxy.baseUrl}/x`, { headers: proxy.auth });
    expect([response.status, await response.text()]).toEqual([status, '']);
  });

  test("the upstream's own errors, untouched", async () => {
    const body = '{"error": {"message":"No such thing", "code":404.0}}';
    await using upstream = await startHttpUpstream((_request, response) => {
      response.writeHead(404, { 'content-type': 'application/json', 'x-request-id': 'req_9' });
      response.end(body);
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const response = await fetch(`${proxy.baseUrl}/unknown`, { headers: proxy.auth });
    expect([response.status, response.headers.get('x-request-id'), await response.text()]).toEqual([
      404,
      'req_9',
      body,
    ]);
  });

  test('a large answer to a slow reader waits in the upstream, not in the proxy', async () => {
    const piece = randomBytes(64 * 1024);
    let sent = 0;
    let stalled = (): void => undefined;
    const upstreamStalled = new Promise<void>((resolve) => (stalled = resolve));
    await using upstream = await startHttpUpstream((_request, response) => {
      response.writeHead(200, { 'content-length': 100 * 1024 * 1024 });
      const push = (): void => {
        while (sent < 100 * 1024 * 1024) {
          sent += piece.length;
          if (!response.write(piece)) {
            response.once('drain', push);
            // Far more than all buffers on the way can hold would have to be read before this never fires again.
            setImmediate(() => setImmediate(stalled));
            return;
          }
        }
        response.end();
      };
      push();
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const socket = connect(proxy.port, '127.0.0.1');
    socket.pause();
    socket.write(
      `GET /v1/x HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\nAuthorization: ${proxy.auth.authorization}\r\nConnection: close\r\n\r\n`,
    );
    await upstreamStalled;
    await expect.poll(() => sent, { interval: 100, timeout: 5_000 }).toSatisfy(becomesSteady());
    expect(sent).toBeLessThan(40 * 1024 * 1024);
    const received = (await buffer(socket)).length;
    expect(received).toBeGreaterThan(100 * 1024 * 1024);
  });
});

/** True once the same number was seen three times in a row. */
function becomesSteady(): (value: number) => boolean {
  let last = -1;
  let times = 0;
  return (value) => {
    times = value === last ? times + 1 : 0;
    last = value;
    return times >= 3;
  };
}
