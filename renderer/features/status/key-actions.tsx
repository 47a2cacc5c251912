import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { useTranslator } from '../../window-context.tsx';

interface KeyActionsProps {
  readonly busy: boolean;
  readonly onReplace: () => void;
  readonly onCheck: () => void;
  readonly onRemove: () => void;
}

/** What can be done with a key that is there. Forgetting it asks first, in the same place. */
export function KeyActions({ busy, onReplace, onCheck, onRemove }: KeyActionsProps) {
  const translator = useTranslator();
  const [asking, setAsking] = useState(false);
  if (asking) {
    return (
      <fieldset className="min-w-0">
        <legend className="mb-2">{translator.text('key.removeQuestion')}</legend>
        <div className="flex flex-wrap gap-2">
          <Button look="danger" disabled={busy} onClick={onRemove}>
            {translator.text('key.removeConfirm')}
          </Button>
          {/* The harmless answer has the focus: a second Enter forgets nothing. */}
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
          <Button autoFocus disabled={busy} onClick={() => setAsking(false)}>
            {translator.text('key.removeKeep')}
          </Button>
        </div>
      </fieldset>
    );
  }
  return (
    <div className="flex flex-wrap gap-2">
      <Button disabled={busy} onClick={onCheck}>
        {translator.text('key.check')}
      </Button>
      <Button disabled={busy} onClick={onReplace}>
        {translator.text('key.replace')}
      </Button>
      <Button disabled={busy} onClick={() => setAsking(true)}>
        {translator.text('key.remove')}
      </Button>
    </div>
  );
}
