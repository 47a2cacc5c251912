import type { KeyStore, KeyStoreResult } from '../secrets/key-store.ts';

/** The part of the key store that clients use. */
export type KeyStoreForClients = Pick<KeyStore, 'lasting' | 'read' | 'write' | 'remove'>;

/** What came of keeping a key: whether it outlives this run; `later` is the late answer of a store that was silent. */
export type KeptKey = { lasting: boolean; later?: Promise<KeyStoreResult<void>> };

/**
 * The client keys themselves, so that they can be shown again: in the key store under `client:<id>` or, where that
 * cannot be used, in RAM for this run.
 */
export class ClientKeyring {
  readonly #store: KeyStoreForClients;
  readonly #ofThisRun = new Map<string, string>();
  /** Whether the store did as asked the last time; taken for granted until it was asked. */
  #storeUsable = true;
  /** Keys that should be in the store and are not. */
  readonly #lost = new Set<string>();

  constructor(store: KeyStoreForClients) {
    this.#store = store;
  }

  /** Keeps a new client's key as well as it can be kept. */
  async put(id: string, key: string): Promise<KeptKey> {
    const written = await this.#store.write(accountOf(id), key);
    this.#storeUsable = written.ok;
    if (written.ok && this.#store.lasting) return { lasting: true };
    this.keepForThisRun(id, key);
    return written.ok || !written.later ? { lasting: false } : { lasting: false, later: written.later };
  }

  /** Keeps a key in RAM only. */
  keepForThisRun(id: string, key: string): void {
    this.#ofThisRun.set(id, key);
  }

  /** The key, or null where it cannot be read. */
  async read(id: string): Promise<string | null> {
    const here = this.#ofThisRun.get(id);
    if (here !== undefined) return here;
    const result = await this.#store.read(accountOf(id));
    this.#storeUsable = result.ok;
    if (!result.ok) return null;
    if (result.value === null) this.#lost.add(id);
    return result.value;
  }

  /** Removes the key from RAM and, if it was put there, from the key store; where that fails, a worthless key stays. */
  async forget(id: string, inKeyStore: boolean): Promise<void> {
    this.#ofThisRun.delete(id);
    if (inKeyStore) await this.#store.remove(accountOf(id));
  }

  /** Whether `read` is likely to find the key. Asks nobody. */
  isReadable(id: string, inKeyStore: boolean): boolean {
    return this.#ofThisRun.has(id) || (inKeyStore && this.#storeUsable && !this.#lost.has(id));
  }
}

function accountOf(id: string): string {
  return `client:${id}`;
}
