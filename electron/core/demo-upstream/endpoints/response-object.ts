import { arrayIn, recordIn, type JsonRecord } from '../json-value.ts';
import type { DemoReply } from '../text/reply.ts';
import { replyTokens } from './chat-completion.ts';

/** All that an answer of /v1/responses is made of, streamed or not. */
export interface ResponseFacts {
  readonly id: string;
  /** The id of its one output item. */
  readonly itemId: string;
  readonly callId: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly model: string;
  readonly request: JsonRecord;
  readonly reply: DemoReply;
  readonly promptTokens: number;
  readonly cachedTokens: number;
}

/** How far an answer or its item has come. */
export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete';

/** The answer as a whole: completed, or incomplete if the token limit cut it off. */
export function finishedResponse(facts: ResponseFacts): JsonRecord {
  return responseObject(facts, finalStatus(facts));
}

/** The status in which the answer will end. */
export function finalStatus({ reply }: ResponseFacts): ResponseStatus {
  return reply.kind === 'words' && reply.cutOff ? 'incomplete' : 'completed';
}

/** The `response` object in that status; in progress it has no output and no usage yet. */
export function responseObject(facts: ResponseFacts, status: ResponseStatus): JsonRecord {
  const { request } = facts;
  const done = status !== 'in_progress';
  return {
    id: facts.id,
    object: 'response',
    created_at: facts.createdAt,
    status,
    completed_at: status === 'completed' ? facts.createdAt : null,
    background: false,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    instructions: request['instructions'] ?? null,
    max_output_tokens: request['max_output_tokens'] ?? null,
    model: facts.model,
    output: done ? [outputItem(facts, status)] : [],
    parallel_tool_calls: request['parallel_tool_calls'] ?? true,
    previous_response_id: request['previous_response_id'] ?? null,
    reasoning: { effort: null, summary: null },
    store: request['store'] ?? true,
    temperature: request['temperature'] ?? 1,
    text: { format: { type: 'text' }, ...recordIn(request, 'text') },
    tool_choice: request['tool_choice'] ?? 'auto',
    tools: arrayIn(request, 'tools'),
    top_p: request['top_p'] ?? 1,
    truncation: request['truncation'] ?? 'disabled',
    usage: done ? usage(facts) : null,
    metadata: recordIn(request, 'metadata'),
  };
}

/** The answer's one output item: a message or a function call. In progress it is still empty. */
export function outputItem(facts: ResponseFacts, status: ResponseStatus): JsonRecord {
  const text = status === 'in_progress' ? '' : replyTokens(facts.reply).join('');
  if (facts.reply.kind === 'tool-call') {
    return {
      id: facts.itemId,
      type: 'function_call',
      status,
      call_id: facts.callId,
      name: facts.reply.name,
      arguments: text,
    };
  }
  const content = status === 'in_progress' ? [] : [textPart(text)];
  return { id: facts.itemId, type: 'message', status, role: 'assistant', content };
}

/** A piece of content of a message. */
export function textPart(text: string): JsonRecord {
  return { type: 'output_text', annotations: [], logprobs: [], text };
}

function usage({ reply, promptTokens, cachedTokens }: ResponseFacts): JsonRecord {
  const outputTokens = replyTokens(reply).length;
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cachedTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: promptTokens + outputTokens,
  };
}
