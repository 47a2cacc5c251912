import { clientPolicy, type Client } from '../../../shared/contract/clients.ts';
import type { StoredClient } from './client-file.ts';
import { compileClientRules, type ClientRules } from './client-rules.ts';

/** One client: what others may see of it, its policy ready for use, the digest of its key, and what the file says. */
export interface ClientEntry {
  readonly client: Client;
  readonly rules: ClientRules;
  /** SHA-256 of the key. */
  readonly digest: Buffer;
  /** Null if the client is of this run only. */
  readonly stored: StoredClient | null;
}

/** A client that `clients.json` knows. */
export function entryOf(stored: StoredClient, keyReadable: boolean): ClientEntry {
  const { id, name, createdAt, keyDigest, policy } = stored;
  const client = { id, name, createdAt, keyReadable, policy };
  return { client, rules: compileClientRules(policy), digest: Buffer.from(keyDigest, 'hex'), stored };
}

/** A new client of this run only, with a new client's policy. */
export function entryOfThisRun(
  facts: Pick<Client, 'id' | 'name' | 'createdAt'>,
  digest: Buffer,
): ClientEntry {
  const policy = clientPolicy.parse({});
  const client = { ...facts, keyReadable: true, policy };
  return { client, rules: compileClientRules(policy), digest, stored: null };
}

/** The same client with another name or policy. */
export function changeEntry(
  before: ClientEntry,
  change: Partial<Pick<Client, 'name' | 'policy'>>,
): ClientEntry {
  return {
    ...before,
    client: { ...before.client, ...change },
    rules: change.policy ? compileClientRules(change.policy) : before.rules,
    stored: before.stored && { ...before.stored, ...change },
  };
}
