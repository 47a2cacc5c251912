import { Entrant } from '../entrant.ts';
import type { Measure } from './measure.ts';

const startsPerRound = 5;

/** From the spawn to the announcing line and to the first connection taken; median of the round's starts. */
export const start: Measure = {
  name: 'start',
  rounds: 'few',
  includesDirect: false,
  run: async (arena, entrant) => {
    const announced: number[] = [];
    const accepted: number[] = [];
    // The first start only makes the folders: a user's everyday start is what counts.
    for (let index = 0; index <= startsPerRound; index += 1) {
      const started = await Entrant.start(entrant.contestant, {
        upstreamPort: arena.upstream.port,
        children: arena.children,
        folderName: 'start',
      });
      const { announcedMs, acceptedMs } = started.startTimes;
      await started.stop(arena.children);
      if (index === 0) continue;
      accepted.push(acceptedMs);
      if (announcedMs !== null) announced.push(announcedMs);
    }
    return { acceptedMs: middle(accepted), announcedMs: middle(announced) };
  },
};

function middle(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
