import type { SettingsPatch } from '../../../shared/settings.ts';
import type { Door } from '../../door/door.ts';
import type { Translator } from '../../i18n/translator.ts';

/** Changes settings as a whole or not at all; gives null, or why they stay as they are. */
export async function changeSettings(
  door: Door,
  translator: Translator,
  patch: SettingsPatch,
): Promise<string | null> {
  const result = await door.settings.update(patch);
  if (result.updated) return null;
  const reason = result.problems.map((problem) => problem.message).join(' ');
  return translator.text('action.notSaved', { reason });
}
