import { describe, expect, test } from 'vitest';
import { startHttpUpstream } from '../../support/http-upstream.ts';
import { openSocket, readUntilClose, sendRaw } from '../../support/raw-http.ts';
import {
  startTestProxy,
  testClientKey,
  type TestProxy,
  type TestProxyOptions,
} from '../../support/test-proxy.ts';

/** A proxy whose upstream counts what reaches it. */
async function startGuarded(options: Partial<TestProxyOptions> = {}) {
  const reached: string[] = [];
  const upstream = await startHttpUpstream((request, response) => {
    reached.push(request.url ?? '');
    request.resume();
    response.end('reached');
  });
  const proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl, ...options });
  return {
    proxy,
    reached,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

function head(lines: readonly string[], target = '/v1/models', method = 'GET'): string {
  return [
    `${method} ${target} HTTP/1.1`,
    ...lines,
    `Authorization: Bearer ${testClientKey}`,
    'Connection: close',
    '',
    '',
  ].join('\r\n');
}

const host = (proxy: TestProxy): string => `Host: 127.0.0.1:${proxy.port}`;

function errorOf(body: string): { code: string; message: string; type: string; param: unknown } {
  return (JSON.parse(body) as { error: { code: string; message: string; type: string; param: unknown } })
    .error;
}

describe('Host', () => {
  test.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('%s with our port is let in', async (name) => {
    await using guarded = await startGuarded();
    const answer = await sendRaw(guarded.proxy.port, head([`Host: ${name}:${guarded.proxy.port}`]));
    expect(answer.status).toBe(200);
  });

  test.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.:PORT',
    '127.0.0.1.evil.example:PORT',
    '0.0.0.0:PORT',
    '',
    '127.1:PORT',
  ])('"%s" is refused, as a rebound website would be', async (name) => {
    await using guarded = await startGuarded();
    const answer = await sendRaw(
      guarded.proxy.port,
      head([`Host: ${name.replace('PORT', String(guarded.proxy.port))}`]),
    );
    expect(answer.status).toBe(403);
    expect(errorOf(answer.body)).toMatchObject({ code: 'host_not_allowed', type: 'permission_error' });
    expect(guarded.reached).toEqual([]);
  });

  test('is checked for /health and before the client key too', async () => {
    await using guarded = await startGuarded();
    const answer = await sendRaw(
      guarded.proxy.port,
      'GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    );
    expect(errorOf(answer.body).code).toBe('host_not_allowed');
  });
});

