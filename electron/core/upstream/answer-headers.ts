/**
 * Answer headers that end at the proxy: those of one connection only (RFC 9110, section 7.6.1), the upstream's cookies
 * and CORS verdicts (the proxy gives its own), and what speaks of the upstream's host, not of this one.
 */
const kept: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'set-cookie',
  'set-cookie2',
  'alt-svc',
  'strict-transport-security',
  // The proxy's own figures take their place.
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-reset-requests',
]);

/** The upstream's own rate limits for requests, as its headers have them; null for one that is not there. */
export interface RateLimitHeaders {
  readonly limit: string | null;
  readonly remaining: string | null;
  readonly reset: string | null;
}

/** What of an answer's head the proxy looks at. */
export interface AnswerHead {
  /** Name, value, name, value …: what goes to the client, spelled and ordered as it came. */
  readonly headers: string[];
  /** Whether the body is server-sent events without a content coding. */
  readonly isEventStream: boolean;
  /** Whether the body's length is announced, so that nothing may be added to it. */
  readonly hasLength: boolean;
  readonly contentType: string;
  /** Whether the body has a content coding, such as gzip. */
  readonly isEncoded: boolean;
  readonly requestId: string | null;
  readonly hasDate: boolean;
  /** `retry-after-ms` and `Retry-After`, as they came. */
  readonly retryAfterMs: string | null;
  readonly retryAfter: string | null;
  /** Null where there are none. */
  readonly rateLimit: RateLimitHeaders | null;
}

/** Reads an answer's raw headers (name, value, name, value …) and leaves out those that end at the proxy. */
export function readAnswerHeaders(statusCode: number, rawHeaders: readonly Buffer[]): AnswerHead {
  const headers: string[] = [];
  let contentType = '';
  let isEncoded = false;
  let hasLength = false;
  let requestId: string | null = null;
  let hasDate = false;
  let retryAfterMs: string | null = null;
  let retryAfter: string | null = null;
  let rateLimit: RateLimitHeaders | null = null;
  let named: string[] | null = null;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const spelled = (rawHeaders[index] as Buffer).toString('latin1');
    const value = (rawHeaders[index + 1] as Buffer).toString('latin1');
    const name = spelled.toLowerCase();
    if (name === 'content-type') contentType = value;
    else if (name === 'x-request-id') requestId = value;
    else if (name === 'date') hasDate = true;
    else if (name === 'content-encoding') isEncoded = true;
    else if (name === 'content-length') hasLength = true;
    else if (name === 'retry-after') retryAfter = value;
    else if (name === 'retry-after-ms') retryAfterMs = value;
    else if (name.startsWith(rateLimitPrefix)) rateLimit = withRateLimit(rateLimit, name, value);
    else if (name === 'connection' && !isUsualConnection(value)) named = connectionOptions(value, named);
    // A length on an answer without a body is an error of the upstream (RFC 9110, section 8.6).
    if (name === 'content-length' && statusCode === 204) continue;
    if (!kept.has(name) && !name.startsWith('access-control-')) headers.push(spelled, value);
  }
  return {
    headers: named === null ? headers : withoutNames(headers, named),
    isEventStream: !isEncoded && isEventStreamType(contentType),
    hasLength,
    contentType,
    isEncoded,
    requestId,
    hasDate,
    retryAfterMs,
    retryAfter,
    rateLimit,
  };
}

const rateLimitPrefix = 'x-ratelimit-';

function withRateLimit(known: RateLimitHeaders | null, name: string, value: string): RateLimitHeaders | null {
  const before = known ?? { limit: null, remaining: null, reset: null };
  if (name === 'x-ratelimit-limit-requests') return { ...before, limit: value };
  if (name === 'x-ratelimit-remaining-requests') return { ...before, remaining: value };
  return name === 'x-ratelimit-reset-requests' ? { ...before, reset: value } : known;
}

/** Whether a content type is that of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
function isEventStreamType(contentType: string): boolean {
  return /^\s*text\/event-stream\b/i.test(contentType);
}

function isUsualConnection(value: string): boolean {
  return value === 'keep-alive' || value === 'close' || value === 'Keep-Alive';
}

/** The further header names that a `Connection` header declares to be of this connection only. */
function connectionOptions(value: string, before: string[] | null): string[] | null {
  const names = value
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'close' && name !== 'keep-alive');
  return names.length === 0 ? before : [...(before ?? []), ...names];
}

function withoutNames(headers: readonly string[], names: readonly string[]): string[] {
  const left: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const spelled = headers[index] as string;
    if (!names.includes(spelled.toLowerCase())) left.push(spelled, headers[index + 1] as string);
  }
  return left;
}
