import { isFields } from '../answers/answer-item.ts';
import type { ConversationFields } from './conversation-fields.ts';

/** How a session's name was found. */
export type SessionSource =
  | 'x-session-affinity'
  | 'x-session-id'
  | 'session-id'
  | 'conversation'
  | 'prompt_cache_key'
  | 'metadata.user_id';

/** The name that a client itself gives to a conversation. */
export interface SessionName {
  readonly source: SessionSource;
  readonly name: string;
}

/**
 * The name a client gives to its conversation: opencode's `x-session-affinity` and `x-session-id`, Codex's `session-id`
 * (or `session_id`) with `thread-id`, the `conversation` of the Responses API, `prompt_cache_key`, `metadata.user_id`.
 * Only the first of them that is there counts: those that come later are wider, down to one name for all that a user
 * does, and would mix what the earlier ones keep apart. Names longer than 1,000 characters are passed over. `headers`: name, value,
 * name, value …, names in lower case.
 */
export function readSessionName(
  headers: readonly string[],
  { conversation, promptCacheKey, metadata }: ConversationFields,
): SessionName | null {
  const { affinity, session, codex, thread } = readSessionHeaders(headers);
  return (
    named('x-session-affinity', affinity) ??
    named('x-session-id', session) ??
    named('session-id', codex || thread ? JSON.stringify([codex, thread]) : null) ??
    named('conversation', isFields(conversation) ? conversation['id'] : conversation) ??
    named('prompt_cache_key', promptCacheKey) ??
    named('metadata.user_id', isFields(metadata) ? metadata['user_id'] : null)
  );
}

interface SessionHeaders {
  affinity: string | null;
  session: string | null;
  codex: string | null;
  thread: string | null;
}

/** Of a header that came several times the first counts. */
function readSessionHeaders(headers: readonly string[]): SessionHeaders {
  const found: SessionHeaders = { affinity: null, session: null, codex: null, thread: null };
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] as string;
    // Most headers are told apart by their length alone.
    if (!nameLengths.has(name.length)) continue;
    const value = headers[index + 1] as string;
    if (name === 'x-session-affinity') found.affinity ??= value;
    else if (name === 'x-session-id') found.session ??= value;
    else if (name === 'session-id' || name === 'session_id') found.codex ??= value;
    else if (name === 'thread-id') found.thread ??= value;
  }
  return found;
}

function named(source: SessionSource, name: unknown): SessionName | null {
  return typeof name === 'string' && name !== '' && name.length <= 1000 ? { source, name } : null;
}

const nameLengths: ReadonlySet<number> = new Set(
  ['x-session-affinity', 'x-session-id', 'session-id', 'thread-id'].map(({ length }) => length),
);
