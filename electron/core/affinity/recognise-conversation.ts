import type { AnswerItem } from '../answers/answer-item.ts';
import type { JsonBody } from '../body/json-body.ts';
import type { AffinityStore, AskedArray, ConversationCursor } from './affinity-store.ts';
import { type ConversationField, readConversationFields } from './conversation-fields.ts';
import { findPrefix } from './find-prefix.ts';
import { type HashedMessages, readMessages } from './hashed-messages.ts';
import type { KeyedHash } from './keyed-hash.ts';
import { MessageChain } from './message-chain.ts';
import { readSessionName, type SessionSource } from './session-name.ts';

/** What a conversation is recognised by. */
export interface ConversationRequest {
  /** Within what conversations are told apart, see `ScopeKeys`. */
  readonly scope: string;
  readonly body: JsonBody;
  /** Which field holds the conversation, see `conversationField`. */
  readonly field: ConversationField;
  /** The headers that go up: name, value, name, value …, names in lower case. */
  readonly headers: readonly string[];
}

/**
 * The earlier request that this one goes on from. `client`: the client itself names it, so the body stays untouched.
 * `turn`: which turn of its conversation this one is, as far as it was seen; null where only the client knows.
 */
export type ConversationMatch =
  | { readonly how: 'client'; readonly previousRequestId: null; readonly turn: null }
  | {
      readonly how: 'previous_response_id' | SessionSource | 'messages';
      readonly previousRequestId: string;
      readonly turn: number;
    };

/** Under which keys an exchange is remembered once it was answered. Made by `recogniseConversation`. */
export interface ConversationKeys {
  /** For names that only the answer tells. */
  readonly scope: string;
  readonly session: string | null;
  /** The whole array as it was sent; null if it does not stand for the conversation, or is not needed to find it. */
  readonly asked: AskedArray | null;
  /** The asked key of the turn before, which this turn's answer makes stale. */
  readonly spent: string | null;
  readonly turn: number;
}

/** What was recognised, and what to bind when the answer was served. */
export interface Recognition {
  readonly match: ConversationMatch | null;
  readonly keys: ConversationKeys;
}

/** What is known of an exchange whose answer was served. */
export interface ServedAnswer {
  readonly requestId: string;
  readonly responseId: string | null;
  /** What the assistant said; null if it could not be read. */
  readonly items: readonly AnswerItem[] | null;
}

/** The field that holds the conversation of an endpoint's requests (a path behind `/v1`); null if it has none. */
export function conversationField(path: string): ConversationField | null {
  if (/^\/chat\/completions\/?(?:\?|$)/.test(path)) return 'messages';
  return /^\/responses\/?(?:\?|$)/.test(path) ? 'input' : null;
}

/**
 * Finds the request that this one goes on from. Decided in this order, the first that leads somewhere counts:
 *
 * 1. The client's own `previous_request_id`.
 * 2. `previous_response_id`: the request whose answer had that id.
 * 3. The session's name, see `session-name.ts`.
 * 4. The longest prefix of the array that is known, see `findPrefix`.
 *
 * `previous_response_id` and `conversation` leave earlier messages out of `input`; prefixes then mean nothing and are
 * neither looked up nor bound. Nor are they where the session is known by its name: its next turn will have that name too.
 */
export function recogniseConversation(
  { scope, body, field, headers }: ConversationRequest,
  keyed: KeyedHash,
  store: AffinityStore,
): Recognition {
  const fields = readConversationFields(body, field);
  const responseId = nonEmpty(fields.previousResponseId);
  const name = readSessionName(headers, fields);
  const session = name && keyed.name([scope, 'session', name.source, name.name]);
  const named =
    follow('previous_response_id', responseId && store.lookup(responseKey(keyed, scope, responseId))) ??
    (name && follow(name.source, session && store.lookup(session)));

  const isWhole = responseId === null && !fields.conversation;
  const messages = isWhole && !named && fields.messages ? readMessages(body, fields.messages) : null;
  const chain = messages && new MessageChain(messages, scope, keyed);
  const found = messages && chain && findPrefix(messages, chain, keyed, store);

  const match = named ?? follow('messages', found && found.cursor);
  const keys: ConversationKeys = {
    scope,
    session,
    asked: messages && chain && askedArray(messages, chain),
    spent: found && found.asked,
    turn: match?.turn ?? 1,
  };
  return { match: fields.namesPreviousRequest ? byClient : match, keys };
}

/**
 * Says that a successful answer has begun: from now on the client may have something to send back, so the array alone
 * stands for this exchange, or for several. To be called at the answer's head (status 2xx); calling it twice is harmless.
 */
export function answerBegan(keys: ConversationKeys, store: AffinityStore): void {
  if (keys.asked !== null) store.claimAsked(keys.asked, keys);
}

/**
 * Remembers an exchange whose answer was served to its end: its request is now the newest of its conversation. Not to
 * be called for a cancelled or failed one, which leaves everything as it was.
 */
export function bindAnswered(
  keys: ConversationKeys,
  { requestId, responseId, items }: ServedAnswer,
  keyed: KeyedHash,
  store: AffinityStore,
): void {
  const cursor: ConversationCursor = { requestId, turn: keys.turn };
  if (responseId) store.bind(responseKey(keyed, keys.scope, responseId), cursor);
  if (keys.session !== null) store.bind(keys.session, cursor);
  if (keys.asked === null) return;
  if (keys.spent !== null) store.spendAsked(keys.spent);
  store.bindAsked(keys.asked, keys, cursor);
  if (items && items.length > 0) store.bind(keyed.answered(keys.asked.key, items), cursor);
}

function askedArray({ count }: HashedMessages, chain: MessageChain): AskedArray {
  return { key: chain.keyOf(count), sizeMark: chain.sizeMarkOf(count) };
}

function responseKey(keyed: KeyedHash, scope: string, responseId: string): string {
  return keyed.name([scope, 'response', responseId]);
}

function follow<How extends 'previous_response_id' | SessionSource | 'messages'>(
  how: How,
  cursor: ConversationCursor | null | '',
): { how: How; previousRequestId: string; turn: number } | null {
  return cursor ? { how, previousRequestId: cursor.requestId, turn: cursor.turn + 1 } : null;
}

function nonEmpty(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

const byClient = { how: 'client', previousRequestId: null, turn: null } as const;
