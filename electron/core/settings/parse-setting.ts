import type { SettingsPatch } from '../../../shared/settings.ts';
import { checkSettings } from './check-settings.ts';
import { defaultAt, unknownSettingMessage } from './setting-paths.ts';
import { isJsonObject } from './settings-tree.ts';

/** A change to one setting, or why the text is none, in words. */
export type ParsedSetting = { ok: true; patch: SettingsPatch } | { ok: false; message: string };

/**
 * Reads `path=value` as given to `--set`, such as `limits.perMinute=0`. The value is read by the setting's type: a
 * number, true/false (or on/off, yes/no), text, or a list as JSON array or with commas (empty = the empty list). The
 * value must be valid on its own; rules between settings are the settings store's matter.
 */
export function parseSettingAssignment(text: string): ParsedSetting {
  const equals = text.indexOf('=');
  if (equals < 1) {
    return {
      ok: false,
      message: `Write a setting as path=value, such as limits.perMinute=0, not ${JSON.stringify(text)}.`,
    };
  }
  const path = text.slice(0, equals).trim();
  const written = text.slice(equals + 1).trim();
  const defaultValue = defaultAt(path);
  if (defaultValue === undefined) return { ok: false, message: unknownSettingMessage(path) };

  const read = readValue(written, defaultValue);
  if (!read.ok)
    return { ok: false, message: `${path} must be ${read.expected}, not ${JSON.stringify(written)}.` };
  const patch = path.split('.').reduceRight<unknown>((value, name) => ({ [name]: value }), read.value);
  if (!isJsonObject(patch)) return { ok: false, message: unknownSettingMessage(path) };

  const checked = checkSettings(patch);
  const problem = checked.ok ? undefined : checked.problems.find(({ at }) => at.join('.').startsWith(path));
  return problem ? { ok: false, message: `${path}: ${problem.message}` } : { ok: true, patch };
}

type ReadValue = { ok: true; value: unknown } | { ok: false; expected: string };

function readValue(written: string, defaultValue: unknown): ReadValue {
  if (typeof defaultValue === 'number') {
    const value = Number(written);
    return written !== '' && Number.isFinite(value)
      ? { ok: true, value }
      : { ok: false, expected: 'a number' };
  }
  if (typeof defaultValue === 'boolean') {
    if (/^(?:true|on|yes)$/i.test(written)) return { ok: true, value: true };
    if (/^(?:false|off|no)$/i.test(written)) return { ok: true, value: false };
    return { ok: false, expected: 'true or false' };
  }
  return Array.isArray(defaultValue) ? readList(written) : { ok: true, value: written };
}

function readList(written: string): ReadValue {
  if (!written.startsWith('[')) {
    const items = written.split(',').map((item) => item.trim());
    return { ok: true, value: items.filter((item) => item !== '') };
  }
  try {
    const value: unknown = JSON.parse(written);
    return { ok: true, value };
  } catch {
    return { ok: false, expected: 'a list: either a JSON array or values with commas between them' };
  }
}
