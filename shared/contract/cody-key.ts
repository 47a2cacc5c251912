import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

export const keyStoreStatus = z.object({
  /** The store in use, such as `Secret Service`, `macOS Keychain`, `Windows Credential Manager` or `memory`. */
  name: z.string(),
  /** `ready`: reads and writes work. `locked`, `missing`, `failed`: they do not; see `reason`. */
  state: z.enum(['ready', 'locked', 'missing', 'failed']),
  /** One sentence: why the store cannot be used and what to do. Null while it is ready. */
  reason: z.string().nullable(),
});

export const codyKeyStatus = z.object({
  /** Where the key in use came from; `none` while there is none. `memory` is forgotten when the program ends. */
  source: z.enum(['none', 'keychain', 'memory', 'environment']),
  store: keyStoreStatus,
});

/** What a check of a key against the upstream found. Facts are what `/v1/me` says, as given. */
export const codyKeyCheck = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('accepted'),
    modelCount: z.int().nullable(),
    facts: z.record(z.string(), z.unknown()).nullable(),
  }),
  z.object({ outcome: z.literal('refused'), status: z.int(), message: z.string() }),
  z.object({ outcome: z.literal('unchecked'), message: z.string() }),
]);

export const saveCodyKeyResult = z.discriminatedUnion('saved', [
  z.object({ saved: z.literal(true), status: codyKeyStatus, check: codyKeyCheck, message: z.string() }),
  z.object({
    saved: z.literal(false),
    code: z.enum(['invalid_shape', 'refused_by_upstream', 'set_by_environment']),
    message: z.string(),
  }),
]);

/** The state of the operating system's key store, in words. */
export type KeyStoreStatus = z.infer<typeof keyStoreStatus>;
/** Whether there is a Cody key and where it is kept. Never holds the key or a part of it. */
export type CodyKeyStatus = z.infer<typeof codyKeyStatus>;
/** The outcome of trying a key at the upstream. */
export type CodyKeyCheck = z.infer<typeof codyKeyCheck>;
/** The outcome of saving a key. */
export type SaveCodyKeyResult = z.infer<typeof saveCodyKeyResult>;

export const codyKeyContract = {
  /** Where the key is kept; never the key. */
  getStatus: oc.output(codyKeyStatus),
  /** The status now, and again at each change. */
  watchStatus: oc.output(eventIterator(codyKeyStatus)),
  /** Checks a key and keeps it; the real upstream answers from then on. A key that the upstream refuses is not kept. */
  save: oc.input(z.object({ key: z.string().max(1_000) })).output(saveCodyKeyResult),
  /** Asks the upstream again about the key in use. */
  check: oc.output(codyKeyCheck),
  /** Forgets the key in the key store and in memory. Refused while the key comes from the environment. */
  remove: oc.output(codyKeyStatus),
};
