import { settingsSchema } from '../../../shared/settings.ts';
import { leafPaths, valueAt } from './settings-tree.ts';

const defaults = settingsSchema.parse({});

/** The paths of all settings, such as `limits.perMinute`; `version` is none. */
export const settingPaths: readonly string[] = leafPaths(defaults)
  .map((path) => path.join('.'))
  .filter((path) => path !== 'version');

/** The default of a setting; undefined where there is no such setting. Its type is the setting's type. */
export function defaultAt(path: string): unknown {
  return settingPaths.includes(path) ? valueAt(defaults, path.split('.')) : undefined;
}

/** Says that there is no such setting, and which one may have been meant. */
export function unknownSettingMessage(path: string): string {
  const nearest = settingPaths
    .map((candidate) => ({ candidate, distance: likeness(path.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  return `There is no setting ${JSON.stringify(path)}.${nearest ? ` Did you mean ${nearest.candidate}?` : ''}`;
}

// A path's last name alone (`port`) is as good as a path with one wrong letter.
function likeness(written: string, candidate: string): number {
  const name = candidate.slice(candidate.lastIndexOf('.') + 1);
  const writtenName = written.slice(written.lastIndexOf('.') + 1);
  return Math.min(editDistance(written, candidate), editDistance(writtenName, name) + 1);
}

/** How many letters must be added, removed or replaced to make `a` of `b` (Levenshtein). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of a.split('').entries()) {
    const current = [row + 1];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (letter === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
