import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { useTranslator } from '../../window-context.tsx';

interface KeyActionsProps {
  readonly busy: boolean;
  /** Whether the first button is to have the focus as soon as it is there. */
  readonly takesFocus: boolean;
  readonly onReplace: () => void;
  readonly onCheck: () => void;
  readonly onRemove: () => void;
}

/** What can be done with a key that is there. Forgetting it asks first, in the same place. */
export function KeyActions({ busy, takesFocus, onReplace, onCheck, onRemove }: KeyActionsProps) {
  const translator = useTranslator();
  /** `answered` once it has been asked and the key is to stay. */
  const [phase, setPhase] = useState<'idle' | 'asking' | 'answered'>('idle');
  if (phase === 'asking') {
    return (
      <fieldset className="min-w-0">
        <legend className="mb-2">{translator.text('key.removeQuestion')}</legend>
        <div className="flex flex-wrap gap-2">
          <Button look="danger" disabled={busy} onClick={onRemove}>
            {translator.text('key.removeConfirm')}
          </Button>
          {/* The harmless answer has the focus: a second Enter forgets nothing. */}
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
          <Button autoFocus disabled={busy} onClick={() => setPhase('answered')}>
            {translator.text('key.removeKeep')}
          </Button>
        </div>
      </fieldset>
    );
  }
  return (
    <div className="flex flex-wrap gap-2">
      {/* oxlint-disable jsx-a11y/no-autofocus -- each takes the place of what had the focus */}
      <Button disabled={busy} onClick={onCheck} autoFocus={takesFocus && phase === 'idle'}>
        {translator.text('key.check')}
      </Button>
      <Button disabled={busy} onClick={onReplace}>
        {translator.text('key.replace')}
      </Button>
      <Button disabled={busy} onClick={() => setPhase('asking')} autoFocus={phase === 'answered'}>
        {translator.text('key.remove')}
      </Button>
      {/* oxlint-enable jsx-a11y/no-autofocus */}
    </div>
  );
}
