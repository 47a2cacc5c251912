import type { IncomingMessage } from 'node:http';

/** What the guard says of a request. A refusal holds the HTTP status and a sentence that says what to do. */
export type GuardVerdict = { allowed: true } | { allowed: false; status: 400 | 403; message: string };

/**
 * Whether a request may reach the control server on `port` at all, before any cookie is looked at.
 *
 * - Host must name this very listener: a rebound name (`evil.example` resolving to 127.0.0.1) is same-origin to the
 *   browser, sends our cookie's host, and is only betrayed by its Host header.
 * - Origin, where there is one, must be that same origin; a POST must have one. SameSite=Strict does not help here:
 *   pages of other ports on 127.0.0.1 are the same *site*.
 * - `Sec-Fetch-Site: cross-site` tells of pages elsewhere that link here or embed us.
 */
export function guardRequest(
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'headersDistinct'>,
  port: number,
): GuardVerdict {
  const hosts = request.headersDistinct['host'] ?? [];
  const host = hosts[0];
  if (host === undefined || hosts.length !== 1) {
    return { allowed: false, status: 400, message: 'Send exactly one Host header.' };
  }
  if (!ownHosts(port).includes(host.toLowerCase())) {
    return refused(`This page answers only at http://127.0.0.1:${port}. Open it there.`);
  }
  if (!request.url?.startsWith('/')) {
    return {
      allowed: false,
      status: 400,
      message: 'Send the request target as a path that begins with a slash.',
    };
  }
  const origin = request.headers.origin;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return refused('This page answers only to itself, not to other websites or programs with an Origin.');
  }
  if (origin === undefined && request.method !== 'GET' && request.method !== 'HEAD') {
    return refused('Send the Origin header of the page: only the page itself may change anything here.');
  }
  if (request.headers['sec-fetch-site'] === 'cross-site') {
    return refused('Another website led here. Copy the link into the address bar instead.');
  }
  return { allowed: true };
}

function refused(message: string): GuardVerdict {
  return { allowed: false, status: 403, message };
}

/** Browsers leave the port away where it is the scheme's own. */
function ownHosts(port: number): string[] {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  const hosts = names.map((name) => `${name}:${port}`);
  return port === 80 ? [...hosts, ...names] : hosts;
}
