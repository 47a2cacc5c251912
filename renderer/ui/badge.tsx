import type { ReactNode } from 'react';

const tones = {
  neutral: 'bg-inset text-quiet',
  good: 'bg-inset text-good',
  warn: 'bg-warn-surface text-warn',
} as const;

/** A word or two about a state. */
export function Badge({ tone = 'neutral', children }: { tone?: keyof typeof tones; children: ReactNode }) {
  return (
    <span
      className={`inline-block rounded-tag px-2 py-0.5 text-xs font-medium whitespace-nowrap ${tones[tone]}`}
    >
      {children}
    </span>
  );
}
