import path from 'node:path';
import { z } from 'zod';
import type { Notice } from '../../../shared/contract/app.ts';
import { clientPolicy } from '../../../shared/contract/clients.ts';
import type { Clock } from '../clock.ts';
import { readJsonFile, setAside, writeFileAtomically } from '../data-folder/atomic-file.ts';
import { errorMessage } from '../data-folder/error-code.ts';

const storedClient = z.object({
  id: z.string().min(1),
  name: z.string(),
  createdAt: z.number(),
  /** SHA-256 of the key, hexadecimal. */
  keyDigest: z.string().regex(/^[0-9a-f]{64}$/),
  /** Whether the key itself was put into the key store. */
  inKeyStore: z.boolean(),
  /** What it may do. Files of before there were policies have none. */
  policy: clientPolicy.prefault({}),
});

/**
 * Policies came without a new version. A file from before them reads as one in which every client has the policy of a new
 * one, so nothing has to be migrated. An older program passes over policies it does not know, and all keys go on working;
 * a version that it does not know it would set aside, and every tool would need a new key. The price: if that older
 * program writes the file, the policies are gone.
 */
const clientsFile = z.object({
  version: z.literal(1),
  /** The client whose key is shown by default. */
  defaultId: z.string().nullable(),
  clients: z.array(storedClient),
});

/** A client as `clients.json` knows it: never its key. */
export type StoredClient = z.infer<typeof storedClient>;

/** All that `clients.json` holds. */
export type StoredClients = { defaultId: string | null; clients: StoredClient[] };

/** What was found: the clients, or null at a first start or where nothing could be saved. */
export type LoadedClients = {
  stored: StoredClients | null;
  notices: Notice[];
  /** Why the file must not be written: it could be neither used nor set aside. Null when all is well. */
  writeBarrier: string | null;
};

/**
 * Reads `clients.json`. A damaged one is set aside under another name, never overwritten; of one in which only some
 * clients are damaged the others are kept, so that their tools go on working. Never throws.
 */
export async function loadClients(file: string, clock: Clock): Promise<LoadedClients> {
  const read = await readJsonFile(file);
  if (!read.found && read.missing) return { stored: null, notices: [], writeBarrier: null };
  const parsed = read.found ? clientsFile.safeParse(read.value) : undefined;
  if (parsed?.success) return { stored: parsed.data, notices: [], writeBarrier: null };

  const reason = read.found ? 'it does not hold a list of clients as this version writes it' : read.reason;
  const saved = read.found ? salvage(read.value) : null;
  const stored = saved && { defaultId: saved.defaultId, clients: saved.clients };
  const name = path.basename(file);
  try {
    const aside = await setAside(file, clock);
    if (stored) await saveClients(file, stored);
    const now = saved ? describeSalvage(saved) : 'Your tools need new client keys.';
    const message = `${name} could not be used: ${reason}. It was set aside as ${aside}. ${now}`;
    return { stored, notices: [{ code: 'clients_set_aside', message }], writeBarrier: null };
  } catch (error) {
    const message =
      `${name} could not be used: ${reason}; nor could it be set aside (${errorMessage(error)}). ` +
      `No lasting client keys can be made until the file is mended or removed.`;
    return { stored, notices: [{ code: 'clients_set_aside', message }], writeBarrier: message };
  }
}

/** Writes `clients.json`, atomically, mode 0600. Rejects with the system's error. */
export async function saveClients(file: string, stored: StoredClients): Promise<void> {
  const contents: z.infer<typeof clientsFile> = { version: 1, ...stored };
  await writeFileAtomically(file, `${JSON.stringify(contents, null, 2)}\n`);
}

/** What could be kept of a damaged file. */
type Salvage = StoredClients & {
  /** How many clients could not. */
  lost: number;
  /** The names of those whose policy was damaged. */
  withoutPolicy: string[];
};

/** Null where there is no client that can be kept. A damaged policy does not cost the key. */
function salvage(value: unknown): Salvage | null {
  const outer = z.object({ clients: z.array(z.unknown()), defaultId: z.unknown() }).safeParse(value);
  if (!outer.success) return null;
  const withoutPolicy: string[] = [];
  const clients = outer.data.clients.flatMap((entry) => {
    const parsed = storedClient.safeParse(entry);
    if (parsed.success) return [parsed.data];
    const keyOnly = storedClient.omit({ policy: true }).safeParse(entry);
    if (!keyOnly.success) return [];
    withoutPolicy.push(keyOnly.data.name);
    return [{ ...keyOnly.data, policy: clientPolicy.parse({}) }];
  });
  const defaultId = clients.find(({ id }) => id === outer.data.defaultId)?.id ?? null;
  const lost = outer.data.clients.length - clients.length;
  return clients.length === 0 ? null : { defaultId, clients, lost, withoutPolicy };
}

function describeSalvage({ clients, lost, withoutPolicy }: Salvage): string {
  const kept =
    lost === 0
      ? 'All of its clients keep their keys.'
      : `${clients.length} of its clients could be kept; tools with other keys need a new one.`;
  if (withoutPolicy.length === 0) return kept;
  return (
    `${kept} What these may do could not be read, so that nothing but the settings limits them now: ` +
    `${withoutPolicy.join(', ')}. See their groups, models, origins and daily caps.`
  );
}
