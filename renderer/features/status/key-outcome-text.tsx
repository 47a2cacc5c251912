import type { KeyOutcome } from './key-outcome.ts';

const tones = { good: 'text-good', warn: 'text-warn', bad: 'text-bad' } as const;

/** What came of the last action on the key; read out by screen readers when it comes. */
export function KeyOutcomeText({ id, outcome }: { id: string; outcome: KeyOutcome | null }) {
  return (
    <output id={id} className="block empty:hidden">
      {outcome && (
        <>
          <p className={`font-medium ${tones[outcome.tone]}`}>{outcome.words}</p>
          {outcome.remedy && <p className="text-quiet">{outcome.remedy}</p>}
          {outcome.detail && (
            <p lang="en" className="break-words text-quiet">
              {outcome.detail}
            </p>
          )}
          {outcome.facts.length > 0 && (
            <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 font-mono text-xs">
              {outcome.facts.map(([name, value]) => (
                <div key={name} className="col-span-2 grid grid-cols-subgrid">
                  <dt className="text-quiet">{name}</dt>
                  <dd className="truncate">{value}</dd>
                </div>
              ))}
            </dl>
          )}
        </>
      )}
    </output>
  );
}
