import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { describeListenError } from '../../../electron/core/proxy/listen-failure.ts';
import { listen, usualListeningLimits } from '../../../electron/core/proxy/listening.ts';
import { ProxySwitch } from '../../../electron/core/proxy/proxy-switch.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { startHttpUpstream, type TestUpstream } from '../../support/http-upstream.ts';
import { createTestDependencies } from '../../support/test-proxy.ts';
import { openSocket, readUntilClose, sendRaw, waitForText } from '../../support/raw-http.ts';

/** A switch in front of an upstream that answers with an event stream which the test goes on with. */
async function startSwitch(port = 0, unsaved: string | null = null) {
  const clock = new HandClock();
  const streams: ServerResponse[] = [];
  const silent = Promise.withResolvers<{ closed: Promise<unknown> }>();
  const upstream: TestUpstream = await startHttpUpstream((request, response) => {
    request.resume();
    if (request.url?.endsWith('/silent')) {
      silent.resolve({ closed: new Promise((resolve) => response.on('close', resolve)) });
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
    streams.push(response);
  });
  const parts = createTestDependencies({
    upstreamBaseUrl: upstream.baseUrl,
    clock,
    clientKeyRequired: false,
    keepAlive: false,
  });
  const wishes: string[] = [];
  const proxySwitch = new ProxySwitch({
    listen: (wanted) => listen(wanted, parts.dependencies, usualListeningLimits),
    describeListenError: (error) => describeListenError(error, process.platform),
    port: () => port,
    savedWish: () => 'unset',
    saveWish: async (wish) => {
      wishes.push(wish);
      return unsaved;
    },
  });
  return {
    proxySwitch,
    clock,
    streams,
    wishes,
    /** Resolves once a request has come that the upstream never answers. */
    nextSilent: () => silent.promise,
    get port(): number {
      return Number(/:(\d+)\/v1$/.exec(proxySwitch.state.get().baseUrl ?? '')?.[1]);
    },
    async [Symbol.asyncDispose]() {
      const closed = proxySwitch.close(0);
      clock.advance(0);
      await Promise.resolve();
      for (const stream of streams) stream.destroy();
      await parts.close();
      clock.advance(10_000);
      await closed;
      await upstream[Symbol.asyncDispose]();
    },
  };
}

async function openStream(port: number) {
  const socket = await openSocket(port);
  const begun = waitForText(socket, 'data: 1');
  socket.write(`GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  await begun;
  return socket;
}

const isRefused = (port: number): Promise<boolean> =>
  openSocket(port).then(
    () => false,
    () => true,
  );

describe('switching the proxy', () => {
  test('nothing listens unless it is wished', async () => {
    await using it = await startSwitch();
    expect(it.proxySwitch.state.get()).toMatchObject({ phase: 'off', wish: 'unset', baseUrl: null });
  });

  test('on listens on 127.0.0.1 and, where there is IPv6, on ::1', async () => {
    await using it = await startSwitch();
    const state = await it.proxySwitch.setWish('on');
    expect(state).toMatchObject({ phase: 'on', wish: 'on', failure: null });
    const hosts = state.addresses.map((address) => address.replace(`:${it.port}`, '').replace(/[[\]]/g, ''));
    expect(hosts[0]).toBe('127.0.0.1');
    for (const host of hosts) {
      const answer = await sendRaw(
        it.port,
        `GET /health HTTP/1.1\r\nHost: localhost:${it.port}\r\nConnection: close\r\n\r\n`,
        host,
      );
      expect(answer.status).toBe(200);
    }
    expect(it.wishes).toEqual(['on']);
  });

  test('off frees the port at once; a stream may go on for 3 s and is then told why it ends', async () => {
    await using it = await startSwitch();
    await it.proxySwitch.setWish('on');
    const { port } = it;
    const stream = await openStream(port);
    const rest = readUntilClose(stream);
    expect(await it.proxySwitch.setWish('off')).toMatchObject({
      phase: 'ending',
      wish: 'off',
      baseUrl: null,
    });
    expect(await isRefused(port)).toBe(true);
    it.clock.advance(2_999);
    it.streams[0]?.write('data: 2\n\n');
    await waitForText(stream, 'data: 2');
    it.clock.advance(1);
    expect((await rest).head + (await rest).body).toContain(
      'event: error\ndata: {"error":{"message":"The proxy of Cody Desktop was switched off',
    );
    await expect.poll(() => it.proxySwitch.state.get().phase).toBe('off');
  });

  test('off waits for a stream that ends by itself in time', async () => {
    await using it = await startSwitch();
    await it.proxySwitch.setWish('on');
    const stream = await openStream(it.port);
    await it.proxySwitch.setWish('off');
    const rest = readUntilClose(stream);
    it.streams[0]?.end('data: last\n\n');
    expect((await rest).head).toContain('data: last');
    await expect.poll(() => it.proxySwitch.state.get().phase).toBe('off');
  });

  test('off refuses new requests on connections that are still open', async () => {
    await using it = await startSwitch();
    await it.proxySwitch.setWish('on');
    const { port } = it;
    const stream = await openStream(port);
    await it.proxySwitch.setWish('off');
    const rest = readUntilClose(stream);
    stream.write(`GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    const refused = waitForText(stream, 'proxy_switched_off');
    it.streams[0]?.end();
    await refused;
    it.clock.advance(5_000);
    await rest;
    expect(it.streams.length).toBe(1);
  });

  test('on again works at once and on the same port, though old streams still end', async () => {
    await using it = await startSwitch();
    await it.proxySwitch.setWish('on');
    const { port } = it;
    const old = await openStream(port);
    await it.proxySwitch.setWish('off');
    expect(await it.proxySwitch.setWish('on')).toMatchObject({
      phase: 'on',
      baseUrl: `http://127.0.0.1:${port}/v1`,
    });
    const fresh = await openStream(port);
    const oldRest = readUntilClose(old);
    it.clock.advance(3_000);
    await oldRest;
    expect(it.proxySwitch.state.get().phase).toBe('on');
    it.streams[1]?.write('data: 2\n\n');
    await waitForText(fresh, 'data: 2');
    fresh.destroy();
  });

  test('off is off though the wish cannot be remembered, and that is said', async () => {
    await using it = await startSwitch(0, 'The disk is full.');
    await expect(it.proxySwitch.setWish('on')).rejects.toThrow(
      'switched on, but only for this run. The disk is full.',
    );
    expect(it.proxySwitch.state.get().phase).toBe('on');
  });

  test('many wishes at once end where the last one wanted', async () => {
    await using it = await startSwitch();
    await Promise.all(
      (['on', 'off', 'on', 'off', 'on'] as const).map((wish) => it.proxySwitch.setWish(wish)),
    );
    expect(it.proxySwitch.state.get().phase).toBe('on');
  });

  test('off ends a request that still waits for its answer, upstream as well', async () => {
    await using it = await startSwitch();
    await it.proxySwitch.setWish('on');
    const arrived = it.nextSilent();
    const socket = await openSocket(it.port);
    const answer = readUntilClose(socket);
    socket.write(`GET /v1/silent HTTP/1.1\r\nHost: 127.0.0.1:${it.port}\r\nConnection: close\r\n\r\n`);
    const { closed } = await arrived;
    await it.proxySwitch.setWish('off');
    it.clock.advance(3_000);
    expect(await answer).toMatchObject({ status: 503, body: expect.stringContaining('proxy_switched_off') });
    await closed;
  });

  test('off is off at once, though a browser holds a connection it has not used yet', async () => {
    await using it = await startSwitch();
    await it.proxySwitch.setWish('on');
    const { port } = it;
    const unused = await openSocket(port);
    expect(await it.proxySwitch.setWish('off')).toMatchObject({ phase: 'off', baseUrl: null });
    expect(await it.proxySwitch.setWish('on')).toMatchObject({ phase: 'on' });
    unused.destroy();
  });

  test('a client that never reads does not hold the ending up', async () => {
    await using it = await startSwitch();
    await it.proxySwitch.setWish('on');
    const socket = await openSocket(it.port);
    socket.pause();
    socket.write(`GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1:${it.port}\r\n\r\n`);
    await expect.poll(() => it.streams.length).toBe(1);
    const piece = Buffer.alloc(1024 * 1024);
    for (let count = 0; count < 20; count++) it.streams[0]?.write(piece);
    await it.proxySwitch.setWish('off');
    it.clock.advance(3_000);
    it.clock.advance(500);
    await expect.poll(() => it.proxySwitch.state.get().phase).toBe('off');
    socket.destroy();
  });
});

