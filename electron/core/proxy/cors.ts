import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * The CORS headers of an answer to an allowed origin (https://fetch.spec.whatwg.org/#http-cors-protocol): the origin
 * itself, never `*`, and every answer header readable. Name, value, name, value …
 */
export function corsHeaders(origin: string): string[] {
  return ['access-control-allow-origin', origin, 'access-control-expose-headers', '*', 'vary', 'Origin'];
}

/** Whether a request asks, before the real one, if a page may send it. */
export function isPreflight(request: IncomingMessage): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
}

/**
 * Answers a preflight of an allowed origin with yes: the method and the headers it asks for, and access to this
 * computer's network, under its old name (Private Network Access) and its new one (Local Network Access).
 */
export function answerPreflight(request: IncomingMessage, response: ServerResponse, origin: string): void {
  const asked = request.headers;
  const headers = corsHeaders(origin);
  headers.push(
    'access-control-allow-methods',
    'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    'access-control-allow-headers',
    asked['access-control-request-headers'] ?? usualHeaders,
    'access-control-max-age',
    '600',
    'content-length',
    '0',
  );
  if (asked['access-control-request-private-network'] === 'true') {
    headers.push('access-control-allow-private-network', 'true');
  }
  if (asked['access-control-request-local-network'] === 'true') {
    headers.push('access-control-allow-local-network', 'true');
  }
  response.writeHead(204, headers);
  response.end();
}

/** For browsers that do not say which headers they mean to send: those of the OpenAI and Anthropic SDKs. */
const usualHeaders = [
  'authorization, content-type, accept, x-api-key, api-key, idempotency-key, openai-organization, openai-project, openai-beta',
  'anthropic-version, anthropic-beta, anthropic-dangerous-direct-browser-access',
  'x-stainless-lang, x-stainless-package-version, x-stainless-os, x-stainless-arch, x-stainless-runtime',
  'x-stainless-runtime-version, x-stainless-retry-count, x-stainless-timeout, x-stainless-helper-method, x-stainless-async',
].join(', ');
