import { useEffect, useState } from 'react';
import { useTranslator } from '../window-context.tsx';
import { IconButton } from './button.tsx';

const shownMs = 1_500;

interface CopyButtonProps {
  /** What is copied, for screen readers and as tooltip. */
  readonly label: string;
  /** Gives the text; null if there is none. */
  readonly read: () => string | null | Promise<string | null>;
  readonly disabled?: boolean;
}

/** Copies a text, and says for a moment that it did, in sight and to screen readers; or why it could not. */
export function CopyButton({ label, read, disabled = false }: CopyButtonProps) {
  const translator = useTranslator();
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null);

  useEffect(() => {
    if (outcome !== 'copied') return undefined;
    const timeout = setTimeout(() => setOutcome(null), shownMs);
    return () => clearTimeout(timeout);
  }, [outcome]);

  const copy = async (): Promise<void> => {
    try {
      const text = await read();
      if (text === null) return;
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      setOutcome('failed');
    }
  };

  const words = outcome && translator.text(outcome === 'copied' ? 'action.copied' : 'action.copyFailed');
  return (
    <span className="relative inline-flex">
      <IconButton
        icon={outcome === 'copied' ? 'check' : 'copy'}
        label={label}
        disabled={disabled}
        onClick={() => void copy()}
      />
      <output
        className={`pointer-events-none absolute right-0 bottom-full z-10 mb-1 w-max max-w-64 rounded-tag bg-text px-2 py-1 text-xs text-page ${outcome ? '' : 'opacity-0'}`}
      >
        {words}
      </output>
    </span>
  );
}
