import { settingsSchema, type Settings } from '../../../shared/settings.ts';
import { normalizeBaseUrl } from './normalize-base-url.ts';
import { findRuleProblems } from './settings-rules.ts';
import { mergeTrees, valueAt, type JsonObject, type SettingPath } from './settings-tree.ts';

/** Settings that may be used, or all that is wrong with them: the place as keys, and a sentence. */
export type CheckedSettings =
  | { ok: true; settings: Settings }
  | { ok: false; problems: { at: SettingPath; message: string }[] };

/**
 * Makes settings of a tree from a file or a caller: defaults fill what is missing, unknown keys are left out, the
 * upstream's address is normalised. Refuses values against the schema and against the rules between settings.
 */
export function checkSettings(tree: JsonObject): CheckedSettings {
  const baseUrl = valueAt(tree, ['upstream', 'baseUrl']);
  const normalized = typeof baseUrl === 'string' ? normalizeBaseUrl(baseUrl) : undefined;
  const uniform = normalized?.ok ? mergeTrees(tree, { upstream: { baseUrl: normalized.baseUrl } }) : tree;

  const parsed = settingsSchema.safeParse(uniform);
  const problems: { at: SettingPath; message: string }[] =
    parsed.error?.issues.map((issue) => ({ at: issue.path, message: issue.message })) ?? [];
  if (
    normalized &&
    !normalized.ok &&
    !problems.some((problem) => problem.at.join('.') === 'upstream.baseUrl')
  ) {
    problems.push({ at: ['upstream', 'baseUrl'], message: normalized.message });
  }
  if (problems.length > 0 || !parsed.success) return { ok: false, problems };

  const ruleProblems = findRuleProblems(parsed.data);
  if (ruleProblems.length === 0) return { ok: true, settings: parsed.data };
  return { ok: false, problems: ruleProblems.map(({ path, message }) => ({ at: path.split('.'), message })) };
}
