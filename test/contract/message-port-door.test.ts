import { MessageChannel } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import { describe, expect, it } from 'vitest';
import { createRouter } from '../../electron/core/procedures/router.ts';
import { createMessagePortDoor, receiveDoorPort } from '../../renderer/door/message-port-door.ts';
import { createInMemoryServices } from './support/in-memory-services.ts';

/** As much of a window as posting to oneself needs; what is posted arrives in a later turn, as in a browser. */
class WindowStandIn extends EventTarget {
  readonly posted: unknown[] = [];

  postMessage(
    data: unknown,
    _targetOrigin?: string,
    ports: readonly object[] = [],
    source: object = this,
  ): void {
    this.posted.push(data);
    queueMicrotask(() => this.dispatchEvent(Object.assign(new Event('message'), { data, ports, source })));
  }

  asWindow(): Window {
    return this as unknown as Window;
  }
}

describe('the door of a window that the shell has opened', () => {
  it('asks for a port and takes the one that its own preload script offers', async () => {
    const window = new WindowStandIn();
    const { port1, port2 } = new MessageChannel();
    const received = receiveDoorPort(window.asWindow());
    expect(window.posted).toEqual(['cody-door-wanted']);
    window.postMessage('cody-door', '*', [{ name: 'port of a foreign frame' }], new EventTarget());
    window.postMessage('something else', '*', [{ name: 'port of something else' }]);
    window.postMessage('cody-door', '*', []);
    window.postMessage('cody-door', '*', [port2]);
    expect(await received).toBe(port2);
    port1.close();
  });

  it('asks for another port after the first has closed, and goes on', async () => {
    const { services } = createInMemoryServices();
    const hostPorts: { close(): void }[] = [];
    const closings: Promise<unknown>[] = [];
    const door = createMessagePortDoor(async () => {
      const { port1, port2 } = new MessageChannel();
      new RPCHandler(createRouter(services, () => undefined)).upgrade(port1);
      port1.start();
      hostPorts.push(port1);
      closings.push(new Promise((resolve) => port2.once('close', resolve)));
      return port2 as unknown as MessagePort;
    });
    expect(await door.proxy.setWish({ wish: 'on' })).toMatchObject({ phase: 'on' });
    expect(await door.proxy.getState()).toMatchObject({ phase: 'on' });
    expect(hostPorts).toHaveLength(1);
    hostPorts[0]?.close();
    await closings[0];
    expect(await door.proxy.getState()).toMatchObject({ phase: 'on' });
    expect(hostPorts).toHaveLength(2);
    hostPorts[1]?.close();
  });
});
