import type { KeyStoreStatus } from '../../../shared/contract/cody-key.ts';
import type { Clock } from '../clock.ts';
import { errorMessage } from '../data-folder/error-code.ts';
import { OneAtATime } from '../data-folder/one-at-a-time.ts';
import type { KeyStore, KeyStoreResult } from './key-store.ts';
import {
  explainKeyringError,
  explainMissingLibrary,
  explainSilence,
  keyStoreName,
} from './keyring-trouble.ts';

/** The calls of keytar for one account, as `AsyncEntry` of `@napi-rs/keyring` has them. */
export interface KeyringEntry {
  getPassword(): Promise<string | null>;
  setPassword(secret: string): Promise<void>;
  deletePassword(): Promise<boolean>;
}

/** Loads the native library and gives what opens an account's entry; either may throw. */
export type LoadKeyring = () => Promise<(service: string, account: string) => KeyringEntry>;

const service = 'cody-desktop';
const probeAccount = 'store-check';
const answerWithinMs = 5_000;
const lockedStaysMs = 2_000;

/**
 * Loads `@napi-rs/keyring`. Its keytar layer is no more than these three calls, but on Linux it silently takes the
 * kernel's keyring, which a reboot empties, wherever there is no Secret Service; so the entries are made here and
 * pinned to the Secret Service, and a missing one is an error that can be told.
 */
export const loadNativeKeyring: LoadKeyring = async () => {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  return (service, account) => new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
};

/**
 * The operating system's key store: Secret Service, macOS Keychain or Windows Credential Manager, service name
 * `cody-desktop`. The native library is loaded at the first use.
 *
 * One call is made at a time. Each is answered within 5 s; if the store is silent for longer, the call goes on as
 * `later`, and further calls are refused meanwhile, for each silent one holds a thread of Node's pool. A store that was
 * found locked is asked again only after 2 s, so that a burst of calls makes one password prompt and not many.
 */
export class KeyringKeyStore implements KeyStore {
  readonly name: string;
  readonly lasting = true;
  readonly #clock: Clock;
  readonly #platform: NodeJS.Platform;
  readonly #load: LoadKeyring;
  readonly #turns = new OneAtATime();
  #opener: Awaited<ReturnType<LoadKeyring>> | undefined;
  #silent = false;
  #locked: { status: KeyStoreStatus; sinceMs: number } | undefined;

  constructor(clock: Clock, platform: NodeJS.Platform, load: LoadKeyring = loadNativeKeyring) {
    this.name = keyStoreName(platform);
    this.#clock = clock;
    this.#platform = platform;
    this.#load = load;
  }

  /** Writes and removes a secret of no worth: nothing less shows that the store is unlocked and has a default keyring. */
  async status(): Promise<KeyStoreStatus> {
    const written = await this.write(probeAccount, 'cody-desktop looks whether this key store can be used');
    if (!written.ok) return written.status;
    await this.remove(probeAccount);
    return { name: this.name, state: 'ready', reason: null };
  }

  read(account: string): Promise<KeyStoreResult<string | null>> {
    return this.#call(account, (entry) => entry.getPassword());
  }

  write(account: string, secret: string): Promise<KeyStoreResult<void>> {
    const act = async (entry: KeyringEntry) => {
      await entry.setPassword(secret);
    };
    return this.#call(account, act, secret);
  }

  remove(account: string): Promise<KeyStoreResult<void>> {
    return this.#call(account, async (entry) => void (await entry.deletePassword()));
  }

  #call<T>(
    account: string,
    act: (entry: KeyringEntry) => Promise<T>,
    secret = '',
  ): Promise<KeyStoreResult<T>> {
    return this.#turns.run(async () => {
      if (this.#silent) return { ok: false, status: explainSilence(this.#platform, answerWithinMs) };
      const locked = this.#locked;
      if (locked && this.#clock.monotonicMs() - locked.sinceMs < lockedStaysMs) {
        return { ok: false, status: locked.status };
      }
      return await this.#withinTime(this.#ask(account, act, secret));
    });
  }

  async #withinTime<T>(answer: Promise<KeyStoreResult<T>>): Promise<KeyStoreResult<T>> {
    const finished = this.#noteAnswer(answer);
    const silence = Promise.withResolvers<KeyStoreResult<T>>();
    const timer = this.#clock.setTimer(answerWithinMs, () => {
      this.#silent = true;
      silence.resolve({ ok: false, status: explainSilence(this.#platform, answerWithinMs), later: finished });
    });
    const first = await Promise.race([finished, silence.promise]);
    timer.cancel();
    return first;
  }

  async #noteAnswer<T>(answer: Promise<KeyStoreResult<T>>): Promise<KeyStoreResult<T>> {
    const result = await answer;
    this.#silent = false;
    return result;
  }

  async #ask<T>(
    account: string,
    act: (entry: KeyringEntry) => Promise<T>,
    secret: string,
  ): Promise<KeyStoreResult<T>> {
    try {
      this.#opener ??= await this.#load();
    } catch {
      return { ok: false, status: explainMissingLibrary(this.#platform, process.arch) };
    }
    try {
      const value = await act(this.#opener(service, account));
      this.#locked = undefined;
      return { ok: true, value };
    } catch (error) {
      const message = errorMessage(error);
      const status = explainKeyringError(
        secret === '' ? message : message.replaceAll(secret, '…'),
        this.#platform,
      );
      if (status.state === 'locked') this.#locked = { status, sinceMs: this.#clock.monotonicMs() };
      return { ok: false, status };
    }
  }
}
