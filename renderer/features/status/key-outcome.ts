import type { CodyKeyCheck, SaveCodyKeyResult } from '../../../shared/contract/cody-key.ts';
import type { Translator } from '../../i18n/translator.ts';

/** What came of saving or checking a key, in the user's words. */
export interface KeyOutcome {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly words: string;
  /** What the core adds, in English; null if nothing. */
  readonly detail: string | null;
  /** What Cody says of the key, as given. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

export function describeSaving(result: SaveCodyKeyResult, translator: Translator): KeyOutcome {
  if (result.saved) return describeCheck(result.check, 'saved', translator);
  const words = translator.text(`key.notSaved.${result.code}`);
  return { tone: 'bad', words, detail: result.message, facts: [] };
}

export function describeCheck(
  check: CodyKeyCheck,
  after: 'saved' | 'check',
  translator: Translator,
): KeyOutcome {
  if (check.outcome === 'accepted') {
    const words =
      check.modelCount === null
        ? translator.text(`key.${after}.accepted`)
        : translator.text(`key.${after}.acceptedModels`, { count: check.modelCount });
    return { tone: 'good', words, detail: null, facts: listFacts(check.facts) };
  }
  const words = translator.text(`key.${after}.${check.outcome}`);
  const tone = check.outcome === 'refused' ? 'bad' : 'warn';
  return { tone, words, detail: check.message, facts: [] };
}

/** The shape of `/v1/me` is not known: whatever comes is shown, what is no plain value as JSON. */
function listFacts(facts: Record<string, unknown> | null): [string, string][] {
  return Object.entries(facts ?? {})
    .slice(0, 12)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
}
