import { useId, type ReactNode } from 'react';

interface CardProps {
  readonly title: string;
  /** What stands at the right of the title, such as a switch or a badge. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A section with a title, on a surface of its own. */
export function Card({ title, aside, children }: CardProps) {
  const titleId = useId();
  return (
    <section
      aria-labelledby={titleId}
      className="flex min-w-0 flex-col rounded-box border border-line bg-surface"
    >
      <header className="flex min-h-12 items-center justify-between gap-4 border-b border-line px-4 py-2">
        <h2 id={titleId} className="font-semibold">
          {title}
        </h2>
        {aside}
      </header>
      <div className="flex flex-1 flex-col">{children}</div>
    </section>
  );
}
