import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BodyName } from './bodies.ts';
import { type ChildProcesses, firstLine } from './child-processes.ts';
import { clientHeaders } from './client-headers.ts';
import type { Contestant, ContestantName } from './contestants/contestant.ts';
import type { RequestShape } from './jobs.ts';
import { modeParameters, type UpstreamMode } from './upstream-mode.ts';

const startWithinMs = 20_000;
const connectEveryMs = 2;
// As long as this proxy's own keys, so that requests are of the same size for all.
const strangerKey = `cody-local-${'0'.repeat(32)}`;

/** How long a start took, from the spawn on; `announcedMs` is null for those who print nothing. */
export interface StartTimes {
  announcedMs: number | null;
  acceptedMs: number;
}

/** A contestant that runs in front of the upstream and takes requests. */
export class Entrant {
  readonly contestant: Contestant;
  readonly startTimes: StartTimes;
  readonly #child: ChildProcess | null;
  readonly #port: number;
  readonly #upstreamPort: number;
  readonly #key: string;

  private constructor(
    contestant: Contestant,
    running: {
      child: ChildProcess | null;
      port: number;
      upstreamPort: number;
      key: string;
      times: StartTimes;
    },
  ) {
    this.contestant = contestant;
    this.startTimes = running.times;
    this.#child = running.child;
    this.#port = running.port;
    this.#upstreamPort = running.upstreamPort;
    this.#key = running.key;
  }

  /**
   * Starts it on a free port and waits until it takes connections; rejects when it does not within twenty seconds.
   * Starts with the same `folderName` find the files of the one before.
   */
  static async start(
    contestant: Contestant,
    {
      upstreamPort,
      children,
      folderName,
    }: { upstreamPort: number; children: ChildProcesses; folderName: string },
  ): Promise<Entrant> {
    if (contestant.command === null) {
      const times = { announcedMs: null, acceptedMs: 0 };
      return new Entrant(contestant, {
        child: null,
        port: upstreamPort,
        upstreamPort,
        key: strangerKey,
        times,
      });
    }
    const port = await freePort();
    const folder = path.join(children.folder, contestant.name, folderName);
    const command = contestant.command({ port, upstreamPort, folder });
    const startMs = performance.now();
    const child = children.start(command);
    const announced = contestant.announces ? announcement(child, startMs) : null;
    if (announced === null) child.stdout?.resume();
    announced?.catch(() => undefined);
    const acceptedMs = await firstAccepted(port, child, startMs);
    const line = await announced;
    const times = { announcedMs: line?.atMs ?? null, acceptedMs };
    return new Entrant(contestant, { child, port, upstreamPort, key: line?.clientKey ?? strangerKey, times });
  }

  get name(): ContestantName {
    return this.contestant.name;
  }

  /** The processes whose time and memory count; none for the direct way. */
  workers(): number[] {
    return this.#child === null ? [] : this.contestant.workers(this.#child);
  }

  /** A chat request through this contestant that makes the upstream behave as `mode` says. */
  chatRequest(mode: UpstreamMode, body: BodyName, tracked = false): RequestShape {
    const parameters = mode.kind === 'chat' ? '' : modeParameters(mode, tracked);
    const route = this.contestant.route(this.#upstreamPort, parameters);
    const lines = [`POST ${route.path} HTTP/1.1`, ...clientHeaders(this.#port, this.#key), ...route.headers];
    return { port: this.#port, head: lines.map((line) => `${line}\r\n`).join(''), body };
  }

  /** A request that the contestant answers itself. */
  healthRequest(): RequestShape {
    const head = `GET ${this.contestant.healthPath} HTTP/1.1\r\nhost: 127.0.0.1:${this.#port}\r\naccept: */*\r\n`;
    return { port: this.#port, head, body: 'none' };
  }

  /** Ends its process. */
  async stop(children: ChildProcesses): Promise<void> {
    if (this.#child !== null) await children.stop(this.#child);
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no free port.');
  return address.port;
}

async function announcement(
  child: ChildProcess,
  startMs: number,
): Promise<{ atMs: number; clientKey: string | null }> {
  const line = await firstLine(child, startWithinMs);
  const atMs = performance.now() - startMs;
  const { clientKey } = JSON.parse(line) as { clientKey: string | null };
  return { atMs, clientKey };
}

async function firstAccepted(port: number, child: ChildProcess, startMs: number): Promise<number> {
  while (performance.now() - startMs < startWithinMs) {
    if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode} at its start.`);
    if (await accepts(port)) return performance.now() - startMs;
    await sleep(connectEveryMs);
  }
  throw new Error(`It took no connection within ${startWithinMs} ms.`);
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
