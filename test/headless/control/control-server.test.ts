import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startControlServer } from '../../../electron/headless/control/control-server.ts';
import { createHttpDoor } from '../../../renderer/door/http-door.ts';
import { enter, startTestControlServer } from '../../contract/support/doors.ts';
import { createInMemoryServices } from '../../contract/support/in-memory-services.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { pageHeaders, rawRequest } from './support/raw-request.ts';

describe('the control server', () => {
  it('says in words that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const result = await startControlServer({
      services: createInMemoryServices().services,
      port,
      rendererFolder: '/nonexistent',
      randomBytes: (size) => new Uint8Array(size),
      clock: new HandClock(),
      version: '0.1.0',
      reportError: () => undefined,
    });
    other.close();
    expect(result).toMatchObject({ started: false, failure: { code: 'port_in_use', port } });
    expect(!result.started && result.failure.message).toContain('--ui-port');
  });

  it('listens on 127.0.0.1 only', async () => {
    const server = await startTestControlServer(createInMemoryServices().services);
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/`);
    const [error] = await once(connect(server.port, '127.0.0.2'), 'error').catch((reason: unknown) => [
      reason,
    ]);
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    await server.close();
  });

  it('ends event streams by itself when it closes, and lets go of the host', async () => {
    const clock = new HandClock();
    const host = createInMemoryServices();
    const server = await startTestControlServer(host.services, { clock });
    const door = createHttpDoor({
      url: `${server.url}rpc`,
      headers: pageHeaders(server, await enter(server)),
    });
    const bundled = await door.activity.watch();
    await bundled.next();
    const alone = await fetch(`${server.url}rpc/activity/watch`, {
      method: 'POST',
      headers: pageHeaders(server, await enter(server)),
      body: '{}',
    });
    await expect.poll(() => host.exchangeListenerCount()).toBe(2);
    // The hand clock stands still: nothing is cut off, the streams end.
    await server.close();
    expect(await bundled.next()).toMatchObject({ done: true });
    expect(await alone.text()).toContain('data: {"json":[]}');
    expect(host.exchangeListenerCount()).toBe(0);
    expect(clock.timerCount).toBe(0);
    await server.close();
  });

  it('cuts off within a second whoever holds it up', async () => {
    const clock = new HandClock();
    const server = await startTestControlServer(createInMemoryServices().services, { clock });
    const socket = connect(server.port, '127.0.0.1');
    socket.write('POST /rpc/proxy/setWish HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n');
    await once(socket, 'connect');
    const cut = once(socket, 'close');
    socket.on('error', () => undefined);
    // Answered after the half request has been accepted, so that the server knows of it.
    await rawRequest(server, {});
    let closed = false;
    const closing = server.close().then(() => (closed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    clock.advance(1_000);
    await Promise.all([closing, cut]);
    await expect(rawRequest(server, {})).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('refuses to bundle what cannot be watched', async () => {
    const server = await startTestControlServer(createInMemoryServices().services);
    const headers = pageHeaders(server, await enter(server));
    for (const path of ['proxy/setWish', 'nothing/watch', '__proto__/watch', 'streams/watch']) {
      const answer = await rawRequest(server, {
        method: 'POST',
        target: '/rpc/streams/watch',
        headers,
        body: JSON.stringify({ json: { paths: [path] } }),
      });
      expect(answer.body, path).toContain('NOT_FOUND');
      expect(answer.body, path).toContain('There is nothing to watch');
    }
    await server.close();
  });
});
