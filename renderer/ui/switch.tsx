interface SwitchProps {
  readonly checked: boolean;
  /** Its name for screen readers. */
  readonly label: string;
  readonly busy?: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** A switch (WAI-ARIA `switch`): space or enter turns it. While busy it stays where it is and cannot be turned. */
export function Switch({ checked, label, busy = false, onChange }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      aria-busy={busy}
      title={label}
      onClick={() => !busy && onChange(!checked)}
      className={`relative h-6 w-10 shrink-0 rounded-round transition-colors ${checked ? 'bg-accent' : 'bg-edge'} ${busy ? 'opacity-60' : ''}`}
    >
      <span
        className={`absolute top-1 left-1 size-4 rounded-round bg-white transition-transform ${checked ? 'translate-x-4' : ''}`}
      />
    </button>
  );
}
