import type { KeyStoreStatus } from '../../../shared/contract/cody-key.ts';

/**
 * The operating system's store for secrets, behind the few calls the core needs. Secrets are named by account; the
 * service name is the store's own matter. No call ever throws or hangs: what went wrong is part of the result.
 */
export interface KeyStore {
  /** What the store is called, such as `Secret Service`. */
  readonly name: string;
  /** Whether what is written outlives this run of the program. */
  readonly lasting: boolean;
  /** Which store is in use and whether it can be used; looks at the real store each time. */
  status(): Promise<KeyStoreStatus>;
  read(account: string): Promise<KeyStoreResult<string | null>>;
  write(account: string, secret: string): Promise<KeyStoreResult<void>>;
  /** Removes the secret. Done as well when there was none. */
  remove(account: string): Promise<KeyStoreResult<void>>;
}

/**
 * What came of a call: the value, or the reason in words why the store could not be used. Where the store merely took
 * too long, such as while it asks the user for a password, the call goes on and `later` is what comes of it in the end.
 */
export type KeyStoreResult<T> =
  | { ok: true; value: T }
  | { ok: false; status: KeyStoreStatus; later?: Promise<KeyStoreResult<T>> };
