import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { findOutgoingProxy } from '../../../electron/core/upstream/outgoing-dispatcher.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { startTcpUpstream } from '../../support/http-upstream.ts';
import { startTestProxy } from '../../support/test-proxy.ts';

const proxies = { HTTPS_PROXY: 'http://secure.example:3128', http_proxy: 'plain.example:8080' };

describe('the outgoing proxy', () => {
  test.each([
    ['https://codyapi.ru/v1', {}, 'http://secure.example:3128'],
    ['http://codyapi.ru/v1', {}, 'http://plain.example:8080'],
    ['https://codyapi.ru/v1', { https_proxy: 'http://lower.example' }, 'http://lower.example'],
    ['https://codyapi.ru/v1', { NO_PROXY: 'codyapi.ru' }, null],
    ['https://api.codyapi.ru/v1', { NO_PROXY: 'example.org, .codyapi.ru' }, null],
    ['https://notcodyapi.ru/v1', { NO_PROXY: 'codyapi.ru' }, 'http://secure.example:3128'],
    ['https://codyapi.ru:8443/v1', { NO_PROXY: 'codyapi.ru:443' }, 'http://secure.example:3128'],
    ['https://codyapi.ru/v1', { NO_PROXY: 'codyapi.ru:443' }, null],
    ['https://codyapi.ru/v1', { no_proxy: '*' }, null],
    ['http://127.0.0.1:8000/v1', {}, null],
    ['http://localhost:8000/v1', {}, null],
    ['http://[::1]:8000/v1', {}, null],
    ['https://codyapi.ru/v1', { https_proxy: 'socks5h://vpn.example:1080' }, 'socks5://vpn.example:1080'],
  ])('for %s with %o is %s', (target, more, expected) => {
    expect(findOutgoingProxy(new URL(target), { ...proxies, ...more })).toBe(expected);
  });

  test.each([
    ['refuses the connection', async () => 'http://127.0.0.1:1'],
    ['has a name that does not exist', async () => 'http://no-such-proxy.invalid:3128'],
  ])('that %s is named as what failed', async (_name, address) => {
    await using proxy = await startTestProxy({
      upstreamBaseUrl: 'https://cody.test/v1',
      environment: { HTTPS_PROXY: await address() },
    });
    const response = await fetch(`${proxy.baseUrl}/models`, { headers: proxy.auth });
    expect(await response.json()).toMatchObject({ error: { code: 'outgoing_proxy_failed' } });
  });

  test('that takes the connection and then says nothing is not waited for longer than for a connection', async () => {
    const clock = new HandClock();
    const asked = Promise.withResolvers<void>();
    await using silent = await startTcpUpstream(() => asked.resolve());
    await using proxy = await startTestProxy({
      upstreamBaseUrl: 'https://cody.test/v1',
      environment: { HTTPS_PROXY: `http://127.0.0.1:${silent.port}` },
      clock,
    });
    const response = fetch(`${proxy.baseUrl}/models`, { headers: proxy.auth });
    await asked.promise;
    clock.advance(10_000);
    expect(await (await response).json()).toMatchObject({ error: { code: 'outgoing_proxy_failed' } });
  });

  test('carries exchanges to the upstream, and its refusal is named', async () => {
    const asked: string[] = [];
    const outgoing = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end('through the proxy');
    });
    outgoing.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      if (request.url?.startsWith('refused')) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        return;
      }
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const through = connect((target.address() as AddressInfo).port, '127.0.0.1');
      socket.pipe(through).pipe(socket);
      socket.on('error', () => undefined);
      through.on('error', () => undefined);
    });
    const target = createServer((_request, response) => void response.end('through the tunnel')).listen(
      0,
      '127.0.0.1',
    );
    outgoing.listen(0, '127.0.0.1');
    await Promise.all([once(target, 'listening'), once(outgoing, 'listening')]);
    const address = `http://127.0.0.1:${(outgoing.address() as AddressInfo).port}`;
    const environment = { HTTP_PROXY: address, HTTPS_PROXY: address };
    try {
      await using plain = await startTestProxy({ upstreamBaseUrl: 'http://cody.test/v1', environment });
      expect(await (await fetch(`${plain.baseUrl}/models`, { headers: plain.auth })).text()).toMatch(
        /^through the (?:tunnel|proxy)$/,
      );
      await using refused = await startTestProxy({ upstreamBaseUrl: 'https://refused.test/v1', environment });
      const response = await fetch(`${refused.baseUrl}/models`, { headers: refused.auth });
      expect(await response.json()).toMatchObject({
        error: { code: 'outgoing_proxy_failed', message: expect.stringContaining('HTTPS_PROXY') },
      });
      expect(asked).toContain('CONNECT refused.test:443');
    } finally {
      for (const server of [target, outgoing]) {
        server.closeAllConnections();
        server.close();
      }
    }
  });
});
