import type { Refusal } from './refusal.ts';
import type { RequestFacts } from './request-facts.ts';

/**
 * Makes the check of the Host header for a listener, whose `port` is known by the first request. Only the names of this computer are let in: a website
 * whose name was rebound to 127.0.0.1 still sends its own name (DNS rebinding). Checked before anything else, since a
 * rebound page's requests are same-origin and carry no Origin.
 */
export function createHostGuard(port: () => number): (facts: RequestFacts) => Refusal | null {
  let allowed: ReadonlySet<string> | null = null;
  return ({ host, hostCount }) => {
    allowed ??= hostsOf(port());
    if (host !== null && hostCount === 1 && (allowed.has(host) || allowed.has(host.toLowerCase())))
      return null;
    if (hostCount !== 1) {
      return { code: 'malformed_http', message: 'The request must have exactly one Host header. Send one.' };
    }
    return {
      code: 'host_not_allowed',
      message: `The host "${shorten(host ?? '')}" is not this computer's. Use http://127.0.0.1:${port()}/v1 as the base URL.`,
      remedy: { kind: 'use_base_url', baseUrl: `http://127.0.0.1:${port()}/v1` },
    };
  };
}

function hostsOf(port: number): ReadonlySet<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  return new Set([...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])]);
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
