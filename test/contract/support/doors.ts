import { randomBytes } from 'node:crypto';
import { MessageChannel } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import type { HostServices } from '../../../electron/core/host-services.ts';
import { createRouter } from '../../../electron/core/procedures/router.ts';
import { startControlServer, type ControlServer } from '../../../electron/headless/control/control-server.ts';
import type { Door } from '../../../renderer/door/door.ts';
import { createHttpDoor } from '../../../renderer/door/http-door.ts';
import { createMessagePortDoor } from '../../../renderer/door/message-port-door.ts';
import { systemClock } from '../../../electron/core/clock.ts';

/** A door to `services` through one transport, as the window has it. */
export interface OpenDoor {
  readonly door: Door;
  /** The errors that nobody foresaw, as the host hears of them. */
  readonly reportedErrors: readonly unknown[];
  /** Ends the host's side, as when the program quits. */
  close(): Promise<void>;
}

/** The two transports through which every behaviour is tested. */
export const doorKinds: readonly { name: string; open: (services: HostServices) => Promise<OpenDoor> }[] = [
  { name: 'HTTP with event streams', open: openHttpDoor },
  { name: 'a MessagePort', open: openMessagePortDoor },
];

async function openHttpDoor(services: HostServices): Promise<OpenDoor> {
  const reportedErrors: unknown[] = [];
  const server = await startTestControlServer(services, {
    reportError: (error) => reportedErrors.push(error),
  });
  const door = createHttpDoor({
    url: `${server.url}rpc`,
    headers: { cookie: await enter(server), origin: server.url.slice(0, -1) },
  });
  return { door, reportedErrors, close: () => server.close() };
}

async function openMessagePortDoor(services: HostServices): Promise<OpenDoor> {
  const { port1: hostPort, port2: windowPort } = new MessageChannel();
  const reportedErrors: unknown[] = [];
  new RPCHandler(createRouter(services, (error) => reportedErrors.push(error))).upgrade(hostPort);
  hostPort.start();
  const closed = new Promise((resolve) => windowPort.once('close', resolve));
  // Node's MessagePort is the web's, but for its type declarations.
  const door = createMessagePortDoor(async () => windowPort as unknown as MessagePort);
  return {
    door,
    reportedErrors,
    async close() {
      hostPort.close();
      await closed;
    },
  };
}

/** A control server on a free port, with the machine's clock and no built page. */
export async function startTestControlServer(
  services: HostServices,
  options: Partial<Parameters<typeof startControlServer>[0]> = {},
): Promise<ControlServer> {
  const result = await startControlServer({
    services,
    port: 0,
    rendererFolder: '/nonexistent',
    randomBytes,
    clock: systemClock,
    version: '0.1.0',
    reportError: () => undefined,
    ...options,
  });
  if (!result.started) throw new Error(result.failure.message);
  return result.server;
}

/** Uses a fresh one-time link and gives the cookie, as `name=value`. */
export async function enter(server: ControlServer): Promise<string> {
  const response = await fetch(server.oneTimeLink(), { redirect: 'manual' });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (cookie === undefined)
    throw new Error(`The one-time link gave no cookie but status ${response.status}.`);
  return cookie;
}
