import { createORPCClient, DynamicLink, type ClientContext, type ClientLink } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { Door } from './door.ts';

/** What the page posts to its own window when it wants a port, and what the preload script posts with the port. */
export const doorWanted = 'cody-door-wanted';
export const doorOffered = 'cody-door';

/**
 * The door through a MessagePort, as the Electron shell gives it. `receivePort` is called before the first call, and
 * again for the next call after a port has closed; so a door heals where the shell gives a new port.
 */
export function createMessagePortDoor(receivePort: () => Promise<MessagePort>): Door {
  let current: Promise<ClientLink<ClientContext>> | undefined;
  const openLink = async (): Promise<ClientLink<ClientContext>> => {
    const port = await receivePort();
    const link = new RPCLink<ClientContext>({ port });
    port.addEventListener('close', () => {
      current = undefined;
    });
    port.start();
    return link;
  };
  return createORPCClient<Door>(new DynamicLink<ClientContext>(() => (current ??= openLink())));
}

/**
 * Asks the preload script for a port and waits for it. The preload script listens for `cody-door-wanted` and answers
 * with `window.postMessage('cody-door', '*', [port])`. Asking first means that neither side has to be there in time.
 * Messages of other windows or frames are not heeded.
 */
export function receiveDoorPort(window: Window): Promise<MessagePort> {
  const { promise, resolve } = Promise.withResolvers<MessagePort>();
  const onMessage = (event: MessageEvent<unknown>): void => {
    const port = event.ports[0];
    if (event.source !== window || event.data !== doorOffered || !port) return;
    window.removeEventListener('message', onMessage);
    resolve(port);
  };
  window.addEventListener('message', onMessage);
  // Pages of a file or an app scheme have no origin that could be named here; the message holds nothing.
  window.postMessage(doorWanted, '*');
  return promise;
}
