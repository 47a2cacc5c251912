import { type JsonBody, readField } from '../body/json-body.ts';
import { findField } from '../body/json-elements.ts';
import type { AnswerItem } from './answer-item.ts';
import type { AffinityStore, ConversationCursor } from './affinity-store.ts';
import type { MessageHasher } from './message-chain.ts';
import { readSessionName, type SessionSource } from './session-name.ts';

/** Within what conversations are told apart: none goes on with another client, model or group. Null: none was named. */
export interface AffinityScope {
  readonly clientId: string | null;
  readonly model: string | null;
  /** The group of the route; a route that changes group is another scope and knows nothing of this one. */
  readonly group: string | null;
}

/** What a conversation is recognised by. */
export interface ConversationRequest {
  readonly scope: AffinityScope;
  readonly body: JsonBody;
  /** Which field holds the conversation, see `conversationField`. */
  readonly field: ConversationField;
  /** A header by its name in lower case; null if it was not sent. */
  readonly header: (name: string) => string | null;
}

/** The field that holds a conversation. */
export type ConversationField = 'messages' | 'input';

/**
 * The earlier request that this one goes on from. `client`: the client itself names it, so the body stays untouched.
 * `turn`: which turn of its conversation this one is, as far as it was seen; null where only the client knows.
 */
export type ConversationMatch =
  | { readonly how: 'client'; readonly previousRequestId: string; readonly turn: null }
  | {
      readonly how: 'previous_response_id' | SessionSource | 'messages';
      readonly previousRequestId: string;
      readonly turn: number;
    };

/** Under which keys an exchange is remembered once it was answered. Made by `recogniseConversation`. */
export interface ConversationKeys {
  /** The hashed scope, for names that only the answer tells. */
  readonly scope: string;
  readonly session: string | null;
  /** The chain of the whole array as it was sent; null if there is none that stands for the whole conversation. */
  readonly chain: string | null;
  /** The asked key of the turn before, which this turn's answer makes stale. */
  readonly spent: string | null;
  readonly turn: number;
  readonly exchange: symbol;
}

/** What was recognised, and what to bind when the answer was served. */
export interface Recognition {
  readonly match: ConversationMatch | null;
  readonly keys: ConversationKeys;
}

/** What is known of an exchange whose answer was served. */
export interface ServedAnswer {
  readonly requestId: string;
  readonly responseId?: string | null;
  /** What the assistant said; null or absent if it could not be read. */
  readonly items?: readonly AnswerItem[] | null;
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
 * 4. The longest prefix of the array that is known. After a turn was answered two keys are known:
 *    - *answered*: the array and the answer. Conversations that begin alike differ in it as soon as their answers do.
 *    - *asked*: the array alone, for clients that send the answer back changed (or not at all). It counts only while it
 *      is unambiguous: no other exchange with the same array has begun to be answered, and the conversation has not gone
 *      on from it. It must be followed by something: the same array again is another conversation, or a retry whose own
 *      earlier turns are found by shorter prefixes.
 *
 *    So a compacted conversation starts anew: its answers are gone from the array, and the asked keys of all its turns but
 *    the last are spent. If it still begins with turns of its own, word for word, it is one of those turns' branches.
 *
 * `previous_response_id` and `conversation` leave earlier messages out of `input`; prefixes then mean nothing and are
 * neither looked up nor bound.
 */
export function recogniseConversation(
  { scope, body, field, header }: ConversationRequest,
  hasher: MessageHasher,
  store: AffinityStore,
): Recognition {
  const read = (name: string): unknown => readField(body, name, maxFieldBytes);
  const scopeKey = hasher.name(['scope', ...[scope.clientId, scope.model, scope.group].map(orNothing)]);
  const sessionName = readSessionName(header, read);
  const session = sessionName && hasher.name([scopeKey, 'session', sessionName.source, sessionName.name]);
  const responseId = nonEmpty(read('previous_response_id'));
  const isWhole = responseId === null && sessionName?.source !== 'conversation' && !read('conversation');
  const array = isWhole ? findField(body, field) : null;
  const chain = array && hasher.chain(scopeKey, body, array);
  const found = chain && findPrefix(chain.prefixes, store);

  const own = read('previous_request_id');
  let match: ConversationMatch | null = null;
  if (typeof own === 'string') {
    match = { how: 'client', previousRequestId: own, turn: null };
  } else {
    match =
      follow('previous_response_id', responseId && store.lookup(responseKey(hasher, scopeKey, responseId))) ??
      (sessionName && follow(sessionName.source, session && store.lookup(session))) ??
      follow('messages', found && found.cursor);
  }
  const keys: ConversationKeys = {
    scope: scopeKey,
    session,
    chain: chain?.prefixes.at(-1) ?? null,
    spent: found && found.asked,
    turn: match?.turn ?? (found ? found.cursor.turn + 1 : 1),
    exchange: Symbol('exchange'),
  };
  return { match, keys };
}

/**
 * Says that a successful answer has begun: from now on the client may have something to send back, so the array alone
 * stands for this exchange, or for several. To be called at the answer's head (status 2xx); calling it twice is harmless.
 */
export function answerBegan(keys: ConversationKeys, store: AffinityStore): void {
  if (keys.chain !== null) store.claimAsked(askedKey(keys.chain), keys.exchange);
}

/**
 * Remembers an exchange whose answer was served to its end: its request is now the newest of its conversation. Not to
 * be called for a cancelled or failed one, which leaves everything as it was.
 */
export function bindAnswered(
  keys: ConversationKeys,
  { requestId, responseId, items }: ServedAnswer,
  hasher: MessageHasher,
  store: AffinityStore,
): void {
  const cursor: ConversationCursor = { requestId, turn: keys.turn };
  if (responseId) store.bind(responseKey(hasher, keys.scope, responseId), cursor);
  if (keys.session !== null) store.bind(keys.session, cursor);
  if (keys.chain === null) return;
  if (keys.spent !== null) store.spendAsked(keys.spent);
  store.bindAsked(askedKey(keys.chain), keys.exchange, cursor);
  if (items && items.length > 0) store.bind(hasher.extend(keys.chain, items), cursor);
}

interface FoundPrefix {
  readonly cursor: ConversationCursor;
  /** The asked key of the found turn, if it still leads there. */
  readonly asked: string | null;
}

/** The longest known prefix. */
function findPrefix(prefixes: readonly string[], store: AffinityStore): FoundPrefix | null {
  for (let length = prefixes.length - 1; length > 0; length--) {
    const key = prefixes[length] as string;
    const answered = store.lookup(key);
    if (answered) return { cursor: answered, asked: findAsked(prefixes, length, answered, store) };
    const asked = length < prefixes.length - 1 ? store.lookup(askedKey(key)) : null;
    if (asked) return { cursor: asked, asked: askedKey(key) };
  }
  return null;
}

/** An answer has one element or a few; the array it was given to ends before them. */
function findAsked(
  prefixes: readonly string[],
  answeredLength: number,
  { requestId }: ConversationCursor,
  store: AffinityStore,
): string | null {
  for (let length = answeredLength - 1; length > 0; length--) {
    const key = askedKey(prefixes[length] as string);
    const asked = store.lookup(key);
    if (asked) return asked.requestId === requestId ? key : null;
  }
  return null;
}

function askedKey(chain: string): string {
  return `${chain}?`;
}

function responseKey(hasher: MessageHasher, scope: string, responseId: string): string {
  return hasher.name([scope, 'response', responseId]);
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

/** Tells "none" from every name. */
function orNothing(name: string | null): string {
  return name === null ? '' : `=${name}`;
}

const maxFieldBytes = 8 * 1024;
