import { errors } from 'undici';
import type { ProxyErrorCode } from '../../../shared/proxy-error.ts';

/** Why the upstream gave no answer, or no whole one. */
export interface UpstreamFailure {
  readonly code: UpstreamFailureCode;
  /** One or two sentences for people: what happened and what to do. */
  readonly message: string;
}

/** The proxy's error codes that speak of the upstream. */
export type UpstreamFailureCode = Extract<ProxyErrorCode, `upstream_${string}` | 'outgoing_proxy_failed'>;

/**
 * Names the failure behind an error of undici or of Node's sockets (https://nodejs.org/api/errors.html#common-system-errors).
 * `host` is the upstream's host, for the message; nothing else of the request is told.
 */
export function nameUpstreamFailure(error: unknown, host: string): UpstreamFailure {
  return describe(failureKind(errorCode(error), error), error, host);
}

/**
 * Names the failure behind an error that came once the request was on its way: never one of those that say no connection
 * could be made, for which a request is sent again without a thought.
 */
export function nameBrokenConnection(error: unknown, host: string): UpstreamFailure {
  const failure = nameUpstreamFailure(error, host);
  return noConnection.has(failure.code) ? describe('upstream_reset', error, host) : failure;
}

const noConnection: ReadonlySet<UpstreamFailureCode> = new Set([
  'upstream_unreachable',
  'upstream_refused',
  'upstream_dns_failed',
  'upstream_connect_timeout',
  'outgoing_proxy_failed',
]);

/**
 * Names the failure behind an error that came before the request was begun, on the way through an outgoing proxy: all of
 * them are the proxy's, but for TLS, which is the upstream's own at the tunnel's end.
 */
export function nameTunnelFailure(error: unknown, host: string): UpstreamFailure {
  const failure = nameUpstreamFailure(error, host);
  return failure.code === 'upstream_tls_failed' ? failure : proxyFailure(host, errorCode(error));
}

/** The failure of an outgoing proxy; `detail` may be empty. */
export function proxyFailure(host: string, detail: string): UpstreamFailure {
  const message = describeFailure.outgoing_proxy_failed(host);
  return { code: 'outgoing_proxy_failed', message: detail === '' ? message : `${message} (${detail})` };
}

/** The failure of one of the proxy's own clocks. */
export function timeoutFailure(
  kind: 'upstream_first_byte_timeout' | 'upstream_idle_timeout',
  host: string,
  afterMs: number,
): UpstreamFailure {
  const after = `${Math.round(afterMs / 1000)} s`;
  const setting = kind === 'upstream_first_byte_timeout' ? 'timeouts.firstByteMs' : 'timeouts.idleMs';
  return {
    code: kind,
    message: `${describeFailure[kind](host)} Waited ${after}; the setting is ${setting}.`,
  };
}

function describe(kind: UpstreamFailureCode, error: unknown, host: string): UpstreamFailure {
  const code = errorCode(error);
  const message = describeFailure[kind](host);
  return { code: kind, message: code === '' ? message : `${message} (${code})` };
}

const describeFailure: Record<UpstreamFailureCode, (host: string) => string> = {
  upstream_unreachable: (host) =>
    `The upstream ${host} cannot be reached. Check the internet connection, VPN and firewall.`,
  upstream_refused: (host) =>
    `The upstream ${host} refused the connection. Check the upstream's address in the settings, and whether it is running.`,
  upstream_reset: (host) =>
    `The upstream ${host} closed the connection before its answer was complete. Try again.`,
  upstream_dns_failed: (host) =>
    `The name ${host} cannot be found. Check the upstream's address in the settings, and the internet connection.`,
  upstream_tls_failed: (host) =>
    `No secure connection to ${host}: its certificate or TLS was not accepted. A proxy or virus scanner may stand between.`,
  upstream_invalid_answer: (host) =>
    `The upstream ${host} answered with something that is not HTTP. Check its address and port.`,
  outgoing_proxy_failed: (host) =>
    `The outgoing proxy (HTTPS_PROXY) would not connect to ${host}. Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.`,
  upstream_connect_timeout: (host) =>
    `The upstream ${host} did not accept a connection in time. Check the internet connection; the setting is timeouts.connectMs.`,
  upstream_first_byte_timeout: (host) => `The upstream ${host} sent no answer in time.`,
  upstream_idle_timeout: (host) => `The upstream ${host} began an answer and then fell silent.`,
};

function failureKind(code: string, error: unknown): UpstreamFailureCode {
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return 'upstream_connect_timeout';
    case 'ECONNREFUSED':
      return 'upstream_refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NODATA':
      return 'upstream_dns_failed';
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
    case 'UND_ERR_SOCKET':
      return 'upstream_reset';
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
    case 'UND_ERR_HEADERS_OVERFLOW':
      return 'upstream_invalid_answer';
    default:
      if (error instanceof errors.HTTPParserError) return 'upstream_invalid_answer';
      if (isTlsCode(code)) return 'upstream_tls_failed';
      if (error instanceof Error && error.message.includes('HTTP Tunneling')) return 'outgoing_proxy_failed';
      return 'upstream_unreachable';
  }
}

/** The codes of Node's TLS layer and of OpenSSL's certificate checks: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function isTlsCode(code: string): boolean {
  return /^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/.test(
    code,
  );
}

/** The first code found in an error, its causes, or the attempts of a connection to several addresses; empty if none. */
function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  return 'cause' in error && error.cause !== undefined ? errorCode(error.cause) : '';
}
