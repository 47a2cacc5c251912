import type { RequestFacts } from './request-facts.ts';

/** Whether a request brings a body (RFC 9112, section 6). */
export function hasBody(facts: RequestFacts): boolean {
  return facts.isChunked || (facts.contentLength !== null && facts.contentLength !== '0');
}

/** Whether the body is JSON that can be read and edited; a compressed one is passed on as it is. */
export function isPlainJson(facts: RequestFacts): boolean {
  return (
    facts.contentEncoding === null && /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(facts.contentType)
  );
}

/** How long the body says it is; null if it does not. */
export function announcedBytes(facts: RequestFacts): number | null {
  return facts.contentLength === null ? null : Number(facts.contentLength);
}

/** What Cody tells about itself takes no place in its limits. `path` is what comes behind `/v1`. */
export function isFreeOfCharge(method: string, path: string): boolean {
  return (method === 'GET' || method === 'HEAD') && /^\/(?:models|me)(?:[/?]|$)/.test(path);
}

/** The upstream's path for what comes behind the base path, which may be empty or only a query. */
export function joinPath(basePath: string, path: string): string {
  return path === '' || path.startsWith('?') ? `${basePath || '/'}${path}` : basePath + path;
}

/** A request target without its query. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}
