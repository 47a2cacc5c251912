import type { Dispatcher } from 'undici';
import { localPortOf } from './choose-upstream.ts';
import { findOutgoingProxy, openDispatcher, type ProxyEnvironment } from './outgoing-dispatcher.ts';

/** Where exchanges go at this moment: one base URL, the key for it, and the pool of connections to it. */
export interface Upstream {
  readonly origin: string;
  /** The host, with its port where it has one, for messages to people. */
  readonly host: string;
  /** The path of the base URL without a slash at its end, such as `/v1`. */
  readonly basePath: string;
  readonly dispatcher: Dispatcher;
  /** The `Authorization` header for this upstream; null while there is no key. Read at each exchange. */
  readonly authorization: () => string | null;
  /** Whether this is the embedded demo upstream. */
  readonly demo: boolean;
  /** Whether it is reached through an outgoing proxy. */
  readonly viaProxy: boolean;
  readonly connectTimeoutMs: number;
  /** Where it is on this computer; null for an upstream elsewhere. */
  readonly localPort: number | null;
}

/** What opens an upstream. */
export interface UpstreamOptions {
  readonly baseUrl: string;
  readonly authorization: () => string | null;
  readonly demo: boolean;
  readonly connectTimeoutMs: number;
  readonly environment: ProxyEnvironment;
}

/** Opens an upstream; no connection is made yet. Whoever opens it closes it by `closeUpstream`. */
export function openUpstream(options: UpstreamOptions): Upstream {
  const url = new URL(options.baseUrl);
  return {
    origin: url.origin,
    host: url.host,
    basePath: url.pathname.replace(/\/+$/, ''),
    dispatcher: openDispatcher(url, options.connectTimeoutMs, options.environment),
    authorization: options.authorization,
    demo: options.demo,
    viaProxy: findOutgoingProxy(url, options.environment) !== null,
    connectTimeoutMs: options.connectTimeoutMs,
    localPort: localPortOf(url),
  };
}

/** Lets running requests end and then closes all connections; resolves when that is done. */
export async function closeUpstream(upstream: Upstream): Promise<void> {
  await upstream.dispatcher.close();
}
