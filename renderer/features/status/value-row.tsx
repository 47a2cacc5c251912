import type { ReactNode } from 'react';

/** A name and its value in a box, with the value's buttons at its end. */
export function ValueRow({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[7rem_minmax(0,1fr)] items-center gap-2">
      <span className="text-quiet">{label}</span>
      <div className="flex min-h-9 min-w-0 items-center gap-1 rounded-box bg-inset pr-0.5 pl-3 font-mono text-[13px] [&>:first-child]:flex-1">
        {children}
      </div>
    </div>
  );
}
