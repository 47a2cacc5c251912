import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { Door } from './door.ts';
import { bundleWatches } from './watch-bundle.ts';

/** Where the procedures are, and what a caller that is no browser has to add (Cookie, Origin). */
export interface HttpDoorOptions {
  /** Such as `http://127.0.0.1:2640/rpc`. */
  readonly url: string;
  readonly headers?: Record<string, string>;
}

/** The door through the headless host's control server: oRPC over fetch, event streams in one connection. */
export function createHttpDoor(options: HttpDoorOptions): Door {
  const link = new RPCLink({ url: options.url, headers: options.headers ?? {} });
  return createORPCClient<Door>(bundleWatches(link));
}
