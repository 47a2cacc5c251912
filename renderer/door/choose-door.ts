import type { Door } from './door.ts';
import { createHttpDoor } from './http-door.ts';
import { createMessagePortDoor, receiveDoorPort } from './message-port-door.ts';

/** A page that came over HTTP talks to the server it came from; any other was loaded by the shell and gets a port. */
export function chooseDoor(window: Window): Door {
  const { protocol, origin } = window.location;
  if (protocol === 'http:' || protocol === 'https:') return createHttpDoor({ url: `${origin}/rpc` });
  return createMessagePortDoor(() => receiveDoorPort(window));
}
