import type { ComponentProps } from 'react';
import { Icon, type IconName } from './icon.tsx';

const looks = {
  primary:
    'border border-accent-fill bg-accent-fill text-on-accent-fill hover:border-accent-fill-hover hover:bg-accent-fill-hover',
  secondary: 'border border-line-strong bg-surface text-text hover:bg-inset',
  danger: 'border border-bad bg-surface text-bad hover:bg-bad-surface',
  /** On the loud banner only. */
  loud: 'bg-on-loud text-loud hover:opacity-90',
} as const;

type ButtonProps = Omit<ComponentProps<'button'>, 'className' | 'type'> & {
  look?: keyof typeof looks;
  type?: 'button' | 'submit';
};

/** A button with words. Disabled ones keep their size and place. */
export function Button({ look = 'secondary', type = 'button', ...props }: ButtonProps) {
  return (
    <button
      // oxlint-disable-next-line react/button-has-type -- it is one of the two, see ButtonProps
      type={type}
      className={`inline-flex h-8 shrink-0 items-center justify-center rounded-box px-3 text-sm font-medium whitespace-nowrap transition-colors disabled:border-line disabled:bg-inset disabled:text-quiet ${looks[look]}`}
      {...props}
    />
  );
}

type IconButtonProps = Omit<ComponentProps<'button'>, 'className' | 'type' | 'children' | 'title'> & {
  icon: IconName;
  /** Its name for screen readers, and its tooltip. */
  label: string;
};

/** A button with a picture only. */
export function IconButton({ icon, label, ...props }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className="inline-flex size-8 shrink-0 items-center justify-center rounded-box text-quiet transition-colors enabled:hover:bg-line enabled:hover:text-text disabled:opacity-50"
      {...props}
    >
      <Icon name={icon} />
    </button>
  );
}
