import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Express, Request, Response } from 'express';
import type { Clock, ClockTimer } from '../clock.ts';
import { answerRefusal } from './answer-refusal.ts';
import { messageClassesOf } from './message-classes.ts';
import { answerMalformed } from './malformed-request.ts';
import { OpenExchanges } from './open-exchanges.ts';
import { createProxyApp } from './proxy-app.ts';
import type { ProxyDependencies } from './proxy-dependencies.ts';
import type { Refusal } from './refusal.ts';

/** How long half-sent requests are waited for. Whole bodies have a clock of their own: see `read-json-body.ts`. */
export interface ListeningLimits {
  /** From a connection's first byte, or the last answer, to the end of a request's head. */
  readonly headersMs: number;
  /** How often that is looked at. */
  readonly checkEveryMs: number;
}

/** The limits of a real run. */
export const usualListeningLimits: ListeningLimits = { headersMs: 10_000, checkEveryMs: 1_000 };

/** Why an address could not be listened on: the error's code, such as `EADDRINUSE`, and the address. */
export interface ListenError {
  readonly code: string;
  readonly host: string;
  readonly port: number;
}

/**
 * The proxy's listeners while it is on: 127.0.0.1 and, where there is IPv6, [::1], on one port. Made by `listen`, ended
 * once by `stop`.
 */
export class Listening {
  readonly port: number;
  /** Each address listened on, as it is written in a URL, such as `[::1]:2639`. */
  readonly addresses: readonly string[];
  readonly #servers: readonly Server[];
  readonly #open: OpenExchanges;
  readonly #clock: Clock;

  constructor(servers: readonly Server[], port: number, open: OpenExchanges, clock: Clock) {
    this.#servers = servers;
    this.port = port;
    this.#open = open;
    this.#clock = clock;
    this.addresses = servers.map((server) => {
      const { address, family } = server.address() as AddressInfo;
      return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
    });
  }

  /** How many exchanges are open. */
  get exchangeCount(): number {
    return this.#open.count;
  }

  /**
   * Takes no new connections from now on: the port is free when this returns. Open exchanges may go on for `graceMs`,
   * then each is ended with `reason`. Resolves when the last connection is closed.
   */
  async stop(graceMs: number, reason: Refusal): Promise<void> {
    // Kept-alive connections would hold the server open until their own time-out.
    this.#open.end(reason, () => setImmediate(() => this.#closeIdleConnections()));
    const closed = Promise.all(this.#servers.map(closeServer));
    const timers: ClockTimer[] = [
      this.#clock.setTimer(graceMs, () => {
        this.#open.refuseAll();
        this.#closeIdleConnections();
        // What was said at the end gets a moment to leave; a client that does not read is not waited for.
        timers.push(
          this.#clock.setTimer(farewellMs, () => {
            for (const server of this.#servers) server.closeAllConnections();
          }),
        );
      }),
    ];
    await closed;
    for (const timer of timers) timer.cancel();
  }

  #closeIdleConnections(): void {
    for (const server of this.#servers) server.closeIdleConnections();
  }
}

/** Listens on `port`; 0 takes a free one. Resolves to the listeners, or to why there are none; never rejects. */
export async function listen(
  port: number,
  dependencies: ProxyDependencies,
  limits: ListeningLimits,
): Promise<Listening | ListenError> {
  const open = new OpenExchanges();
  let boundPort = port;
  const app = createProxyApp(dependencies, () => boundPort, open);
  const first = createProxyServer(limits, app, open, dependencies.clock);
  const error = await bind(first, '127.0.0.1', port);
  if (error) return error;
  boundPort = (first.address() as AddressInfo).port;
  const second = createProxyServer(limits, app, open, dependencies.clock);
  const secondError = await bind(second, '::1', boundPort);
  if (secondError === null) return new Listening([first, second], boundPort, open, dependencies.clock);
  if (!meansNoIpv6(secondError.code)) {
    // Someone else has the port on [::1]: tools that resolve localhost so would talk to that program.
    await closeServer(first);
    return secondError;
  }
  return new Listening([first], boundPort, open, dependencies.clock);
}

const farewellMs = 500;

const unreadableTarget: Refusal = {
  code: 'invalid_request_target',
  message: 'The request target cannot be read. Send a plain path such as /v1/chat/completions.',
};

function createProxyServer(limits: ListeningLimits, app: Express, open: OpenExchanges, clock: Clock): Server {
  const server = createServer({
    ...messageClassesOf(app),
    headersTimeout: limits.headersMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    // A whole request may take long: uploads are held back by a slow upstream.
    requestTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    // Checked by the guard, which says so in JSON.
    requireHostHeader: false,
    maxHeaderSize: 64 * 1024,
    noDelay: true,
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const exchange = open.find((candidate) => candidate.socket === socket);
    answerMalformed(error, socket, exchange);
  });
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    // With a last resort of ours, Express makes no `finalhandler` for each request.
    app(request as Request, response as Response, () => {
      // Express could make nothing of the target; the guard in the app never saw it.
      answerRefusal(request, response, unreadableTarget, [], clock);
    });
  };
  server.on('request', serve);
  // Continued only once the guards have let the request in: see `exchange.ts`.
  server.on('checkContinue', serve);
  // Other expectations may be left out of account (RFC 9110, section 10.1.1).
  server.on('checkExpectation', serve);
  return server;
}

/** Longer than the pools of common clients keep a connection, so that it is seldom the proxy that closes first. */
const keepAliveMs = 75_000;

function bind(server: Server, host: string, port: number): Promise<ListenError | null> {
  return new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException): void =>
      resolve({ code: error.code ?? 'UNKNOWN', host, port });
    server.once('error', onError);
    server.listen({ host, port, ipv6Only: host === '::1' }, () => {
      server.off('error', onError);
      resolve(null);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

function meansNoIpv6(code: string): boolean {
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT' || code === 'EINVAL' || code === 'ENOTSUP';
}
