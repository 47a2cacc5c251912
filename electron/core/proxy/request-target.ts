import { readKeptFileName } from '../files/kept-file-url.ts';

/** What a request target came to: where it goes, or why it is refused. */
export type RequestTarget =
  | { readonly kind: 'health' }
  | { readonly kind: 'root' }
  /** `path`: what is appended to the upstream's base path, with the query, such as `/chat/completions?beta=true`. */
  | { readonly kind: 'upstream'; readonly path: string; readonly group: string | null }
  /** A picture that is kept for a while. */
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'invalid'; readonly message: string };

/**
 * Reads a request target in origin form (RFC 9112, section 3.2.1). Leading `/v1`s, none or many, all mean the base URL:
 * tools add one to a base URL that has one already, or leave it out.
 *
 * Refused is what two programs might read in two ways: absolute form and `*`, backslashes, `.` and `..` segments, encoded
 * or not, encoded line breaks and NUL, fragments.
 */
export function readRequestTarget(target: string): RequestTarget {
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  if (target.charCodeAt(0) !== slash || ambiguousAnywhere.test(target) || ambiguousPath.test(path)) {
    return {
      kind: 'invalid',
      message:
        'The request target is not a plain path. Send a path such as /v1/chat/completions, without "..", "\\" or line breaks.',
    };
  }
  const group = readGroup(path);
  if (group !== null)
    return { kind: 'upstream', path: withoutVersions(target.slice(group.length)), group: group.name };
  const rest = withoutVersions(target);
  if (rest.length < target.length) return { kind: 'upstream', path: rest, group: null };
  if (target === '/health' || target.startsWith('/health?')) return { kind: 'health' };
  if (target === '/' || target.startsWith('/?')) return { kind: 'root' };
  const file = readKeptFileName(target);
  if (file !== null) return { kind: 'file', name: file };
  return { kind: 'upstream', path: target, group: null };
}

/** The group in a path such as `/g/openrouter/v1/models`, and how much of the path names it; null for none. */
function readGroup(path: string): { readonly name: string; readonly length: number } | null {
  const match = /^\/g\/([^/]{1,300})(?=\/|$)/.exec(path);
  const written = match?.[1];
  if (match === null || written === undefined) return null;
  try {
    return { name: decodeURIComponent(written), length: match[0].length };
  } catch {
    return null;
  }
}

function withoutVersions(target: string): string {
  let start = 0;
  while (target.startsWith('/v1', start) && isPathEnd(target, start + 3)) start += 3;
  return target.slice(start);
}

const slash = 0x2f;

const ambiguousAnywhere = /[\\#]|%0[ad0]|^\/\//i;
/** Some servers decode `%2f` before they look for `..`, and cut off what follows a `;`. */
const ambiguousPath = /%5c|(?:\/|%2f)(?:\.|%2e){1,2}(?:[/;]|%2f|%3b|$)/i;

function isPathEnd(target: string, index: number): boolean {
  const character = target[index];
  return character === undefined || character === '/' || character === '?';
}
