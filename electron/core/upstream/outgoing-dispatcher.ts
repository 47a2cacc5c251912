import { Pool, ProxyAgent, type Dispatcher } from 'undici';
import { isLoopbackHost } from '../platform/loopback-host.ts';

/** The variables of the environment that name an outgoing proxy; lower case wins, as in curl. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Opens the one pool of kept-alive connections to an upstream: direct, or through the proxy that `HTTPS_PROXY` /
 * `HTTP_PROXY` name unless `NO_PROXY` excepts the host. Loopback is never reached through a proxy. Throws if the variable
 * names a proxy of a kind that cannot be used.
 */
export function openDispatcher(
  baseUrl: URL,
  connectTimeoutMs: number,
  environment: ProxyEnvironment,
): Dispatcher {
  const outgoingProxy = findOutgoingProxy(baseUrl, environment);
  const options = {
    connect: { timeout: connectTimeoutMs },
    // HTTP/2 would answer with other header rules than those the proxy promises to keep.
    allowH2: false,
    connections: null,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    // Both clocks are the exchange's own: undici's defaults cut answers that are silent for five minutes.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (outgoingProxy === null) return new Pool(baseUrl.origin, options);
  return new ProxyAgent({
    uri: outgoingProxy,
    ...options,
    requestTls: { timeout: connectTimeoutMs },
    proxyTls: { timeout: connectTimeoutMs },
  });
}

/** The outgoing proxy for an address, as curl finds it (https://curl.se/docs/manpage.html, section ENVIRONMENT); null for none. */
export function findOutgoingProxy(target: URL, environment: ProxyEnvironment): string | null {
  if (isLoopbackHost(target.hostname)) return null;
  const names =
    target.protocol === 'https:'
      ? ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']
      : ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'];
  const proxy = names.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
  if (proxy === undefined || isExcepted(target, environment['no_proxy'] ?? environment['NO_PROXY'] ?? ''))
    return null;
  // undici resolves names at the SOCKS proxy in any case, which is what the h stands for.
  return proxy.includes('://') ? proxy.replace(/^socks5h:/i, 'socks5:') : `http://${proxy}`;
}

/** Shorter than the idle limits of common servers, so that a kept connection is seldom one that is just being closed. */
const keepAliveMs = 15_000;

function isExcepted(target: URL, noProxy: string): boolean {
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  return noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, host = entry, entryPort] = /^(.+?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
      if (entryPort !== undefined && entryPort !== port) return false;
      const domain = host.replace(/^\*?\./, '');
      return target.hostname === domain || target.hostname.endsWith(`.${domain}`);
    });
}
