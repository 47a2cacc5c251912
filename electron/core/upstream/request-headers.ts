/**
 * Which request headers go up: an allow-list, because a tool may send anything (its own key under any name, cookies,
 * who it is forwarded for). Lower case. What the user adds in `upstream.extraHeaders` comes on top.
 */
const passedUp: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-encoding',
  'content-language',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'range',
  'user-agent',
  'x-request-id',
  'x-client-request-id',
  // Conversation names of coding tools: they are for the upstream as much as for the proxy.
  'conversation_id',
  'session_id',
  'session-id',
  'thread-id',
  'x-session-affinity',
  'x-session-id',
]);

/** Parts of APIs that are versioned and extended by header. Keys never start so. */
const passedUpPrefixes: readonly string[] = ['openai-', 'anthropic-'];

/** Names an account at another provider, which Cody's key does not belong to. */
const neverUp: ReadonlySet<string> = new Set([
  'openai-organization',
  'openai-project',
  'authorization',
  'x-api-key',
  'api-key',
  'proxy-authorization',
  'cookie',
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'expect',
  'origin',
  'referer',
  'forwarded',
  'via',
]);

/** Tells for a lower-case header name whether it goes up. `extra` cannot let through what never may. */
export function createRequestHeaderFilter(extra: readonly string[]): (name: string) => boolean {
  const verdicts = new Map<string, boolean>();
  const decide = (name: string): boolean => {
    if (neverUp.has(name) || name.startsWith('x-forwarded-')) return false;
    return (
      passedUp.has(name) || extra.includes(name) || passedUpPrefixes.some((prefix) => name.startsWith(prefix))
    );
  };
  return (name) => {
    const known = verdicts.get(name);
    if (known !== undefined) return known;
    const verdict = decide(name);
    // Names are few and repeat; a tool that invents ever new ones must not fill memory.
    if (verdicts.size < 500) verdicts.set(name, verdict);
    return verdict;
  };
}
