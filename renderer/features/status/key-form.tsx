import { useState, type FormEvent } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useTranslator } from '../../window-context.tsx';

interface KeyFormProps {
  /** There is a key already; this one would take its place. */
  readonly replacing: boolean;
  readonly busy: boolean;
  readonly invalid: boolean;
  /** Whether the field is to have the focus as soon as it is there. */
  readonly takesFocus: boolean;
  readonly outcomeId: string;
  readonly onSave: (key: string) => void;
  readonly onCancel: () => void;
}

/** Where the Cody key is typed or pasted. It is held by this form alone, and gone with it. */
export function KeyForm(props: KeyFormProps) {
  const { replacing, busy, invalid, takesFocus, outcomeId, onSave, onCancel } = props;
  const translator = useTranslator();
  const [key, setKey] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const trimmed = key.trim();
    if (trimmed !== '' && !busy) onSave(trimmed);
  };
  return (
    <form onSubmit={submit} className="flex items-end gap-2">
      <TextField
        label={translator.text(replacing ? 'key.fieldNew' : 'key.field')}
        type="password"
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- it took the place of what had the focus
        autoFocus={takesFocus}
        name="cody-key"
        autoComplete="off"
        spellCheck={false}
        placeholder={translator.text('key.placeholder')}
        value={key}
        readOnly={busy}
        aria-invalid={invalid}
        describedBy={outcomeId}
        onChange={(event) => setKey(event.target.value)}
      />
      <Button type="submit" look="primary" disabled={busy || key.trim() === ''}>
        {translator.text(busy ? 'key.saving' : 'key.save')}
      </Button>
      {replacing && (
        <Button disabled={busy} onClick={onCancel}>
          {translator.text('key.cancel')}
        </Button>
      )}
    </form>
  );
}
