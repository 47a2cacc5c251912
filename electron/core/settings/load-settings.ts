import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Notice } from '../../../shared/contract/app.ts';
import type { Clock } from '../clock.ts';
import { copyAside, readJsonFile, setAside, writeFileAtomically } from '../data-folder/atomic-file.ts';
import { errorMessage } from '../data-folder/error-code.ts';
import { checkSettings } from './check-settings.ts';
import { migrateDocument } from './migrations.ts';
import { isJsonObject, withoutPaths, type JsonObject } from './settings-tree.ts';

/** The settings file's contents in our version, valid, with all keys we do not know. */
export type LoadedSettings = {
  document: JsonObject;
  notices: Notice[];
  /** Why the file must not be written: it could be neither used nor set aside. Null when all is well. */
  writeBarrier: string | null;
};

/**
 * Reads the settings file. A missing one is an empty document, and is not made. A damaged one is set aside under
 * another name; of one with single invalid values the others are kept, and written anew. One from a newer version is
 * copied and left in place, so that the newer version still finds it until a setting is changed here. Never throws.
 */
export async function loadSettings(file: string, clock: Clock): Promise<LoadedSettings> {
  const name = path.basename(file);
  const read = await readJsonFile(file);
  if (!read.found && read.missing) return loaded({});
  if (!read.found) return await withFileAside(file, clock, {}, read.reason);
  if (!isJsonObject(read.value)) return await withFileAside(file, clock, {}, 'it holds no JSON object');

  const migrated = migrateDocument(read.value);
  if (!migrated.known) {
    const by = `${name} was written by a newer version of this program (settings version ${migrated.version})`;
    try {
      const copy = (await findSameCopy(file, 'newer')) ?? (await copyAside(file, 'newer', clock));
      return loaded({}, `${by}. This one uses its default settings; a copy of the file is kept as ${copy}.`);
    } catch (error) {
      return barred(`${by} and could not be copied (${errorMessage(error)})`);
    }
  }

  const problems = findProblems(migrated.document);
  if (problems.length === 0) return loaded(migrated.document);
  const { document, reasons } = withoutInvalidValues(migrated.document);
  return await withFileAside(file, clock, document, reasons.join('; '));
}

async function withFileAside(
  file: string,
  clock: Clock,
  document: JsonObject,
  reason: string,
): Promise<LoadedSettings> {
  const name = path.basename(file);
  try {
    const aside = await setAside(file, clock);
    const kept = Object.keys(document).length > 0;
    if (kept) await writeFileAtomically(file, `${JSON.stringify(document, null, 2)}\n`);
    const now = kept
      ? 'All other settings are kept; these are at their defaults now.'
      : 'All settings are at their defaults now.';
    return loaded(document, `${name} could not be used: ${reason}. It was set aside as ${aside}. ${now}`);
  } catch (error) {
    return barred(`${name} could not be used: ${reason}; nor could it be set aside (${errorMessage(error)})`);
  }
}

function loaded(document: JsonObject, message?: string): LoadedSettings {
  const notices: Notice[] = message === undefined ? [] : [{ code: 'settings_set_aside', message }];
  return { document, notices, writeBarrier: null };
}

function barred(trouble: string): LoadedSettings {
  const message = `${trouble}. Default settings are in use, and none can be changed until the file is mended or removed.`;
  return { document: {}, notices: [{ code: 'settings_set_aside', message }], writeBarrier: message };
}

function findProblems(document: JsonObject): { at: readonly PropertyKey[]; message: string }[] {
  const checked = checkSettings(document);
  return checked.ok ? [] : checked.problems;
}

/** Takes away values until the rest is valid. Each round takes at least one, or all that are left. */
function withoutInvalidValues(document: JsonObject): { document: JsonObject; reasons: string[] } {
  const reasons: string[] = [];
  let rest = document;
  for (;;) {
    const problems = findProblems(rest);
    if (problems.length === 0) return { document: rest, reasons };
    reasons.push(
      ...problems.map(({ at, message }) => `${at.map(String).join('.')}: ${message.replace(/\.$/, '')}`),
    );
    const less = withoutPaths(
      rest,
      problems.map(({ at }) => at),
    );
    rest = JSON.stringify(less) === JSON.stringify(rest) ? {} : less;
  }
}

/** The name of a file set aside earlier that holds the very same text; so a start adds no copy to the last one's. */
async function findSameCopy(file: string, why: string): Promise<string | undefined> {
  const { dir, name, ext } = path.parse(file);
  const text = await readFile(file, 'utf8');
  for (const candidate of await readdir(dir)) {
    if (!candidate.startsWith(`${name}.${why}-`) || !candidate.endsWith(ext)) continue;
    if ((await readFile(path.join(dir, candidate), 'utf8')) === text) return candidate;
  }
  return undefined;
}
