import type { Notice } from '../../../shared/contract/app.ts';
import type {
  CodyKeyCheck,
  CodyKeyStatus,
  KeyStoreStatus,
  SaveCodyKeyResult,
} from '../../../shared/contract/cody-key.ts';
import { OneAtATime } from '../data-folder/one-at-a-time.ts';
import type { CodyKeyService } from '../host-services.ts';
import { Watched } from '../watched.ts';
import { checkKeyShape } from './check-key-shape.ts';
import { explainSaved } from './explain-saved.ts';
import { readEnvironmentKey, type EnvironmentKey, type KeyEnvironment } from './environment-key.ts';
import type { KeyStore, KeyStoreResult } from './key-store.ts';
import { redactProperties } from './redact-key.ts';

/** What the holder of the Cody key needs. */
export type CodyKeyOptions = {
  store: KeyStore;
  environment: KeyEnvironment;
  readFile: (path: string) => Promise<string>;
  /** Tries a key at the upstream, given as the value of an Authorization header; see `checkCodyKey`. */
  check: (authorization: string) => Promise<CodyKeyCheck>;
};

const account = 'cody-key';

/** Opens the Cody key: from the environment, which wins, or else from the key store. Never throws. */
export async function openCodyKey(options: CodyKeyOptions): Promise<CodyKey> {
  const fromEnvironment = await readEnvironmentKey(options.environment, options.readFile);
  const codyKey = new CodyKey(options, fromEnvironment);
  await codyKey.open();
  return codyKey;
}

/**
 * The one holder of the Cody key's value. It gives it to nobody but as `authorization()`, which is for core/upstream
 * alone; no inspection, serialisation, status or message holds it or a part of it.
 *
 * A key in the store that cannot be read stays there. It is looked for again at each `check` and `save`, and as soon as
 * a store that was silent answers after all.
 */
export class CodyKey {
  readonly service: CodyKeyService;
  readonly #store: KeyStore;
  readonly #check: CodyKeyOptions['check'];
  readonly #environment: EnvironmentKey;
  readonly #status: Watched<CodyKeyStatus>;
  readonly #turns = new OneAtATime();
  #notices: readonly Notice[] = [];
  #key: string | null = null;
  /** Whether the store may hold a key that could not be read. */
  #unreadable = false;
  /** Counts saves and removals, so that an answer from before one of them is not taken for news. */
  #changes = 0;

  constructor({ store, check }: CodyKeyOptions, environment: EnvironmentKey) {
    this.#store = store;
    this.#check = check;
    this.#environment = environment;
    this.#status = new Watched<CodyKeyStatus>({ source: 'none', store: this.#readyStatus() });
    this.service = {
      status: this.#status,
      save: (text) => this.#turns.run(() => this.#save(text)),
      check: () => this.#turns.run(() => this.#checkNow()),
      remove: () => this.#turns.run(() => this.#remove()),
    };
  }

  /** What the user must be told about how the key was found at the start. */
  get notices(): readonly Notice[] {
    return this.#notices;
  }

  /** `Bearer …` for the upstream, or null while there is no key. */
  authorization(): string | null {
    return this.#key === null ? null : `Bearer ${this.#key}`;
  }

  hasKey(): boolean {
    return this.#key !== null;
  }

  /** Whether there is or may be a key that cannot be read now: then answers must not come from the demo upstream. */
  isUnreadable(): boolean {
    return this.#key === null && this.#unreadable;
  }

  /** Finds the key; to be called once, by `openCodyKey`. */
  async open(): Promise<void> {
    if (!this.#environment.brought) {
      await this.#readFromStore();
      const { reason, state } = this.#status.get().store;
      if (state === 'ready' || reason === null) return;
      this.#notices = [
        { code: this.#unreadable ? 'key_unreadable' : 'key_store_unavailable', message: reason },
      ];
      return;
    }
    this.#key = this.#environment.key;
    this.#unreadable = this.#key === null;
    this.#set(this.#key === null ? 'none' : 'environment', await this.#store.status());
    if (this.#environment.key === null) {
      this.#notices = [{ code: 'key_unreadable', message: this.#environment.trouble }];
    }
  }

