import { admit } from '../account/admission.ts';
import { createdSeconds, type DemoState } from '../demo-state.ts';
import { sendEventStream } from '../http/event-stream.ts';
import type { DemoExchange } from '../http/exchange.ts';
import { readJsonObject } from '../http/read-body.ts';
import { stringIn, type JsonRecord } from '../json-value.ts';
import { isRefusal, refusal, type Refusal } from '../refusal.ts';
import { replyTo } from '../text/reply.ts';
import { finishedResponse, type ResponseFacts } from './response-object.ts';
import { readResponseQuestion } from './response-question.ts';
import { responseStream } from './response-stream.ts';

/**
 * POST /v1/responses, plain and streamed. `previous_response_id` must name one of the last ten thousand answers that were
 * not asked to be forgotten (`store: false`).
 */
export async function responses(state: DemoState, exchange: DemoExchange): Promise<void> {
  const request = await readJsonObject(exchange);
  if (isRefusal(request)) return exchange.refuse(request);
  const wasRussian = languageBefore(state, request);
  if (isRefusal(wasRussian)) return exchange.refuse(wasRussian);
  const question = readResponseQuestion(request, wasRussian);
  if (isRefusal(question)) return exchange.refuse(question);
  const admission = admit(state, exchange, request);
  if (isRefusal(admission)) return exchange.refuse(admission);
  const idEnd = exchange.id.replace('req_', '');
  const facts: ResponseFacts = {
    id: `resp_${idEnd}`,
    itemId: `item_${idEnd}`,
    callId: `call_${idEnd}`,
    createdAt: createdSeconds(state.clock),
    model: admission.model.id,
    request,
    reply: replyTo(question, admission, exchange.id),
    promptTokens: question.promptTokens,
    cachedTokens: admission.continued ? Math.floor(question.promptTokens * 0.75) : 0,
  };
  if (request['store'] !== false) state.responses.remember(facts.id, question.russian);
  if (request['stream'] === true) return sendEventStream(state, exchange, responseStream(facts));
  await exchange.sendJson(finishedResponse(facts));
}

function languageBefore(state: DemoState, request: JsonRecord): boolean | Refusal {
  if (request['previous_response_id'] === undefined || request['previous_response_id'] === null) return false;
  const id = stringIn(request, 'previous_response_id') ?? '';
  const wasRussian = state.responses.wasRussian(id);
  if (wasRussian !== undefined) return wasRussian;
  const message = `Previous response with id '${id}' not found. Send the whole conversation as input instead.`;
  return refusal(400, 'previous_response_not_found', message, { param: 'previous_response_id' });
}
