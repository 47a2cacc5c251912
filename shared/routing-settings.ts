import { z } from 'zod';

/** A name in patterns below: `*` stands for any run of characters, `?` for one. Case does not matter. */
const pattern = z.string().trim().min(1).max(200);
/** A group of providers, as Cody names it, such as `openrouter`. */
const groupName = z.string().trim().min(1).max(100);

/**
 * A rule of the user's: which groups an exchange is sent to, in order. All of its conditions must fit; an empty list fits
 * everything. The first rule that fits counts.
 */
export const routingRule = z.object({
  /** For people; empty where the rule needs none. */
  name: z.string().trim().max(80).default(''),
  enabled: z.boolean().default(true),
  /** Patterns of model names, as they are sent upstream. */
  models: z.array(pattern).default([]),
  /** Patterns of paths behind `/v1`, such as `/chat/completions` or `/images/*`. */
  endpoints: z.array(pattern).default([]),
  /** Patterns of the names of clients. */
  clients: z.array(pattern).default([]),
  /** Tried one after the other, until one answers. */
  groups: z
    .array(groupName)
    .min(1, { error: 'A rule needs at least one group, such as openrouter.' })
    .max(20),
  /** How long each group may take to the first byte before the next is tried; null: as long as any request may. */
  firstByteMs: z.int().min(100).max(86_400_000).nullable().default(null),
  /** Whether its groups also follow a group that the request itself asked for, should that one fail. */
  alsoIfAsked: z.boolean().default(false),
});

/** A name that tools ask for, and what is sent instead. */
export const modelAlias = z.object({
  /** What tools ask for, such as `gpt-4o`. */
  name: z.string().trim().min(1).max(200),
  /** What is sent, such as `gpt-5.2`. */
  model: z.string().trim().min(1).max(200),
  /** The group that goes with it; empty for none. */
  group: z.string().trim().max(100).default(''),
  /** Top-level fields that are added where the request has none of that name, such as `duration: 8`. */
  parameters: z.record(z.string().min(1), z.json()).default({}),
});

/** Which group of providers an exchange goes to, and what tools may call models. */
export const routingSettings = z.object({
  /** In order; the first that fits counts. */
  rules: z.array(routingRule).max(200).default([]),
  /** The group where nothing else names one; empty: the upstream chooses. */
  defaultGroup: z.string().trim().max(100).default(''),
  aliases: z.array(modelAlias).max(500).default([]),
  /** Whether `GET /v1/models` also lists each model as `MODEL@GROUP` for each of its groups. */
  listGroupNames: z.boolean().default(false),
  /** Models that `GET /v1/models` leaves out; they can be used all the same. */
  hiddenModels: z.array(z.string()).max(2_000).default([]),
});

/** A rule of the user's: which groups an exchange is sent to. */
export type RoutingRule = z.infer<typeof routingRule>;
/** A name that tools ask for, and what is sent instead. */
export type ModelAlias = z.infer<typeof modelAlias>;
/** Which group of providers an exchange goes to, and what tools may call models. */
export type RoutingSettings = z.infer<typeof routingSettings>;
