import { useId } from 'react';

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  /** One sentence on what the chosen option means. */
  readonly hint: string;
  readonly onChange: (value: T) => void;
}

/** One of a few: radio buttons side by side. Arrow keys move between them, as in every radio group. */
export function Choice<T extends string>({ label, options, value, hint, onChange }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className="min-w-0" aria-describedby={`${name}-hint`}>
      <legend className="mb-1 text-quiet">{label}</legend>
      <div className="flex gap-1 rounded-box bg-inset p-1">
        {options.map((option) => (
          <label
            key={option.value}
            className="flex min-h-6 flex-auto items-center justify-center rounded-tag border border-transparent px-2 text-center whitespace-nowrap text-[13px] font-medium text-quiet transition-colors hover:text-text has-checked:border-line-strong has-checked:bg-raised has-checked:text-text has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="sr-only"
            />
            {option.label}
          </label>
        ))}
      </div>
      <p id={`${name}-hint`} className="mt-1 text-quiet">
        {hint}
      </p>
    </fieldset>
  );
}
