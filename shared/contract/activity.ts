import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { route } from './routing.ts';

/** What would let a refused request through; each is one act of the user's. */
export const remedy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('allow_origin'), origin: z.string() }),
  z.object({ kind: z.literal('give_client_key') }),
  z.object({ kind: z.literal('allow_model'), clientId: z.string(), model: z.string() }),
  z.object({ kind: z.literal('allow_group'), clientId: z.string(), group: z.string() }),
  z.object({ kind: z.literal('use_group'), model: z.string(), groups: z.array(z.string()) }),
  z.object({ kind: z.literal('raise_budget'), clientId: z.string() }),
  z.object({ kind: z.literal('raise_queue_limit') }),
  z.object({ kind: z.literal('save_cody_key') }),
  z.object({ kind: z.literal('use_base_url'), baseUrl: z.string() }),
]);

/** One time that an exchange was sent upstream. */
export const exchangeTry = z.object({
  /** The group it was sent to; null: the upstream chose. */
  group: z.string().nullable(),
  /** When it got in line, in milliseconds after the exchange began. */
  queuedMs: z.number(),
  /** When it was sent; null while it waits. */
  sentMs: z.number().nullable(),
  /** When the head of its answer came, or the news that there is none. */
  endedMs: z.number().nullable(),
  /** The status of its answer; null where there was none. */
  status: z.int().nullable(),
  /** Why there was no answer: the code of an error of the proxy's own. */
  errorCode: z.string().nullable(),
});

/** How the conversation of an exchange was recognised, and which turn of it this is as far as it was seen. */
export const exchangeAffinity = z.object({
  how: z.enum([
    'client',
    'previous_response_id',
    'x-session-affinity',
    'x-session-id',
    'session-id',
    'conversation',
    'prompt_cache_key',
    'metadata.user_id',
    'messages',
  ]),
  turn: z.int().nullable(),
});

/** Tokens as the answer itself counts them; null where it does not say. */
export const tokenCounts = z.object({
  input: z.number().nullable(),
  output: z.number().nullable(),
  /** How many of the input came from the provider's cache. */
  cached: z.number().nullable(),
});

export const exchangeRecord = z.object({
  /** Counts up from 1 in each run of the program. */
  id: z.int(),
  /** When the request came, in milliseconds since 1970. */
  startedAt: z.number(),
  /** `interactive`: the app's own window; `background`: a tool. */
  lane: z.enum(['interactive', 'background']),
  clientId: z.string().nullable(),
  clientName: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** The web page or app that sent it, if it says so. */
  origin: z.string().nullable(),
  method: z.string(),
  path: z.string(),
  /** The model the request names. */
  askedModel: z.string().nullable(),
  /** The model that was sent, after aliases. */
  model: z.string().nullable(),
  /** Whether the request asks for an event stream. */
  streamed: z.boolean(),
  /** Null until it is decided, and where there is nothing to decide. */
  route: route.nullable(),
  affinity: exchangeAffinity.nullable(),
  /** How many exchanges stand before it in the queue; null while it does not wait. */
  ahead: z.int().nullable(),
  /** How long it waited in the queue in all; null while it never waited or was sent. */
  waitedMs: z.number().nullable(),
  tries: z.array(exchangeTry),
  /** The group that answered; null: the upstream chose, or none has yet. */
  group: z.string().nullable(),
  /**
   * The status the client got; null while there is none. Of an error that came as an event, after a client that waited was
   * given its 200, the status that the error has.
   */
  status: z.int().nullable(),
  /** The code of the proxy's own error, if it was one. */
  errorCode: z.string().nullable(),
  /** What the client was told with it. */
  errorMessage: z.string().nullable(),
  remedy: remedy.nullable(),
  firstByteMs: z.number().nullable(),
  durationMs: z.number().nullable(),
  bytesIn: z.number(),
  bytesOut: z.number(),
  tokens: tokenCounts.nullable(),
  /** The model's `cost` in the upstream's list, where that is a number and the exchange was answered well. */
  cost: z.number().nullable(),
  requestId: z.string().nullable(),
  demo: z.boolean(),
  /** Whether the answer was one that had been kept (the list of models, `/v1/me`). */
  fromCache: z.boolean(),
  end: z.enum(['open', 'done', 'refused', 'failed', 'client_left', 'cut']),
});

/** Exchanges added up. Tokens and cost count where they are known. */
export const activitySum = z.object({
  /** What they have in common: a client's id, a model, a group or a day (`2026-11-25`, local time); empty for none. */
  key: z.string(),
  /** The name of a client as it was last known; else the same as `key`. */
  name: z.string(),
  exchanges: z.int(),
  /** Answered with an error, by the upstream or by the proxy, or broken off; refused ones apart. */
  failed: z.int(),
  refused: z.int(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  cachedTokens: z.number(),
  cost: z.number(),
  waitedMs: z.number(),
});

/** What would let a refused request through. */
export type Remedy = z.infer<typeof remedy>;
/** One time that an exchange was sent upstream. */
export type ExchangeTry = z.infer<typeof exchangeTry>;
/** Tokens as an answer counts them. */
export type TokenCounts = z.infer<typeof tokenCounts>;
/** What is remembered of one exchange: times, sizes and names, never contents. */
export type ExchangeRecord = z.infer<typeof exchangeRecord>;
/** Exchanges added up. */
export type ActivitySum = z.infer<typeof activitySum>;

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'Write a day as 2026-11-25.' });

export const activityContract = {
  /** The newest exchanges, newest first. */
  list: oc.input(z.object({ limit: z.int().min(1).max(2_000) })).output(z.array(exchangeRecord)),
  /** Exchanges as they begin and change, in batches; each record replaces the earlier one of its id. */
  watch: oc.output(eventIterator(z.array(exchangeRecord))),
  /** Sums from one day to another, both included, most exchanges first (days in their order). */
  sums: oc
    .input(z.object({ by: z.enum(['client', 'model', 'group', 'day']), from: day, to: day }))
    .output(z.array(activitySum)),
  /** Forgets the exchanges of this run, or the sums that were kept. */
  clear: oc
    .input(z.object({ what: z.enum(['exchanges', 'sums']) }))
    .output(z.object({ cleared: z.literal(true) })),
};
