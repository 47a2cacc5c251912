import type { KeyStoreStatus } from '../../../shared/contract/cody-key.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useTranslator } from '../../window-context.tsx';

interface KeyStoreNoteProps {
  readonly store: KeyStoreStatus;
  readonly busy: boolean;
  /** Looks for the key in the store again; null where that would change nothing. */
  readonly onLookAgain: (() => void) | null;
}

/** Says that the keychain cannot be used, what that means for the key, and what to do; nothing while it is ready. */
export function KeyStoreNote({ store, busy, onLookAgain }: KeyStoreNoteProps) {
  const translator = useTranslator();
  if (store.state === 'ready') return null;
  return (
    <div className="flex gap-2">
      <Icon name="info" className="mt-0.5 text-warn" />
      <div className="flex min-w-0 flex-col items-start gap-2">
        <div>
          <p>{translator.text(`key.store.${store.state}`)}</p>
          <p lang="en" className="text-xs text-quiet">
            {store.reason}
          </p>
        </div>
        {onLookAgain && store.state !== 'missing' && (
          <Button disabled={busy} onClick={onLookAgain}>
            {translator.text('key.store.lookAgain')}
          </Button>
        )}
      </div>
    </div>
  );
}