describe('ambiguous or malformed HTTP never reaches the upstream', () => {
  test.each([
    ['http://evil.example/v1/models', 'invalid_request_target'],
    ['*', 'invalid_request_target'],
    ['/v1\\models', 'invalid_request_target'],
    ['/v1/%5cmodels', 'invalid_request_target'],
    ['/v1/../admin', 'invalid_request_target'],
    ['/v1/x/..', 'invalid_request_target'],
    ['/v1/%2e%2E/admin', 'invalid_request_target'],
    ['/v1/./models', 'invalid_request_target'],
    ['/v1/a%0d%0aX-Evil:1', 'invalid_request_target'],
    ['/v1/models?x=%0A', 'invalid_request_target'],
    ['/v1/a%00b', 'invalid_request_target'],
    ['/v1/models#fragment', 'invalid_request_target'],
    ['//evil.example/v1', 'invalid_request_target'],
    ['/v1/..%2fadmin', 'invalid_request_target'],
    ['/v1/%2f%2e%2e%2fadmin', 'invalid_request_target'],
    ['/v1/..;/admin', 'invalid_request_target'],
    ['http://[::1', 'invalid_request_target'],
  ])('the target %s gets 400', async (target, code) => {
    await using guarded = await startGuarded();
    const answer = await sendRaw(guarded.proxy.port, head([host(guarded.proxy)], target));
    expect([answer.status, errorOf(answer.body).code]).toEqual([400, code]);
    expect(guarded.reached).toEqual([]);
  });

  test('dots in a query are no ".."', async () => {
    await using guarded = await startGuarded();
    await sendRaw(guarded.proxy.port, head([host(guarded.proxy)], '/v1/fetch?url=http://a/../b'));
    expect(guarded.reached).toEqual(['/v1/fetch?url=http://a/../b']);
  });

  test('TRACE, which would echo the Cody key, is refused', async () => {
    await using guarded = await startGuarded();
    const answer = await sendRaw(guarded.proxy.port, head([host(guarded.proxy)], '/v1/x', 'TRACE'));
    expect([answer.status, errorOf(answer.body).code]).toEqual([405, 'method_not_allowed']);
    expect(guarded.reached).toEqual([]);
  });

  test('garbage behind a request whose length was too short ends that exchange', async () => {
    await using guarded = await startGuarded();
    const answer = await sendRaw(
      guarded.proxy.port,
      head([host(guarded.proxy), 'Content-Type: application/json', 'Content-Length: 2'], '/v1/x', 'POST') +
        '{} and more\r\n\r\n',
    );
    expect([answer.status, errorOf(answer.body).code]).toEqual([400, 'malformed_http']);
    expect(guarded.proxy.records()[0]).toMatchObject({ end: 'refused', errorCode: 'malformed_http' });
  });

  test('dots inside a name are no ".."', async () => {
    await using guarded = await startGuarded();
    await sendRaw(guarded.proxy.port, head([host(guarded.proxy)], '/v1/files/gpt-5..2'));
    expect(guarded.reached).toEqual(['/v1/files/gpt-5..2']);
  });

  test.each([
    ['two Host headers', (own: string) => [own, own]],
    ['no Host header', () => []],
    ['two different lengths', (own: string) => [own, 'Content-Length: 1', 'Content-Length: 2']],
    ['a length and chunks', (own: string) => [own, 'Content-Length: 1', 'Transfer-Encoding: chunked']],
    ['a length that is no number', (own: string) => [own, 'Content-Length: -1']],
    ['a header without a name', (own: string) => [own, ': x']],
    ['a header that is folded', (own: string) => [own, 'X-A: b', ' folded']],
    ['an unknown transfer encoding', (own: string) => [own, 'Transfer-Encoding: rot13']],
  ])('%s get 400', async (_name, lines) => {
    await using guarded = await startGuarded();
    const answer = await sendRaw(guarded.proxy.port, head(lines(host(guarded.proxy)), '/v1/x', 'POST'));
    expect([answer.status, errorOf(answer.body).code]).toEqual([400, 'malformed_http']);
    expect(guarded.reached).toEqual([]);
  });

  test('something that is no HTTP at all gets 400', async () => {
    await using guarded = await startGuarded();
    expect((await sendRaw(guarded.proxy.port, '\x16\x03\x01\x02\x00hello\r\n\r\n')).status).toBe(400);
  });

  test('headers beyond all measure get 431', async () => {
    await using guarded = await startGuarded();
    const answer = await sendRaw(
      guarded.proxy.port,
      head([host(guarded.proxy), `X-Big: ${'x'.repeat(70_000)}`]),
    );
    expect([answer.status, errorOf(answer.body).code]).toEqual([431, 'request_headers_too_large']);
  });

  test('a half-sent head is cut off with 408 and holds nobody up', async () => {
    await using guarded = await startGuarded({ limits: { headersMs: 100, checkEveryMs: 20 } });
    const slow = await openSocket(guarded.proxy.port);
    const slowAnswer = readUntilClose(slow);
    slow.write('GET /v1/models HTTP/1.1\r\nHost: 127');
    const other = await sendRaw(guarded.proxy.port, head([host(guarded.proxy)]));
    expect(other.status).toBe(200);
    expect((await slowAnswer).status).toBe(408);
  });
});

