import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/node';
import { createRouter } from '../../core/procedures/router.ts';
import type { HostServices } from '../../core/host-services.ts';
import { createWatchBundle } from './watch-bundle.ts';

/** Where the procedures are: `POST /rpc/area/procedure`. */
export const rpcPrefix = '/rpc';

const maxBodyBytes = 1024 * 1024;
/** Keeps the connection of a quiet event stream in use, and finds out soon that a browser has vanished. */
const keepAliveMs = 10_000;

/** The contract over HTTP. `handle` answers a request that has passed the guard and has a session. */
export interface RpcDoor {
  /** False if no procedure has this path; then nothing has been answered. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** Ends every event stream as if its source had ended; also those that are asked for later. */
  endStreams(): void;
}

/**
 * The oRPC protocol (https://orpc.dev/docs/advanced/rpc-protocol) over node:http, bodies of at most 1 MiB. `reportError`
 * takes the errors that nobody foresaw.
 */
export function createRpcDoor(services: HostServices, reportError: (error: unknown) => void): RpcDoor {
  const router = createRouter(services, reportError);
  const openRequests = new Set<AbortController>();
  let ended = false;

  const handler = new RPCHandler<RequestContext>(
    { ...router, streams: { watch: createWatchBundle(router) } },
    {
      plugins: [new BodyLimitPlugin({ maxBodySize: maxBodyBytes })],
      eventIteratorKeepAliveInterval: keepAliveMs,
      rootInterceptors: [
        (options) =>
          options.next({ ...options, request: { ...options.request, signal: options.context.endSignal } }),
      ],
    },
  );

  return {
    async handle(request, response) {
      const controller = new AbortController();
      openRequests.add(controller);
      response.once('close', () => {
        openRequests.delete(controller);
        controller.abort();
      });
      if (ended) controller.abort();
      const { matched } = await handler.handle(request, response, {
        prefix: rpcPrefix,
        context: { endSignal: controller.signal },
      });
      return matched;
    },
    endStreams() {
      ended = true;
      for (const controller of openRequests) controller.abort();
    },
  };
}

/** Aborts when the client has gone or the control server closes. */
interface RequestContext {
  readonly endSignal: AbortSignal;
}
