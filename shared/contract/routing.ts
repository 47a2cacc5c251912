import { oc } from '@orpc/contract';
import { z } from 'zod';

/**
 * What named the group of an exchange, in the order in which they are looked at: the request's body, its `x-cody-group`
 * header, its path (`/g/GROUP/v1`), its model (`MODEL@GROUP`), an alias of the user's, the client's own group, a rule, the
 * default, the client's list of allowed groups; `none`: the upstream chooses.
 */
export const routeSource = z.enum([
  'body',
  'header',
  'path',
  'model',
  'alias',
  'client',
  'rule',
  'default',
  'allowed',
  'none',
]);

/**
 * Why a group of a route was passed over: the model is not in it, the client may not use it, or it failed several times and
 * is left alone for a while.
 */
export const skippedGroup = z.object({
  group: z.string(),
  why: z.enum(['not_available', 'not_allowed', 'resting']),
});

/** The groups an exchange may go to and the reason, as it was decided before it was sent. */
export const route = z.object({
  /** Tried in this order; empty: the upstream chooses. */
  groups: z.array(z.string()),
  source: routeSource,
  /** The rule that named the groups, or those to fall back on; `position` counts from 1. */
  rule: z.object({ position: z.int(), name: z.string() }).nullable(),
  skipped: z.array(skippedGroup),
});

/** What would happen to a request. */
export const routeQuestion = z.object({
  model: z.string().max(500),
  /** A path behind `/v1`, such as `/chat/completions`. */
  endpoint: z.string().max(500),
  /** The id of a client; null for a request without a key. */
  clientId: z.string().nullable(),
  /** The group the request itself would name; empty for none. */
  group: z.string().max(100),
});

/** What would happen to a request, or with which error of the proxy's own it would be refused. */
export const routeAnswer = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('routed'),
    route,
    /** The model that would be sent. */
    model: z.string(),
    /** The alias that was followed, if one was. */
    alias: z.string().nullable(),
    /** Fields that an alias would add. */
    parameters: z.record(z.string(), z.json()),
  }),
  z.object({ outcome: z.literal('refused'), code: z.string(), message: z.string() }),
]);

/** What named the group of an exchange. */
export type RouteSource = z.infer<typeof routeSource>;
/** A group of a route that was passed over, and why. */
export type SkippedGroup = z.infer<typeof skippedGroup>;
/** The groups an exchange may go to, and the reason. */
export type Route = z.infer<typeof route>;
/** A request that somebody thinks of. */
export type RouteQuestion = z.infer<typeof routeQuestion>;
/** What would happen to a request. */
export type RouteAnswer = z.infer<typeof routeAnswer>;

export const routingContract = {
  /** Decides as the proxy would, with the rules, aliases, clients and models of this moment, and sends nothing. */
  explain: oc.input(routeQuestion).output(routeAnswer),
};
