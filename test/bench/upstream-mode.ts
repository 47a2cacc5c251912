/** How the bench's upstream is to behave for one request. It is told by the address, never by the body. */
export type UpstreamMode =
  /** A whole chat answer of about 1 KB. */
  | { kind: 'chat' }
  /** A stream of `events` events of `sizeBytes` each; an interval of 0 sends as fast as the reader takes them. */
  | { kind: 'stream'; events: number; sizeBytes: number; intervalMs: number }
  /** Headers and one event, then silence until somebody closes. */
  | { kind: 'hold' }
  /** Not even headers. */
  | { kind: 'never' };

/** The placeholder that the load client replaces with an id of its own for each request. */
export const idPlaceholder = '__ID__';

/** Where the bench asks the upstream what it saw, and where it tells it to forget. */
export const controlPaths = { stats: '/bench/stats', reset: '/bench/reset' } as const;

/** Writes a mode as URL parameters; with `tracked`, the upstream notes arrival and close under the request's id. */
export function modeParameters(mode: UpstreamMode, tracked = false): string {
  const parameters = new URLSearchParams({ bench: mode.kind });
  if (mode.kind === 'stream') {
    parameters.set('events', String(mode.events));
    parameters.set('size', String(mode.sizeBytes));
    parameters.set('every', String(mode.intervalMs));
  }
  if (tracked) parameters.set('id', idPlaceholder);
  return parameters.toString();
}

/**
 * Reads the mode from a request's address: from its query, or, for gateways that build the address themselves, from a
 * path segment that holds the same parameters. Without either it is a plain chat answer.
 */
export function parseMode(url: string): { mode: UpstreamMode; id: string | null } {
  const text = /[/?](bench=[^/?]*)/.exec(url)?.[1];
  if (text === undefined) return { mode: { kind: 'chat' }, id: null };
  const parameters = new URLSearchParams(text);
  return { mode: modeOf(parameters), id: parameters.get('id') };
}

function modeOf(parameters: URLSearchParams): UpstreamMode {
  const kind = parameters.get('bench');
  if (kind === 'hold' || kind === 'never') return { kind };
  if (kind !== 'stream') return { kind: 'chat' };
  return {
    kind,
    events: Number(parameters.get('events')),
    sizeBytes: Number(parameters.get('size')),
    intervalMs: Number(parameters.get('every')),
  };
}

/** What the upstream saw of tracked requests: times of the machine's monotonic clock in nanoseconds, by request id. */
export interface UpstreamStats {
  arrivedNs: Record<string, string>;
  closedNs: Record<string, string>;
  /** Answers that are begun or awaited and not yet over. */
  openAnswers: number;
}
