import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import type { HostServices } from '../../core/host-services.ts';
import { createRequestListener } from './control-requests.ts';
import { RendererFiles } from './renderer-files.ts';
import { createRpcDoor } from './rpc-door.ts';
import { Sessions } from './sessions.ts';

/** What the control server needs. */
export interface ControlServerOptions {
  readonly services: HostServices;
  /** The port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** The folder of the built renderer, with `index.html` in it. It may be missing; then the page says so. */
  readonly rendererFolder: string;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly clock: Clock;
  readonly version: string;
  /** Takes errors that nobody foresaw, as they were thrown; the browser only hears that there was one. */
  readonly reportError: (error: unknown) => void;
}

/** The window's back door: status page and procedures for a browser on this computer. */
export interface ControlServer {
  readonly port: number;
  /** Where the page is, such as `http://127.0.0.1:2640/`; it opens only with a session. */
  readonly url: string;
  /** A fresh link that lets one browser in, once, within ten minutes. A secret: show it to the user only. */
  oneTimeLink(): string;
  /** Ends event streams, closes the listener, and resolves within a second. */
  close(): Promise<void>;
}

/** Why the control server could not listen. */
export interface ControlListenFailure {
  readonly code: 'port_in_use' | 'port_forbidden' | 'listen_failed';
  /** One sentence for people: what happened and what to do. */
  readonly message: string;
  readonly port: number;
}

export type StartControlServerResult =
  | { started: true; server: ControlServer }
  | { started: false; failure: ControlListenFailure };

const closeDeadlineMs = 700;

/** Listens on 127.0.0.1 only. A port that cannot be had is a result, not an exception. */
export async function startControlServer(options: ControlServerOptions): Promise<StartControlServerResult> {
  // Bodies are small and local: a request that takes longer than this to arrive is not one of the page's.
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 60_000 });
  const failure = await listen(server, options.port);
  if (failure) return { started: false, failure };

  const { port } = server.address() as AddressInfo;
  const sessions = new Sessions(options);
  const rpcDoor = createRpcDoor(options.services, options.reportError);
  const rendererFiles = new RendererFiles(options.rendererFolder);
  const { version, reportError } = options;
  server.on(
    'request',
    createRequestListener({ port, version, sessions, rendererFiles, rpcDoor, reportError }),
  );
  let closed: Promise<void> | undefined;
  // A kept-alive connection is idle only once its answer has ended; `server.close()` alone would wait for its time-out.
  server.on('request', (_request, response) => {
    response.once('close', () => {
      if (closed) setImmediate(() => server.closeIdleConnections());
    });
  });
  const url = `http://127.0.0.1:${port}/`;
  return {
    started: true,
    server: {
      port,
      url,
      oneTimeLink: () => `${url}enter?token=${sessions.createLinkToken()}`,
      close: () =>
        (closed ??= closeWithin(server, options.clock, closeDeadlineMs, () => rpcDoor.endStreams())),
    },
  };
}

function listen(server: Server, port: number): Promise<ControlListenFailure | null> {
  const { promise, resolve } = Promise.withResolvers<ControlListenFailure | null>();
  const onError = (error: NodeJS.ErrnoException): void => resolve(describeFailure(error, port));
  server.once('error', onError);
  server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
    server.off('error', onError);
    resolve(null);
  });
  return promise;
}

function describeFailure(error: NodeJS.ErrnoException, port: number): ControlListenFailure {
  const remedy = 'Choose another with --ui-port, or --ui-port 0 for a free one.';
  if (error.code === 'EADDRINUSE') {
    const message = `Port ${port} of the status page is taken by another program. ${remedy}`;
    return { code: 'port_in_use', message, port };
  }
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    const message = `This system does not let the status page use port ${port}. ${remedy}`;
    return { code: 'port_forbidden', message, port };
  }
  const reason = error.code ?? 'unknown error';
  const message = `The status page could not listen on 127.0.0.1:${port} (${reason}). ${remedy}`;
  return { code: 'listen_failed', message, port };
}

function closeWithin(
  server: Server,
  clock: Clock,
  deadlineMs: number,
  endStreams: () => void,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const deadline = clock.setTimer(deadlineMs, () => server.closeAllConnections());
  server.close(() => {
    deadline.cancel();
    resolve();
  });
  endStreams();
  return promise;
}
