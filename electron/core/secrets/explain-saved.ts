import type { CodyKeyCheck, CodyKeyStatus } from '../../../shared/contract/cody-key.ts';

/** Says in words where a key was saved, and what the upstream said of it. */
export function explainSaved(status: CodyKeyStatus, check: CodyKeyCheck, replacedUnknown: boolean): string {
  const checked =
    check.outcome === 'accepted' ? explainAccepted(check.modelCount) : explainUnchecked(check.message);
  return [checked, explainPlace(status), replacedUnknown ? 'It replaces another key that was there.' : '']
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function explainAccepted(modelCount: number | null): string {
  if (modelCount === null) return 'The key works.';
  return `The key works; it has ${modelCount} ${modelCount === 1 ? 'model' : 'models'}.`;
}

function explainUnchecked(message: string): string {
  return `Saved, but could not be checked: ${message}`;
}

function explainPlace({ source, store }: CodyKeyStatus): string {
  if (source === 'keychain') return `It is kept in the key store (${store.name}).`;
  const forgotten = 'It is kept in memory for this run only and is forgotten when the program ends.';
  if (store.reason === null) return forgotten;
  const untouched = store.state === 'missing' ? '' : ' A key that is in the store stays there untouched.';
  return `${forgotten} ${store.reason}${untouched}`;
}