describe('a port that cannot be had', () => {
  async function occupy(host: string, port = 0) {
    const server = createServer().listen(port, host);
    await once(server, 'listening');
    return {
      port: (server.address() as AddressInfo).port,
      [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')),
    };
  }

  test('because another program has it: says who, and offers a free one', async () => {
    await using taken = await occupy('127.0.0.1');
    await using it = await startSwitch(taken.port);
    const state = await it.proxySwitch.setWish('on');
    expect(state).toMatchObject({
      phase: 'failed',
      baseUrl: null,
      failure: { code: 'port_in_use', port: taken.port },
    });
    expect(state.failure?.nextFreePort).toBeGreaterThan(taken.port);
    expect(state.failure?.message).toContain(`Port ${taken.port} is in use by`);
    if (process.platform === 'linux') expect(state.failure?.holder).toContain(`(pid ${process.pid})`);
  });

  test('because another program has it on ::1 only, where localhost would lead to it', async ({ skip }) => {
    const taken = await occupy('::1').catch(() => null);
    if (taken === null) {
      skip('this computer has no IPv6');
      return;
    }
    await using _taken = taken;
    await using it = await startSwitch(taken.port);
    expect((await it.proxySwitch.setWish('on')).failure?.code).toBe('port_in_use');
    expect(await isRefused(taken.port)).toBe(true);
  });

  test('can be had once the other program is gone', async () => {
    const taken = await occupy('127.0.0.1');
    await using it = await startSwitch(taken.port);
    await it.proxySwitch.setWish('on');
    await taken[Symbol.asyncDispose]();
    expect(await it.proxySwitch.setWish('on')).toMatchObject({ phase: 'on', failure: null });
  });

  test('because it is forbidden: says so', async () => {
    const failure = await describeListenError({ code: 'EACCES', host: '127.0.0.1', port: 80 }, 'win32');
    expect(failure).toMatchObject({
      code: 'port_forbidden',
      message: expect.stringContaining('excludedportrange'),
    });
  });
});
