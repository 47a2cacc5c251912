import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage } from './error-code.ts';
import { takeFolderLock } from './folder-lock.ts';

/** What came of opening a data folder. */
export type OpenDataFolderResult =
  | {
      ok: true;
      /** The folder's absolute path. */
      folder: string;
      /** Lets other processes have the folder. Done as well when called again. */
      release(): Promise<void>;
    }
  /** Another process has it; `pid` is that process, if it could be learned. */
  | { ok: false; code: 'in_use'; message: string; pid: number | null }
  | { ok: false; code: 'not_writable'; message: string };

/**
 * Makes the folder if need be and takes it for this process alone, until `release()` or the process's end, however it
 * ends. A folder that is made here, or was empty, becomes private to the user (mode 0700); the mode of a folder that
 * already held files is left as it is, since it may be one the user shares on purpose. Never throws.
 */
export async function openDataFolder(folder: string): Promise<OpenDataFolderResult> {
  const absolute = path.resolve(folder);
  const pidFile = path.join(absolute, 'lock.pid');
  try {
    const made = await mkdir(absolute, { recursive: true, mode: 0o700 });
    if (made !== undefined || (await readdir(absolute)).length === 0) await chmod(absolute, 0o700);
  } catch (error) {
    return notWritable(absolute, errorMessage(error));
  }

  const lock = takeFolderLock(path.join(absolute, 'lock.db'));
  if (!lock.taken && lock.inUse) {
    const pid = await readPid(pidFile);
    const holder =
      pid === null ? 'another running Cody Desktop' : `another running Cody Desktop (process ${pid})`;
    const message =
      `The data folder ${absolute} is in use by ${holder}. ` +
      `Use that one, end it first, or start this one with another folder: --data-dir DIR.`;
    return { ok: false, code: 'in_use', message, pid };
  }
  if (!lock.taken) return notWritable(absolute, lock.reason);

  try {
    await writeFile(pidFile, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    lock.release();
    return notWritable(absolute, errorMessage(error));
  }

  let released = false;
  return {
    ok: true,
    folder: absolute,
    async release() {
      if (released) return;
      released = true;
      // The pid goes first: once the lock is free, the file may be the next holder's.
      await rm(pidFile, { force: true }).catch(() => undefined);
      lock.release();
    },
  };
}

function notWritable(folder: string, reason: string): OpenDataFolderResult {
  const message =
    `The data folder ${folder} cannot be used: ${reason}. ` +
    `Make it a folder that you may write to, or choose another with --data-dir DIR.`;
  return { ok: false, code: 'not_writable', message };
}

async function readPid(pidFile: string): Promise<number | null> {
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  return /^\d{1,10}\n?$/.test(text) ? Number.parseInt(text, 10) : null;
}
