import type { ChildProcesses } from '../child-processes.ts';
import type { Contestant } from '../contestants/contestant.ts';
import { Entrant } from '../entrant.ts';
import type { LoadProcess } from '../load-process.ts';
import type { UpstreamProcess } from '../upstream-process.ts';

/** Figures of one contestant in one round, by name; `undefined` where it has no such figure. */
export type Figures = Record<string, number | undefined>;

/** What a measure works with. */
export interface Arena {
  children: ChildProcesses;
  upstream: UpstreamProcess;
  load: LoadProcess;
  probe: LoadProcess;
  /** Factor on all durations: 1, or less for a quick look. */
  pace: number;
}

/** One thing that is measured on one contestant at a time. */
export interface Measure {
  name: string;
  /** `each` round, or only a `few` of them, for what takes long and scatters little. */
  rounds: 'each' | 'few';
  /** Whether it means anything without a proxy. */
  includesDirect: boolean;
  run(arena: Arena, entrant: Entrant): Promise<Figures>;
}

/** Runs `use` on a newly started process of a contestant and ends that process whatever happens. */
export async function withFreshProcess<Result>(
  arena: Arena,
  contestant: Contestant,
  use: (entrant: Entrant) => Promise<Result>,
): Promise<Result> {
  const { children, upstream } = arena;
  const entrant = await Entrant.start(contestant, {
    upstreamPort: upstream.port,
    children,
    folderName: 'fresh',
  });
  try {
    return await use(entrant);
  } finally {
    await arena.load.run({ kind: 'release' });
    await entrant.stop(children);
  }
}
