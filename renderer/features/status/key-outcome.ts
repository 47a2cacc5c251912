import type { CodyKeyCheck, CodyKeyStatus, SaveCodyKeyResult } from '../../../shared/contract/cody-key.ts';
import type { Translator } from '../../i18n/translator.ts';

/** What came of saving, checking or forgetting a key, in the user's words. */
export interface KeyOutcome {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly words: string;
  /** What to do about it; null if nothing. */
  readonly remedy: string | null;
  /** What the core adds, in English; null if nothing. */
  readonly detail: string | null;
  /** What Cody says of the key, as given. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

export function describeSaving(result: SaveCodyKeyResult, translator: Translator): KeyOutcome {
  if (result.saved) return describeCheck(result.check, 'saved', translator);
  const words = translator.text(`key.notSaved.${result.code}`);
  return result.code === 'refused_by_upstream'
    ? outcome('bad', words, { remedy: translator.text('key.refused.remedy') })
    : outcome('bad', words, { detail: result.message });
}

export function describeCheck(
  check: CodyKeyCheck,
  after: 'saved' | 'check',
  translator: Translator,
): KeyOutcome {
  switch (check.outcome) {
    case 'accepted': {
      const words =
        check.modelCount === null
          ? translator.text(`key.${after}.accepted`)
          : translator.text(`key.${after}.acceptedModels`, { count: check.modelCount });
      return outcome('good', words, { facts: listFacts(check.facts) });
    }
    case 'refused':
      return outcome('bad', translator.text(`key.${after}.refused`), {
        remedy: translator.text('key.refused.remedy'),
      });
    case 'unchecked':
      return outcome('warn', translator.text(`key.${after}.unchecked`), {
        detail: asSentence(check.message),
      });
  }
}

/** A key was looked for, and there is none to check; the card says why. */
export function describeNone(translator: Translator): KeyOutcome {
  return outcome('warn', translator.text('key.foundNone'));
}

/** `status` is what `remove` gave. A key that a locked store keeps is only forgotten for this run; the card says why. */
export function describeRemoval({ store }: CodyKeyStatus, translator: Translator): KeyOutcome {
  return store.state === 'ready' || store.state === 'missing'
    ? outcome('good', translator.text('key.removed'))
    : outcome('warn', translator.text('key.removedForThisRun'));
}

function outcome(
  tone: KeyOutcome['tone'],
  words: string,
  more: Partial<Omit<KeyOutcome, 'tone' | 'words'>> = {},
): KeyOutcome {
  return { tone, words, remedy: null, detail: null, facts: [], ...more };
}

function asSentence(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** The shape of `/v1/me` is not known: whatever comes is shown, what is no plain value as JSON. */
function listFacts(facts: Record<string, unknown> | null): [string, string][] {
  return Object.entries(facts ?? {})
    .slice(0, 12)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
}
