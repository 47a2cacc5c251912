import { timingSafeEqual } from 'node:crypto';
import path from 'node:path';
import type { Notice } from '../../../shared/contract/app.ts';
import { clientPolicy, type Client, type ClientPolicyPatch } from '../../../shared/contract/clients.ts';
import type { Clock } from '../clock.ts';
import { errorMessage } from '../data-folder/error-code.ts';
import { OneAtATime } from '../data-folder/one-at-a-time.ts';
import { ErrorForPeople } from '../error-for-people.ts';
import type { ClientsService } from '../host-services.ts';
import type { KeyStoreResult } from '../secrets/key-store.ts';
import { Watched } from '../watched.ts';
import { changePolicy } from './change-policy.ts';
import { changeEntry, entryOf, entryOfThisRun, type ClientEntry } from './client-entry.ts';
import { loadClients, saveClients, type LoadedClients, type StoredClient } from './client-file.ts';
import { createClientKey, digestOfKey, type RandomBytes } from './client-key.ts';
import { ClientKeyring, type KeyStoreForClients } from './client-keyring.ts';
import type { ClientRules } from './client-rules.ts';

/** What the registry of clients needs. */
export type ClientRegistryOptions = {
  /** The data folder, which must exist. */
  folder: string;
  clock: Clock;
  store: KeyStoreForClients;
  randomBytes: RandomBytes;
};

/** No client has this id (any more). */
export class UnknownClientError extends ErrorForPeople {
  override readonly name = 'UnknownClientError';

  constructor() {
    super('NOT_FOUND', 'There is no such client any more. It may have been revoked in another window.');
  }
}

/**
 * Opens `clients.json` of the data folder and, at a first start, makes the client "Default". The file knows the keys'
 * SHA-256 digests only; the keys are in the key store, or in RAM for this run where there is none. Never throws.
 */
export async function openClientRegistry(options: ClientRegistryOptions): Promise<ClientRegistry> {
  const file = path.join(options.folder, 'clients.json');
  const loaded = await loadClients(file, options.clock);
  const registry = new ClientRegistry(options, file, loaded);
  if (!loaded.stored && loaded.writeBarrier === null) await registry.makeDefault();
  return registry;
}

const longestKey = 200;

/** The tools that may use the proxy, each with a key of its own. */
export class ClientRegistry {
  readonly service: Omit<ClientsService, 'use'>;
  readonly notices: readonly Notice[];
  readonly #file: string;
  readonly #writeBarrier: string | null;
  readonly #clock: Clock;
  readonly #randomBytes: RandomBytes;
  readonly #keyring: ClientKeyring;
  readonly #turns = new OneAtATime();
  readonly #list: Watched<readonly Client[]>;
  #entries: readonly ClientEntry[];
  #defaultId: string | null;
  #thisRunId: string | null = null;

  constructor(
    options: ClientRegistryOptions,
    file: string,
    { stored, notices, writeBarrier }: LoadedClients,
  ) {
    this.#file = file;
    this.#writeBarrier = writeBarrier;
    this.#clock = options.clock;
    this.#randomBytes = options.randomBytes;
    this.#keyring = new ClientKeyring(options.store);
    this.#defaultId = stored?.defaultId ?? null;
    this.#entries = (stored?.clients ?? []).map((client) => this.#entryOf(client));
    this.#list = new Watched<readonly Client[]>(this.#entries.map(({ client }) => client));
    this.notices = notices;
    this.service = {
      list: this.#list,
      create: (name) => this.#turns.run(() => this.#create(name)),
      rename: (id, name) => this.#turns.run(() => this.#rename(id, name)),
      setPolicy: (id, patch) => this.#turns.run(() => this.#setPolicy(id, patch)),
      revoke: (id) => this.#revoke(id),
      revealKey: (id) => this.#turns.run(() => this.#reveal(this.#find(id))),
    };
  }

  /** Whose key this is; null if it is nobody's. Takes the same time for all keys of a length. Asked for each request. */
  identify(presentedKey: string): Client | null {
    if (presentedKey.length > longestKey) return null;
    const digest = digestOfKey(presentedKey);
    let found: Client | null = null;
    for (const entry of this.#entries) {
      if (timingSafeEqual(entry.digest, digest)) found = entry.client;
    }
    return found;
  }

  /** What a client may ask for, by the policy it has now; null where there is no such client any more. */
  rulesOf(id: string): ClientRules | null {
    return this.#entries.find(({ client }) => client.id === id)?.rules ?? null;
  }

  /**
   * A key that works and can be shown: the Default client's. Where that cannot be read, a further client
   * "Default (this run)" is made, in RAM only, so that the key of old, which tools may be using, stays valid.
   */
  printableKey(): Promise<string> {
    return this.#turns.run(async () => {
      for (const id of [this.#defaultId, this.#thisRunId]) {
        const entry = this.#entries.find(({ client }) => client.id === id);
        const key = entry ? await this.#reveal(entry) : null;
        if (key !== null) return key;
      }
      const { id, key, digest } = this.#newKey();
      this.#keyring.keepForThisRun(id, key);
      this.#thisRunId = id;
      const facts = { id, name: 'Default (this run)', createdAt: this.#clock.wallMs() };
      this.#setEntries([...this.#entries, entryOfThisRun(facts, digest)]);
      return key;
    });
  }

