import { constants } from 'node:fs';
import { copyFile, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../clock.ts';
import { errorCode, errorMessage } from './error-code.ts';

/** What a JSON file holds, or why that cannot be said. `reason` is for people. */
export type JsonFile =
  | { found: true; value: unknown }
  | { found: false; missing: true }
  | { found: false; missing: false; reason: string };

/** Reads a JSON file (UTF-8, a byte-order mark is allowed). Never throws. */
export async function readJsonFile(file: string): Promise<JsonFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { found: false, missing: true };
    return { found: false, missing: false, reason: `it cannot be read (${errorMessage(error)})` };
  }
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return { found: true, value };
  } catch (error) {
    return { found: false, missing: false, reason: `it is not valid JSON (${jsonProblem(error)})` };
  }
}

/**
 * Puts `text` into the file so that at any moment, even if the power fails, the file holds either all of the old or all
 * of the new; its mode is 0600. Rejects with the system's error, the old file untouched. Two writers of one file must
 * take turns.
 *
 * Not by the npm package `write-file-atomic`: its version 8 ignores how much of the text was written, so that on a full
 * disk it replaces a whole file by the beginning of one and reports success.
 */
export async function writeFileAtomically(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.chmod(0o600);
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/**
 * Moves a file that cannot be used out of the way: `settings.json` becomes `settings.damaged-20260131-235959.json`
 * (UTC), or `….1.json` and so on; no file is ever overwritten. Returns the new file's name, without its folder.
 * Rejects with the system's error.
 */
export async function setAside(file: string, clock: Clock): Promise<string> {
  return await underFreeName(file, 'damaged', clock, async (target) => {
    // The name is reserved first, since a rename alone would replace a file that has it.
    const reserved = await open(target, 'wx', 0o600);
    await reserved.close();
    await rename(file, target).catch(async (error: unknown) => {
      await rm(target, { force: true });
      throw error;
    });
  });
}

/** Like `setAside`, but the file stays and a copy is made; `why` becomes part of the copy's name. */
export async function copyAside(file: string, why: string, clock: Clock): Promise<string> {
  return await underFreeName(file, why, clock, (target) => copyFile(file, target, constants.COPYFILE_EXCL));
}

async function underFreeName(
  file: string,
  why: string,
  clock: Clock,
  put: (target: string) => Promise<void>,
): Promise<string> {
  const { dir, name, ext } = path.parse(file);
  const stamp = new Date(clock.wallMs()).toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  for (let count = 0; ; count += 1) {
    const asideName = `${name}.${why}-${stamp}${count === 0 ? '' : `.${count}`}${ext}`;
    try {
      await put(path.join(dir, asideName));
      return asideName;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

// So that the new name, too, survives a power failure. Windows has no such call, and some file systems refuse it.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  if (!handle) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}

// V8 quotes a piece of the text in its message; only the place is told here, for the text may hold anything.
function jsonProblem(error: unknown): string {
  const message = errorMessage(error);
  const place = /at position \d+(?: \(line \d+ column \d+\))?/.exec(message);
  if (place) return place[0];
  return message.startsWith('Unexpected end')
    ? 'it ends too early'
    : 'it holds a character that does not belong there';
}
