import { admit } from '../account/admission.ts';
import { createdSeconds, type DemoState } from '../demo-state.ts';
import { sendEventStream, type StreamStep } from '../http/event-stream.ts';
import type { DemoExchange } from '../http/exchange.ts';
import { readJsonObject } from '../http/read-body.ts';
import { recordIn, stringIn, type JsonRecord } from '../json-value.ts';
import { isRefusal, refusal, type Refusal } from '../refusal.ts';
import { demoText } from '../text/demo-text.ts';
import { isRussian } from '../text/question.ts';
import { estimateTokens, splitTokens } from '../text/tokens.ts';
import { positiveInteger } from './chat-question.ts';

/** One choice of the answer. */
interface Choice {
  readonly tokens: readonly string[];
  readonly finish: 'stop' | 'length';
}

/**
 * POST /v1/completions, plain and streamed, one choice for each prompt; with `suffix` a single line that fits between:
 * https://platform.openai.com/docs/api-reference/completions. `n`, `echo` and `logprobs` are not looked at.
 */
export async function completions(state: DemoState, exchange: DemoExchange): Promise<void> {
  const request = await readJsonObject(exchange);
  if (isRefusal(request)) return exchange.refuse(request);
  const prompts = readPrompts(request['prompt']);
  if (isRefusal(prompts)) return exchange.refuse(prompts);
  const admission = admit(state, exchange, request);
  if (isRefusal(admission)) return exchange.refuse(admission);
  const choices = prompts.map((prompt) => complete(prompt, request, admission.model.id));
  const base = {
    id: `cmpl-${exchange.id.replace('req_', '')}`,
    object: 'text_completion',
    created: createdSeconds(state.clock),
    model: admission.model.id,
    system_fingerprint: 'fp_demo',
  };
  const usage = countUsage(prompts, choices);
  if (request['stream'] === true) {
    const includeUsage = recordIn(request, 'stream_options')['include_usage'] === true;
    return sendEventStream(state, exchange, streamSteps(base, choices, includeUsage ? usage : null));
  }
  await exchange.sendJson({
    ...base,
    choices: choices.map(({ tokens, finish }, index) => ({
      text: tokens.join(''),
      index,
      logprobs: null,
      finish_reason: finish,
    })),
    usage,
  });
}

function readPrompts(prompt: unknown): readonly string[] | Refusal {
  if (typeof prompt === 'string') return [prompt];
  const isList = Array.isArray(prompt) && prompt.length > 0 && prompt.every((one) => typeof one === 'string');
  if (isList) return prompt.map(String);
  return refusal(400, 'invalid_prompt', 'Send prompt: a text, or a list of texts.', { param: 'prompt' });
}

function complete(prompt: string, request: JsonRecord, model: string): Choice {
  const words = {
    userText: prompt,
    russian: isRussian(prompt),
    images: [],
    toolResults: [],
    toolWasCalled: false,
    tools: [],
    toolChoice: { kind: 'none' },
    form: { kind: 'text' },
    maxTokens: null,
    promptTokens: 0,
    request,
  } as const;
  const suffix = stringIn(request, 'suffix') ?? '';
  const text = suffix === '' ? demoText(words, model) : '/* [Cody Desktop demo] this was filled in */';
  const tokens = splitTokens(text);
  const maxTokens = positiveInteger(request, 'max_tokens') ?? Infinity;
  return tokens.length > maxTokens
    ? { tokens: tokens.slice(0, maxTokens), finish: 'length' }
    : { tokens, finish: 'stop' };
}

function countUsage(prompts: readonly string[], choices: readonly Choice[]): unknown {
  const promptTokens = prompts.reduce((sum, prompt) => sum + estimateTokens(prompt), 0);
  const completionTokens = choices.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

function* streamSteps(
  base: JsonRecord,
  choices: readonly Choice[],
  usage: unknown,
): Generator<StreamStep, void> {
  for (const [index, { tokens, finish }] of choices.entries()) {
    for (const text of tokens) {
      yield { data: { ...base, choices: [{ text, index, logprobs: null, finish_reason: null }] }, tokens: 1 };
    }
    yield {
      data: { ...base, choices: [{ text: '', index, logprobs: null, finish_reason: finish }] },
      tokens: 0,
    };
  }
  if (usage !== null) yield { data: { ...base, choices: [], usage }, tokens: 0 };
  yield { data: '[DONE]', tokens: 0 };
}