  /** Makes the client "Default"; to be called once, by `openClientRegistry`. Where the file cannot be written, nothing. */
  async makeDefault(): Promise<void> {
    await this.#turns.run(() => this.#create('Default', true)).catch(() => undefined);
  }

  async #create(name: string, isDefault = false): Promise<{ client: Client; key: string }> {
    const { id, key, digest } = this.#newKey();
    const put = await this.#keyring.put(id, key);
    const keyDigest = digest.toString('hex');
    const stored = {
      id,
      name: name.trim(),
      createdAt: this.#clock.wallMs(),
      keyDigest,
      inKeyStore: put.lasting,
      policy: clientPolicy.parse({}),
    };
    const defaultBefore = this.#defaultId;
    if (isDefault) this.#defaultId = id;
    try {
      await this.#save([...this.#entries, { stored }]);
    } catch (error) {
      this.#defaultId = defaultBefore;
      await this.#keyring.forget(id, put.lasting);
      throw error;
    }
    const entry = this.#entryOf(stored);
    this.#setEntries([...this.#entries, entry]);
    if (put.later) void this.#noteLateKey(id, put.later);
    return { client: entry.client, key };
  }

  async #rename(id: string, newName: string): Promise<Client> {
    return await this.#change(this.#find(id), { name: newName.trim() });
  }

  async #setPolicy(id: string, patch: ClientPolicyPatch): Promise<Client> {
    const before = this.#find(id);
    const changed = changePolicy(before.client.policy, patch);
    if (!changed.ok) throw new ErrorForPeople('BAD_REQUEST', changed.message);
    return await this.#change(before, { policy: changed.policy });
  }

  async #change(before: ClientEntry, change: Partial<Pick<Client, 'name' | 'policy'>>): Promise<Client> {
    const changed = changeEntry(before, change);
    if (changed.stored) await this.#save(this.#entriesWith(changed));
    this.#setEntries(this.#entriesWith(changed));
    return changed.client;
  }

  // The key is worthless before anything is waited for.
  async #revoke(id: string): Promise<void> {
    const revoked = this.#find(id);
    this.#setEntries(this.#entries.filter((entry) => entry !== revoked));
    await this.#turns.run(async () => {
      if (revoked.stored) await this.#save(this.#entries);
      await this.#keyring.forget(id, revoked.stored?.inKeyStore ?? false);
    });
  }

  async #reveal({ client, digest }: ClientEntry): Promise<string | null> {
    const key = await this.#keyring.read(client.id);
    this.#setEntries(this.#entries);
    // What the store holds under this name may be of another data folder.
    return key !== null && timingSafeEqual(digestOfKey(key), digest) ? key : null;
  }

  async #noteLateKey(id: string, later: Promise<KeyStoreResult<void>>): Promise<void> {
    if (!(await later).ok) return;
    await this.#turns
      .run(async () => {
        const entry = this.#entries.find(({ client }) => client.id === id);
        if (!entry?.stored) return await this.#keyring.forget(id, true);
        const noted: ClientEntry = { ...entry, stored: { ...entry.stored, inKeyStore: true } };
        await this.#save(this.#entriesWith(noted));
        this.#setEntries(this.#entriesWith(noted));
        return undefined;
      })
      .catch(() => undefined);
  }

  #newKey(): { id: string; key: string; digest: Buffer } {
    const key = createClientKey(this.#randomBytes);
    return { id: Buffer.from(this.#randomBytes(8)).toString('hex'), key, digest: digestOfKey(key) };
  }

  #find(id: string): ClientEntry {
    const entry = this.#entries.find(({ client }) => client.id === id);
    if (!entry) throw new UnknownClientError();
    return entry;
  }

  #entryOf(stored: StoredClient): ClientEntry {
    return entryOf(stored, this.#keyring.isReadable(stored.id, stored.inKeyStore));
  }

  #entriesWith(changed: ClientEntry): ClientEntry[] {
    return this.#entries.map((entry) => (entry.client.id === changed.client.id ? changed : entry));
  }

  #setEntries(entries: readonly ClientEntry[]): void {
    const renewed = entries.map((entry) => {
      const keyReadable = this.#keyring.isReadable(entry.client.id, entry.stored?.inKeyStore ?? false);
      return keyReadable === entry.client.keyReadable
        ? entry
        : { ...entry, client: { ...entry.client, keyReadable } };
    });
    const same =
      renewed.length === this.#entries.length &&
      renewed.every((entry, index) => entry === this.#entries[index]);
    this.#entries = renewed;
    if (!same) this.#list.set(renewed.map(({ client }) => client));
  }

  async #save(entries: readonly Pick<ClientEntry, 'stored'>[]): Promise<void> {
    if (this.#writeBarrier !== null) throw new ErrorForPeople('NOT_WRITTEN', this.#writeBarrier);
    const clients = entries.flatMap(({ stored }) => (stored ? [stored] : []));
    const defaultId = clients.some(({ id }) => id === this.#defaultId) ? this.#defaultId : null;
    try {
      await saveClients(this.#file, { defaultId, clients });
    } catch (error) {
      const message =
        `The clients could not be written to ${this.#file}: ${errorMessage(error)}. ` +
        `See that the disk has room and the file may be written, then try again.`;
      throw new ErrorForPeople('NOT_WRITTEN', message, { cause: error });
    }
  }
}
