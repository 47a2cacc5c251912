import type { KeyStoreStatus } from '../../../shared/contract/cody-key.ts';
import type { KeyStore, KeyStoreResult } from './key-store.ts';

/**
 * A key store in RAM: for runs that must not touch the system's store (`--no-keychain`), and as its twin in tests, where
 * it can be locked, be missing or fail. What it holds stays while it cannot be used.
 */
export class MemoryKeyStore implements KeyStore {
  readonly name = 'memory';
  readonly lasting: boolean;
  readonly #secrets = new Map<string, string>();
  #status: KeyStoreStatus = { name: 'memory', state: 'ready', reason: null };

  /** `lasting` makes it pass for a store that outlives the program, as tests of restarts need. */
  constructor({ lasting = false }: { lasting?: boolean } = {}) {
    this.lasting = lasting;
  }

  /** From now on calls are answered with this state, and work only if it is `ready`. */
  setState(state: KeyStoreStatus['state']): void {
    const reason = state === 'ready' ? null : `The key store in memory is ${state}.`;
    this.#status = { name: 'memory', state, reason };
  }

  status(): Promise<KeyStoreStatus> {
    return Promise.resolve(this.#status);
  }

  read(account: string): Promise<KeyStoreResult<string | null>> {
    return this.#answer(() => this.#secrets.get(account) ?? null);
  }

  write(account: string, secret: string): Promise<KeyStoreResult<void>> {
    return this.#answer(() => void this.#secrets.set(account, secret));
  }

  remove(account: string): Promise<KeyStoreResult<void>> {
    return this.#answer(() => void this.#secrets.delete(account));
  }

  #answer<T>(act: () => T): Promise<KeyStoreResult<T>> {
    if (this.#status.state !== 'ready') return Promise.resolve({ ok: false, status: this.#status });
    return Promise.resolve({ ok: true, value: act() });
  }
}
