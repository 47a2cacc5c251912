import type { StreamStep } from '../http/event-stream.ts';
import {
  audioId,
  chatUsage,
  finishReason,
  replyTokens,
  toolCallId,
  type ChatFacts,
} from './chat-completion.ts';

// A multiple of 3, so that the pieces of base64 can be joined.
const audioPieceBytes = 24 * 1024;

/**
 * The answer as `chat.completion.chunk` events: role, then the content (or the call, or the speech) token by token, the
 * finish reason, the usage if asked for (with empty `choices`), and `[DONE]`.
 */
export function* chatStream(facts: ChatFacts, includeUsage: boolean): Generator<StreamStep, void> {
  const base = {
    id: facts.id,
    object: 'chat.completion.chunk',
    created: facts.created,
    model: facts.model,
    service_tier: 'default',
    system_fingerprint: 'fp_demo',
  };
  const usage = includeUsage ? { usage: null } : {};
  const chunk = (delta: unknown, tokens: number, finish: string | null = null): StreamStep => ({
    data: {
      ...base,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...usage,
    },
    tokens,
  });
  for (const [delta, tokens] of deltas(facts)) yield chunk(delta, tokens);
  yield chunk({}, 0, finishReason(facts.reply));
  if (includeUsage) yield { data: { ...base, choices: [], usage: chatUsage(facts) }, tokens: 0 };
  yield { data: '[DONE]', tokens: 0 };
}

/** The deltas, each with the number of tokens it stands for. */
function* deltas(facts: ChatFacts): Generator<[unknown, number], void> {
  const { reply, spoken } = facts;
  const tokens = replyTokens(reply);
  if (reply.kind === 'tool-call') {
    yield [{ role: 'assistant', content: null }, 0];
    const start = { name: reply.name, arguments: '' };
    yield [{ tool_calls: [{ index: 0, id: toolCallId(facts), type: 'function', function: start }] }, 1];
    for (const token of tokens) yield [{ tool_calls: [{ index: 0, function: { arguments: token } }] }, 1];
  } else if (spoken) {
    yield [{ role: 'assistant', content: null, audio: { id: audioId(facts) } }, 0];
    for (const token of tokens) yield [{ audio: { transcript: token } }, 1];
    for (let at = 0; at < spoken.data.length; at += audioPieceBytes) {
      yield [{ audio: { data: spoken.data.toString('base64', at, at + audioPieceBytes) } }, 1];
    }
    yield [{ audio: { expires_at: spoken.expiresAt } }, 0];
  } else {
    yield [{ role: 'assistant', content: '', refusal: null }, 0];
    for (const token of tokens) yield [{ content: token }, 1];
  }
}
