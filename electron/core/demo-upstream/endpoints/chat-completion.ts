import type { DemoReply } from '../text/reply.ts';
import type { SpokenReply } from './chat-audio.ts';

/** All that a chat answer is made of, streamed or not. */
export interface ChatFacts {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
  readonly reply: DemoReply;
  /** The answer as speech, if that was asked for; its words then stand in the transcript only. */
  readonly spoken: SpokenReply | null;
  readonly promptTokens: number;
  readonly cachedTokens: number;
}

/** The answer as one `chat.completion` object. */
export function chatCompletion(facts: ChatFacts): unknown {
  return {
    id: facts.id,
    object: 'chat.completion',
    created: facts.created,
    model: facts.model,
    choices: [
      { index: 0, message: message(facts), logprobs: null, finish_reason: finishReason(facts.reply) },
    ],
    usage: chatUsage(facts),
    service_tier: 'default',
    system_fingerprint: 'fp_demo',
  };
}

/** The `finish_reason` that goes with the reply. */
export function finishReason(reply: DemoReply): 'stop' | 'length' | 'tool_calls' {
  if (reply.kind === 'tool-call') return 'tool_calls';
  return reply.cutOff ? 'length' : 'stop';
}

/** The `usage` of the answer, in OpenAI's shape. */
export function chatUsage({ reply, promptTokens, cachedTokens, spoken }: ChatFacts): unknown {
  const completionTokens = replyTokens(reply).length;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: spoken ? completionTokens : 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** The tokens that the reply consists of. */
export function replyTokens(reply: DemoReply): readonly string[] {
  return reply.kind === 'words' ? reply.tokens : reply.argumentTokens;
}

/** The id of the answer's one tool call. */
export function toolCallId(facts: ChatFacts): string {
  return `call_${facts.id.replace('chatcmpl-', '')}`;
}

/** The id of the answer's speech. */
export function audioId(facts: ChatFacts): string {
  return `audio_${facts.id.replace('chatcmpl-', '')}`;
}

function message(facts: ChatFacts): unknown {
  const { reply, spoken } = facts;
  const text = replyTokens(reply).join('');
  const base = { role: 'assistant', refusal: null, annotations: [] };
  if (reply.kind === 'tool-call') {
    const call = { id: toolCallId(facts), type: 'function', function: { name: reply.name, arguments: text } };
    return { ...base, content: null, tool_calls: [call] };
  }
  if (spoken === null) return { ...base, content: text };
  const audio = {
    id: audioId(facts),
    data: spoken.data.toString('base64'),
    transcript: spoken.transcript,
    expires_at: spoken.expiresAt,
  };
  return { ...base, content: null, audio };
}
