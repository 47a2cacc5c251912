import { admit } from '../account/admission.ts';
import { createdSeconds, type DemoState } from '../demo-state.ts';
import { sendEventStream } from '../http/event-stream.ts';
import type { DemoExchange } from '../http/exchange.ts';
import { readJsonObject } from '../http/read-body.ts';
import { recordIn } from '../json-value.ts';
import { isRefusal } from '../refusal.ts';
import { replyTo } from '../text/reply.ts';
import { readChatAudio, type SpokenReply } from './chat-audio.ts';
import { chatCompletion, type ChatFacts } from './chat-completion.ts';
import { chatStream } from './chat-stream.ts';
import { readChatQuestion } from './chat-question.ts';

/** POST /v1/chat/completions, plain and streamed: https://platform.openai.com/docs/api-reference/chat. */
export async function chatCompletions(state: DemoState, exchange: DemoExchange): Promise<void> {
  const request = await readJsonObject(exchange);
  if (isRefusal(request)) return exchange.refuse(request);
  const question = readChatQuestion(request);
  if (isRefusal(question)) return exchange.refuse(question);
  const audio = readChatAudio(request);
  if (isRefusal(audio)) return exchange.refuse(audio);
  const admission = admit(state, exchange, request);
  if (isRefusal(admission)) return exchange.refuse(admission);
  const reply = replyTo(question, admission, exchange.id);
  const speaks = audio !== null && reply.kind === 'words';
  const created = createdSeconds(state.clock);
  const facts: ChatFacts = {
    id: `chatcmpl-${exchange.id.replace('req_', '')}`,
    created,
    model: admission.model.id,
    reply,
    spoken: speaks ? speak(reply.tokens, audio, created) : null,
    promptTokens: question.promptTokens,
    // What a provider that knows the conversation would not have to read anew.
    cachedTokens: admission.continued ? Math.floor(question.promptTokens * 0.75) : 0,
  };
  if (request['stream'] !== true) return exchange.sendJson(chatCompletion(facts));
  const includeUsage = recordIn(request, 'stream_options')['include_usage'] === true;
  await sendEventStream(state, exchange, chatStream(facts, includeUsage));
}

function speak(
  tokens: readonly string[],
  audio: { readonly encode: (text: string) => Buffer },
  created: number,
): SpokenReply {
  const transcript = tokens.join('');
  return { data: audio.encode(transcript), transcript, expiresAt: created + 3600 };
}
