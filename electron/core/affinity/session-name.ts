import { isFields } from './answer-item.ts';

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
 * does, and would mix what the earlier ones keep apart. Names longer than 1,000 characters are passed over.
 */
export function readSessionName(
  header: (name: string) => string | null,
  field: (name: string) => unknown,
): SessionName | null {
  const opencode = named('x-session-affinity', header('x-session-affinity'));
  if (opencode) return opencode;
  const session = named('x-session-id', header('x-session-id'));
  if (session) return session;
  const parts = [header('session-id') ?? header('session_id'), header('thread-id')];
  const codex = parts.some((part) => part !== null && part !== '') ? JSON.stringify(parts) : null;
  const conversation = field('conversation');
  const metadata = field('metadata');
  return (
    named('session-id', codex) ??
    named('conversation', isFields(conversation) ? conversation['id'] : conversation) ??
    named('prompt_cache_key', field('prompt_cache_key')) ??
    named('metadata.user_id', isFields(metadata) ? metadata['user_id'] : null)
  );
}

function named(source: SessionSource, name: unknown): SessionName | null {
  return typeof name === 'string' && name !== '' && name.length <= 1000 ? { source, name } : null;
}
