import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { errorMessage } from './error-code.ts';

/** A lock that was taken, or why it was not. */
export type FolderLock =
  | { taken: true; release(): void }
  | { taken: false; inUse: true }
  | { taken: false; inUse: false; reason: string };

// https://www.sqlite.org/rescode.html#busy
const sqliteBusy = 5;

/**
 * Takes an exclusive lock on `file`, making the file if need be, without waiting. The lock belongs to the operating
 * system (SQLite takes it by `fcntl` or `LockFileEx`), which frees it when the process ends, even by SIGKILL or a
 * crash: it cannot go stale, and the file's mere being there means nothing. Nothing is ever written into the file.
 *
 * On POSIX such a lock is also lost when its own process opens and closes the file by any other way; nothing in this
 * program reads it.
 */
export function takeFolderLock(file: string): FolderLock {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    chmodSync(file, 0o600);
  } catch (error) {
    database?.close();
    const busy = error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;
    return busy ? { taken: false, inUse: true } : { taken: false, inUse: false, reason: errorMessage(error) };
  }
  const held = database;
  return { taken: true, release: () => held.close() };
}