describe('Origin', () => {
  test.each([
    'http://localhost:5173',
    'http://localhost',
    'https://127.0.0.1:8443',
    'http://[::1]:3000',
    'vscode-webview://1a2b3c',
    'vscode-file://vscode-app',
    'app://obsidian.md',
    'tauri://localhost',
    'http://tauri.localhost',
    'file://',
  ])('%s is let in and may read the answer', async (origin) => {
    await using guarded = await startGuarded();
    const response = await fetch(`${guarded.proxy.baseUrl}/models`, {
      headers: { ...guarded.proxy.auth, origin },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(response.headers.get('vary')).toContain('Origin');
  });

  test.each([
    'https://evil.example',
    'http://localhost.evil.example',
    'http://evil.example:80',
    'null',
    'http://127.0.0.1.evil.example',
    'https://localhost@evil.example',
    'chrome-extension://abc',
    'xapp://x',
    'http://localhost:1:2',
  ])('%s is refused, in words, and may read nothing', async (origin) => {
    await using guarded = await startGuarded();
    const response = await fetch(`${guarded.proxy.baseUrl}/models`, {
      headers: { ...guarded.proxy.auth, origin },
    });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    const error = errorOf(await response.text());
    expect(error.code).toBe('origin_not_allowed');
    expect(error.message).toContain(origin);
    expect(error.message).toContain('access.allowedOrigins');
    expect(guarded.reached).toEqual([]);
  });

  test('a website that the user has allowed is let in', async () => {
    await using guarded = await startGuarded({ allowedOrigins: ['https://good.example'] });
    const response = await fetch(`${guarded.proxy.baseUrl}/models`, {
      headers: { ...guarded.proxy.auth, origin: 'https://good.example' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBe('https://good.example');
  });

  test("a picture or script tag of a website, which sends no Origin, is refused; Node's fetch is not", async () => {
    await using guarded = await startGuarded();
    const tag = await sendRaw(
      guarded.proxy.port,
      head([host(guarded.proxy), 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors']),
    );
    expect(errorOf(tag.body).code).toBe('origin_not_allowed');
    const node = await sendRaw(guarded.proxy.port, head([host(guarded.proxy), 'Sec-Fetch-Mode: cors']));
    expect(node.status).toBe(200);
  });

  test("a website's text/plain POST, which needs no preflight, is refused before its body is read", async () => {
    await using guarded = await startGuarded();
    const socket = await openSocket(guarded.proxy.port);
    const answer = readUntilClose(socket);
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\n${host(guarded.proxy)}\r\nOrigin: https://evil.example\r\nContent-Type: text/plain\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\n{`,
    );
    expect((await answer).status).toBe(403);
  });
});

describe('a preflight', () => {
  const ask = (proxy: TestProxy, headers: Record<string, string>) =>
    fetch(`${proxy.baseUrl}/chat/completions`, {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'POST', ...headers },
    });

  test('of an allowed origin is answered with the headers it asks for, without a key', async () => {
    await using guarded = await startGuarded();
    const response = await ask(guarded.proxy, {
      origin: 'http://localhost:3000',
      'access-control-request-headers': 'authorization,content-type,x-stainless-os,x-future-header',
    });
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-allow-headers': 'authorization,content-type,x-stainless-os,x-future-header',
      'access-control-allow-methods': expect.stringContaining('POST'),
    });
    expect(guarded.reached).toEqual([]);
  });

  test("names the SDKs' headers where the browser names none", async () => {
    await using guarded = await startGuarded();
    const allowed =
      (await ask(guarded.proxy, { origin: 'app://x' })).headers.get('access-control-allow-headers') ?? '';
    for (const name of [
      'authorization',
      'x-api-key',
      'anthropic-version',
      'x-stainless-retry-count',
      'openai-beta',
    ])
      expect(allowed).toContain(name);
  });

  test.each(['private', 'local'])('is told that it may reach the %s network', async (kind) => {
    await using guarded = await startGuarded();
    const response = await ask(guarded.proxy, {
      origin: 'app://x',
      [`access-control-request-${kind}-network`]: 'true',
    });
    expect(response.headers.get(`access-control-allow-${kind}-network`)).toBe('true');
  });

  test('of a website is refused', async () => {
    await using guarded = await startGuarded();
    const response = await ask(guarded.proxy, { origin: 'https://evil.example' });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });
});

describe('the client key', () => {
  test.each([
    { authorization: `Bearer ${testClientKey}` },
    { authorization: `bearer  ${testClientKey}` },
    { 'x-api-key': testClientKey },
    { 'api-key': testClientKey },
    { authorization: 'Bearer of-something-else', 'x-api-key': testClientKey },
  ])('is taken from %o', async (headers) => {
    await using guarded = await startGuarded();
    expect((await fetch(`${guarded.proxy.baseUrl}/models`, { headers })).status).toBe(200);
  });

  test.each([
    {},
    { authorization: 'Bearer cody-local-wrong' },
    { authorization: `Basic ${testClientKey}` },
    { authorization: 'Bearer ' },
    { 'x-api-key': 'sk-other' },
  ])('is missed or refused in %o, with what to do', async (headers) => {
    await using guarded = await startGuarded();
    const response = await fetch(`${guarded.proxy.baseUrl}/models`, {
      headers: headers as Record<string, string>,
    });
    expect([response.status, response.headers.get('x-should-retry')]).toEqual([401, 'false']);
    const error = errorOf(await response.text());
    expect(error).toMatchObject({ code: 'invalid_client_key', type: 'authentication_error', param: null });
    expect(error.message).toContain('Cody Desktop');
    expect(error.message).not.toContain('sk-other');
    expect(guarded.reached).toEqual([]);
  });

  test('a page of an allowed origin can read what is wrong', async () => {
    await using guarded = await startGuarded();
    const response = await fetch(`${guarded.proxy.baseUrl}/models`, {
      headers: { origin: 'http://localhost:1' },
    });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([
      401,
      'http://localhost:1',
    ]);
  });

  test('is not needed where the user says so', async () => {
    await using guarded = await startGuarded({ clientKeyRequired: false });
    expect((await fetch(`${guarded.proxy.baseUrl}/models`)).status).toBe(200);
    expect(
      (await fetch(`${guarded.proxy.baseUrl}/models`, { headers: { authorization: 'Bearer anything' } }))
        .status,
    ).toBe(200);
  });
});

describe('/health', () => {
  test('answers without a key, echoes the nonce and tells nothing secret', async () => {
    await using guarded = await startGuarded();
    const response = await fetch(`${guarded.proxy.origin}/health?nonce=a1-B_2`);
    expect(await response.json()).toEqual({
      status: 'ok',
      name: 'cody-desktop',
      version: '0.0.0-test',
      nonce: 'a1-B_2',
    });
    expect(await (await fetch(`${guarded.proxy.origin}/health?nonce=<script>`)).json()).not.toHaveProperty(
      'nonce',
    );
  });

  test('HEAD / tells tools that someone is there', async () => {
    await using guarded = await startGuarded();
    expect((await fetch(`${guarded.proxy.origin}/`, { method: 'HEAD' })).status).toBe(200);
    expect(guarded.reached).toEqual([]);
  });
});

test('a request that comes back to its own proxy ends at once', async () => {
  await using guarded = await startGuarded();
  const response = await fetch(`${guarded.proxy.baseUrl}/models`, {
    headers: { ...guarded.proxy.auth, 'x-cody-hop': 'other, test-instance' },
  });
  expect([response.status, errorOf(await response.text()).code]).toEqual([508, 'loop_detected']);
  expect(
    (
      await fetch(`${guarded.proxy.baseUrl}/models`, {
        headers: { ...guarded.proxy.auth, 'x-cody-hop': 'other' },
      })
    ).status,
  ).toBe(200);
});
