import type { Affinity } from '../affinity/affinity.ts';
import type { ExchangeAffinity } from '../affinity/exchange-affinity.ts';
import { conversationField } from '../affinity/recognise-conversation.ts';
import { readField, type JsonBody } from '../body/json-body.ts';
import { editJsonFields } from '../body/json-edit.ts';
import type { Pieces } from '../body/pieces.ts';
import type { RequestFacts } from './request-facts.ts';
import { findPassedUp } from './request-kind.ts';

/** Whose exchange it is, for affinity. */
export interface ExchangeOrigin {
  readonly facts: RequestFacts;
  readonly clientId: string;
  readonly model: string | null;
}

/** Recognises the conversation of a request to a chat endpoint; null for all others, and while affinity is off. */
export function recogniseExchange(
  affinity: Affinity,
  { facts, clientId, model }: ExchangeOrigin,
  path: string,
  body: JsonBody,
): ExchangeAffinity | null {
  const field = body.isObject ? conversationField(path) : null;
  if (field === null) return null;
  const group = readField(body, 'group', 500);
  const scope = { clientId, model, group: typeof group === 'string' ? group : null };
  return affinity.begin({ scope, body, field, header: (name) => findPassedUp(facts.passedUp, name) });
}

/** The body with the id of the conversation's last request added, where one is to be. */
export function withPreviousRequest(body: JsonBody, affinity: ExchangeAffinity | null): Pieces {
  const previousRequestId = affinity?.addedRequestId ?? null;
  if (previousRequestId === null) return body.pieces;
  return editJsonFields(body, [{ name: 'previous_request_id', value: previousRequestId }]) ?? body.pieces;
}
