import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ControlServer } from '../../../electron/headless/control/control-server.ts';
import { enter, startTestControlServer } from '../../contract/support/doors.ts';
import { createInMemoryServices, type InMemoryServices } from '../../contract/support/in-memory-services.ts';
import { pageHeaders, rawRequest, type RawAnswer } from './support/raw-request.ts';

describe('who may talk to the control server', () => {
  let host: InMemoryServices;
  let server: ControlServer;
  let cookie: string;

  beforeEach(async () => {
    host = createInMemoryServices();
    server = await startTestControlServer(host.services);
    cookie = await enter(server);
  });

  afterEach(() => server.close());

  const switchOn = (headers: Record<string, string | string[]>) =>
    rawRequest(server, {
      method: 'POST',
      target: '/rpc/proxy/setWish',
      headers,
      body: JSON.stringify({ json: { wish: 'on' } }),
    });

  it('answers to the three names of this computer with our port', async () => {
    for (const name of ['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST']) {
      const own = `${name}:${server.port}`;
      const answer = await switchOn({ ...pageHeaders(server, cookie), host: own, origin: `http://${own}` });
      expect(answer.status, own).toBe(200);
    }
    expect(host.proxyState.get().phase).toBe('on');
  });

  it('refuses any other Host, as a rebound DNS name sends it', async () => {
    for (const name of [
      'evil.example',
      `evil.example:${server.port}`,
      '127.0.0.1',
      `127.0.0.1:${server.port + 1}`,
    ]) {
      const answer = await switchOn({ ...pageHeaders(server, cookie), host: name });
      expect([400, 403], name).toContain(answer.status);
      expect((await rawRequest(server, { headers: { host: name, cookie } })).status, name).not.toBe(503);
    }
    expect(host.proxyState.get().phase).toBe('off');
  });

  it('refuses a request with two Host headers, an empty one, or a target that is no path', async () => {
    const own = `127.0.0.1:${server.port}`;
    expect(
      await rawExchange(`GET / HTTP/1.1\r\nHost: ${own}\r\nHost: ${own}\r\nConnection: close\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 400 /);
    expect(
      await rawExchange(`GET http://${own}/ HTTP/1.1\r\nHost: ${own}\r\nConnection: close\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('refuses every Origin but its own, also other ports of this computer', async () => {
    const foreign = [
      'https://evil.example',
      'null',
      `http://127.0.0.1:${server.port + 1}`,
      `https://127.0.0.1:${server.port}`,
      `http://localhost:${server.port}`,
      'vscode-webview://abc',
    ];
    for (const origin of foreign) {
      expect((await switchOn({ ...pageHeaders(server, cookie), origin })).status, origin).toBe(403);
      expect((await rawRequest(server, { headers: { origin, cookie } })).status, origin).toBe(403);
    }
    expect(host.proxyState.get().phase).toBe('off');
  });

  it('refuses a procedure call without an Origin', async () => {
    const { origin: _origin, ...withoutOrigin } = pageHeaders(server, cookie);
    expect((await switchOn(withoutOrigin)).status).toBe(403);
    expect(host.proxyState.get().phase).toBe('off');
  });

  it('refuses what another website leads to', async () => {
    const crossSite = { 'sec-fetch-site': 'cross-site' };
    expect((await rawRequest(server, { headers: { cookie, ...crossSite } })).status).toBe(403);
    expect((await switchOn({ ...pageHeaders(server, cookie), ...crossSite })).status).toBe(403);
  });

  it('never sends CORS headers', async () => {
    const answer = await switchOn(pageHeaders(server, cookie));
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('answers a call without a good cookie with 401 and words, in JSON', async () => {
    const wrong = [
      '',
      `cody_session_${server.port}=`,
      `cody_session_${server.port}=${'A'.repeat(43)}`,
      cookie.slice(0, -1),
    ];
    for (const bad of [...wrong, cookie.replace(`_${server.port}=`, '_1=')]) {
      const answer = await switchOn({ ...pageHeaders(server, bad) });
      expect(answer.status, bad).toBe(401);
      expect(answer.headers['content-type']).toBe('application/json');
      expect(JSON.parse(answer.body)).toMatchObject({
        json: { code: 'UNAUTHORIZED', message: expect.stringContaining('press Enter there for a new link') },
      });
    }
    expect(host.proxyState.get().phase).toBe('off');
  });

  it('lets the user in though a page of another port has planted a cookie of the same name', async () => {
    const planted = `cody_session_${server.port}=planted; other=1; ${cookie}`;
    expect((await switchOn(pageHeaders(server, planted))).status).toBe(200);
  });

  it('takes calls only as POST and only as JSON, which other pages cannot send unasked', async () => {
    const asGet = await rawRequest(server, {
      target: `/rpc/proxy/setWish?data=${encodeURIComponent('{"json":{"wish":"on"}}')}`,
      headers: { cookie },
    });
    expect(asGet.status).toBe(405);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      expect((await switchOn({ ...pageHeaders(server, cookie), 'content-type': type })).status, type).toBe(
        415,
      );
    }
    expect(
      (await rawRequest(server, { method: 'DELETE', headers: pageHeaders(server, cookie) })).status,
    ).toBe(405);
    expect(host.proxyState.get().phase).toBe('off');
  });

  it('takes a body of up to 1 MiB and no more, with or without a declared length', async () => {
    // A key of that size is refused by the contract: the body itself was read.
    expect((await saveKey({}, 1_000_000)).status).toBe(400);
    expect((await saveKey({}, 1_100_000)).status).toBe(413);
    expect((await saveKey({ 'transfer-encoding': 'chunked' }, 1_100_000)).status).toBe(413);
  });

  it('says in JSON that a procedure does not exist', async () => {
    for (const target of [
      '/rpc/proxy/explode',
      '/rpc/',
      '/rpc/__proto__/x',
      '/rpc/proxy/../../enter',
      '/rpc//proxy',
    ]) {
      const answer = await rawRequest(server, {
        method: 'POST',
        target,
        headers: pageHeaders(server, cookie),
        body: '{}',
      });
      expect(answer.status, target).toBe(404);
      expect(JSON.parse(answer.body)).toMatchObject({ json: { code: 'NOT_FOUND' } });
    }
  });

  it('sends the security headers with every answer', async () => {
    const answers = [
      await rawRequest(server, {}),
      await rawRequest(server, { headers: { host: 'evil.example' } }),
      await rawRequest(server, { target: '/enter?token=x' }),
      await switchOn(pageHeaders(server, cookie)),
      await switchOn(pageHeaders(server, '')),
    ];
    for (const { headers } of answers) {
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'self'; style-src /,
      );
      expect(headers['content-security-policy']).toContain(`frame-ancestors 'none'`);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
    }
  });

  it('lets in the style of its own small page by its hash', async () => {
    const { body, headers } = await rawRequest(server, {});
    const style = /<style>([\s\S]*)<\/style>/.exec(body)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toContain(`style-src 'sha256-${hash}';`);
  });

  function saveKey(headers: Record<string, string>, byteCount: number): Promise<RawAnswer> {
    return rawRequest(server, {
      method: 'POST',
      target: '/rpc/codyKey/save',
      headers: { ...pageHeaders(server, cookie), ...headers },
      body: JSON.stringify({ json: { key: 'k'.repeat(byteCount) } }),
    });
  }

  async function rawExchange(head: string): Promise<string> {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(head);
    return text(socket);
  }
});