  async #readFromStore(): Promise<void> {
    const changes = this.#changes;
    const result = await this.#store.read(account);
    await this.#adopt(result);
    if (result.ok) return;
    if (result.later) void this.#adoptLate(result.later, changes);
  }

  async #adoptLate(later: Promise<KeyStoreResult<string | null>>, changes: number): Promise<void> {
    const late = await later;
    await this.#turns.run(async () => {
      if (changes === this.#changes && this.#key === null) await this.#adopt(late);
    });
  }

  async #adopt(result: KeyStoreResult<string | null>): Promise<void> {
    if (!result.ok) {
      // With no store at all there is no key either; a locked or silent one may hold it.
      this.#unreadable = result.status.state !== 'missing';
      this.#set('none', result.status);
      return;
    }
    const shape = result.value === null ? null : checkKeyShape(result.value);
    this.#key = shape?.ok ? shape.key : null;
    this.#unreadable = shape?.ok === false;
    if (shape?.ok) this.#set(this.#lastingSource(), this.#readyStatus());
    else if (shape === null) this.#set('none', await this.#store.status());
    else {
      const reason = `What the key store (${this.#store.name}) holds as the Cody key is none. Enter the key again.`;
      this.#set('none', { name: this.#store.name, state: 'failed', reason });
    }
  }

  async #save(text: string): Promise<SaveCodyKeyResult> {
    if (this.#environment.brought) {
      const message = `The Cody key is set by the environment variable ${this.#environment.variable}. Change it there, or unset it and start again.`;
      return { saved: false, code: 'set_by_environment', message };
    }
    const shape = checkKeyShape(text);
    if (!shape.ok) return { saved: false, code: 'invalid_shape', message: shape.message };
    const { key } = shape;
    const check = await this.#checkKey(key);
    if (check.outcome === 'refused')
      return { saved: false, code: 'refused_by_upstream', message: check.message };

    const before = await this.#store.read(account);
    const written: KeyStoreResult<void> = before.ok
      ? await this.#store.write(account, key)
      : { ok: false, status: before.status };
    const replaced = before.ok && before.value !== null && before.value !== key && before.value !== this.#key;
    this.#changes += 1;
    this.#key = key;
    this.#unreadable = false;
    if (written.ok) {
      this.#set(this.#lastingSource(), this.#readyStatus());
    } else {
      this.#set('memory', written.status);
      if (before.ok)
        void this.#followLate(written.later, () => this.#set(this.#lastingSource(), this.#readyStatus()));
    }
    const status = this.#status.get();
    return { saved: true, status, check, message: explainSaved(status, check, replaced) };
  }

  async #checkNow(): Promise<CodyKeyCheck> {
    if (this.#key === null && !this.#environment.brought) await this.#readFromStore();
    if (this.#key !== null) return await this.#checkKey(this.#key);
    if (this.#environment.brought && this.#environment.key === null) {
      return { outcome: 'unchecked', message: this.#environment.trouble };
    }
    const reason = this.#unreadable ? this.#status.get().store.reason : null;
    return { outcome: 'unchecked', message: reason ?? 'There is no Cody key yet. Enter one first.' };
  }

  async #checkKey(key: string): Promise<CodyKeyCheck> {
    const check = await this.#check(`Bearer ${key}`);
    if (check.outcome !== 'accepted') return { ...check, message: check.message.replaceAll(key, '…') };
    // Nobody knows what an upstream says of a key: it may repeat it.
    return { ...check, facts: check.facts && redactProperties(check.facts, key) };
  }

  async #remove(): Promise<CodyKeyStatus> {
    if (this.#environment.brought) return this.#status.get();
    this.#changes += 1;
    this.#key = null;
    this.#unreadable = false;
    const removed = await this.#store.remove(account);
    if (removed.ok) {
      this.#set('none', this.#readyStatus());
    } else {
      const reason = `The key is forgotten for this run, but a key in the key store could not be removed. ${removed.status.reason ?? ''}`;
      this.#set('none', { ...removed.status, reason: reason.trimEnd() });
      void this.#followLate(removed.later, () => this.#set('none', this.#readyStatus()));
    }
    return this.#status.get();
  }

  async #followLate(later: Promise<KeyStoreResult<void>> | undefined, whenDone: () => void): Promise<void> {
    const changes = this.#changes;
    const late = await later;
    if (late?.ok && changes === this.#changes) whenDone();
  }

  #set(source: CodyKeyStatus['source'], store: KeyStoreStatus): void {
    this.#status.set({ source, store });
  }

  #lastingSource(): 'keychain' | 'memory' {
    return this.#store.lasting ? 'keychain' : 'memory';
  }

  #readyStatus(): KeyStoreStatus {
    return { name: this.#store.name, state: 'ready', reason: null };
  }
}
