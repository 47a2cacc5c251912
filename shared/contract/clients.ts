import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { allowedOrigin } from '../settings.ts';

const groupName = z.string().trim().min(1).max(100);

const policyFields = {
  /** The group its requests go to where they name none; empty for none. */
  group: z.string().trim().max(100),
  /** The groups it may use; empty: all. */
  allowedGroups: z.array(groupName).max(50),
  /** Patterns of the models it may use, `*` for any run of characters; empty: all. */
  allowedModels: z.array(z.string().trim().min(1).max(200)).max(200),
  /** Origins that are let in with this client's key, beside those in the settings. */
  allowedOrigins: z.array(allowedOrigin).max(100),
  /** How many requests it may send in a day; 0 = no cap. */
  requestsPerDay: z.int().min(0).max(10_000_000),
  /** How much its requests may cost in a day, by the models' `cost` where that is a number; 0 = no cap. */
  costPerDay: z.number().min(0).max(1_000_000_000),
  /** How many of its requests alone may wait; null: as the setting has it for all together. */
  queueLimit: z.int().min(0).max(100_000).nullable(),
  /** How long one of its requests may wait; null: as the setting has it. */
  waitMs: z.int().min(1).max(86_400_000).nullable(),
  /** Whether its conversations stay with their provider (if they do so at all). */
  affinity: z.boolean(),
};

/** What a client may do, beside what the settings say for all. `clientPolicy.parse({})` is that of a new client. */
export const clientPolicy = z.object({
  group: policyFields.group.default(''),
  allowedGroups: policyFields.allowedGroups.default([]),
  allowedModels: policyFields.allowedModels.default([]),
  allowedOrigins: policyFields.allowedOrigins.default([]),
  requestsPerDay: policyFields.requestsPerDay.default(0),
  costPerDay: policyFields.costPerDay.default(0),
  queueLimit: policyFields.queueLimit.default(null),
  waitMs: policyFields.waitMs.default(null),
  affinity: policyFields.affinity.default(true),
});

/** A change to some of a policy. */
export const clientPolicyPatch = z.object(policyFields).partial();

export const client = z.object({
  id: z.string(),
  name: z.string(),
  /** When its key was made, in milliseconds since 1970. */
  createdAt: z.number(),
  /** Whether its key can be shown again (it is in the key store or was made in this run). */
  keyReadable: z.boolean(),
  policy: clientPolicy,
});

/** What a client did of late. */
export const clientUse = z.object({
  clientId: z.string(),
  /** When its last request came, in milliseconds since 1970; null for never. */
  lastSeenAt: z.number().nullable(),
  /** The tool's name for itself in that request. */
  userAgent: z.string().nullable(),
  /** The model it last got an answer from. */
  lastModel: z.string().nullable(),
  requestsToday: z.int(),
  costToday: z.number(),
});

export const clientName = z
  .string()
  .trim()
  .min(1, { error: 'Give the client a name, such as the tool that will use the key.' })
  .max(80, { error: 'A name has at most 80 characters.' });

/** What a client may do. */
export type ClientPolicy = z.infer<typeof clientPolicy>;
/** A change to some of a policy. */
export type ClientPolicyPatch = z.infer<typeof clientPolicyPatch>;
/** A tool on this computer that has a client key of its own. */
export type Client = z.infer<typeof client>;
/** What a client did of late. */
export type ClientUse = z.infer<typeof clientUse>;

export const clientsContract = {
  list: oc.output(z.array(client)),
  /** The list now, and again at each change. */
  watch: oc.output(eventIterator(z.array(client))),
  /** What each client did of late, now and at each change, at most once a second. */
  watchUse: oc.output(eventIterator(z.array(clientUse))),
  /** Makes a client with a new key and shows that key. */
  create: oc.input(z.object({ name: clientName })).output(z.object({ client, key: z.string() })),
  rename: oc.input(z.object({ id: z.string(), name: clientName })).output(client),
  /** Changes the named parts of what a client may do; the rest stays. */
  setPolicy: oc.input(z.object({ id: z.string(), policy: clientPolicyPatch })).output(client),
  /** Makes the client's key worthless at once. */
  revoke: oc.input(z.object({ id: z.string() })).output(z.object({ id: z.string() })),
  /** The client's key, to be copied; null where only its fingerprint is left. */
  revealKey: oc.input(z.object({ id: z.string() })).output(z.object({ key: z.string().nullable() })),
};
