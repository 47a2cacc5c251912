import { useId, type ComponentProps } from 'react';

type TextFieldProps = Omit<ComponentProps<'input'>, 'className' | 'id'> & {
  label: string;
  /** The id of the text that says more about the field, such as what was wrong with it. */
  describedBy?: string | undefined;
};

/** A text field with its label above it. Secrets are typed as `password` and are kept out of browsers' memories. */
export function TextField({ label, describedBy, ...props }: TextFieldProps) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1">
      <label htmlFor={id} className="text-quiet">
        {label}
      </label>
      <input
        id={id}
        aria-describedby={describedBy}
        className="h-8 w-full rounded-box border border-edge bg-surface px-2 font-mono text-sm placeholder:text-quiet aria-invalid:border-bad"
        {...props}
      />
    </div>
  );
}
