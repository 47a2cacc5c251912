import type { StreamStep } from '../http/event-stream.ts';
import type { JsonRecord } from '../json-value.ts';
import { finalStatus, outputItem, responseObject, textPart, type ResponseFacts } from './response-object.ts';

/** One event before it has its number. */
interface ResponseEvent {
  readonly type: string;
  readonly fields: JsonRecord;
  readonly tokens: number;
}

/**
 * The answer as the whole event sequence of https://platform.openai.com/docs/api-reference/responses-streaming, numbered
 * from 0 by `sequence_number`, from `response.created` to `response.completed` (or `response.incomplete`).
 */
export function* responseStream(facts: ResponseFacts): Generator<StreamStep, void> {
  let sequenceNumber = 0;
  for (const { type, fields, tokens } of events(facts)) {
    yield { event: type, data: { type, sequence_number: sequenceNumber, ...fields }, tokens };
    sequenceNumber += 1;
  }
}

function* events(facts: ResponseFacts): Generator<ResponseEvent, void> {
  const status = finalStatus(facts);
  const started = { response: responseObject(facts, 'in_progress') };
  yield event('response.created', started);
  yield event('response.in_progress', started);
  yield event('response.output_item.added', { output_index: 0, item: outputItem(facts, 'in_progress') });
  yield* facts.reply.kind === 'words'
    ? wordEvents(facts, facts.reply.tokens)
    : callEvents(facts, facts.reply);
  yield event('response.output_item.done', { output_index: 0, item: outputItem(facts, status) });
  yield event(`response.${status}`, { response: responseObject(facts, status) });
}

function* wordEvents(facts: ResponseFacts, tokens: readonly string[]): Generator<ResponseEvent, void> {
  const place = { item_id: facts.itemId, output_index: 0, content_index: 0 };
  yield event('response.content_part.added', { ...place, part: textPart('') });
  for (const delta of tokens) yield event('response.output_text.delta', { ...place, delta, logprobs: [] }, 1);
  const text = tokens.join('');
  yield event('response.output_text.done', { ...place, text, logprobs: [] });
  yield event('response.content_part.done', { ...place, part: textPart(text) });
}

function* callEvents(
  facts: ResponseFacts,
  call: { readonly name: string; readonly argumentTokens: readonly string[] },
): Generator<ResponseEvent, void> {
  const place = { item_id: facts.itemId, output_index: 0 };
  for (const delta of call.argumentTokens) {
    yield event('response.function_call_arguments.delta', { ...place, delta }, 1);
  }
  const whole = { name: call.name, arguments: call.argumentTokens.join('') };
  yield event('response.function_call_arguments.done', { ...place, ...whole });
}

function event(type: string, fields: JsonRecord, tokens = 0): ResponseEvent {
  return { type, fields, tokens };
}
