import { useEffect, useState } from 'react';
import { describeProblem } from '../describe-problem.ts';
import { useTranslator } from '../window-context.tsx';
import { IconButton } from './button.tsx';

const successShownMs = 1_500;
const problemShownMs = 8_000;

interface CopyButtonProps {
  /** What is copied, for screen readers and as tooltip. */
  readonly label: string;
  /** Gives the text, perhaps by asking the host; null if there is none any more. */
  readonly read: () => string | null | Promise<string | null>;
  readonly disabled?: boolean;
}

interface Outcome {
  readonly copied: boolean;
  readonly words: string;
}

/** Copies a text, and says for a moment that it did, in sight and to screen readers; or why it could not. */
export function CopyButton({ label, read, disabled = false }: CopyButtonProps) {
  const translator = useTranslator();
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  useEffect(() => {
    if (!outcome) return undefined;
    const timeout = setTimeout(() => setOutcome(null), outcome.copied ? successShownMs : problemShownMs);
    return () => clearTimeout(timeout);
  }, [outcome]);

  const copy = async (): Promise<Outcome> => {
    let text;
    try {
      text = await read();
    } catch (error) {
      return { copied: false, words: describeProblem(error, translator) };
    }
    if (text === null) return { copied: false, words: translator.text('action.nothingToCopy') };
    try {
      await navigator.clipboard.writeText(text);
      return { copied: true, words: translator.text('action.copied') };
    } catch {
      return { copied: false, words: translator.text('action.copyFailed') };
    }
  };

  return (
    <span className="relative inline-flex">
      <IconButton
        icon={outcome?.copied ? 'check' : 'copy'}
        label={label}
        disabled={disabled}
        onClick={() => void copy().then(setOutcome)}
      />
      <output
        className={`pointer-events-none absolute right-0 bottom-full z-10 mb-1 w-max max-w-64 rounded-tag bg-text px-2 py-1 font-sans text-xs text-page ${outcome ? '' : 'opacity-0'}`}
      >
        {outcome?.words}
      </output>
    </span>
  );
}
