import { setTimeout as sleep } from 'node:timers/promises';
import type { BodyName } from '../bodies.ts';
import type { CancelJob } from '../jobs.ts';
import type { UpstreamMode, UpstreamStats } from '../upstream-mode.ts';
import type { Arena, Measure } from './measure.ts';

const requests = 20;
const seenWithinMs = 1_500;
const askEveryMs = 50;

/** The client leaves: the share of requests whose close the upstream saw within 1.5 s, and how long that took. */
export function cancel(
  name: string,
  mode: UpstreamMode,
  { body, leaveAt }: { body: BodyName; leaveAt: CancelJob['leaveAt'] },
): Measure {
  return {
    name: `cancel-${name}`,
    rounds: 'few',
    includesDirect: true,
    run: async (arena, entrant) => {
      await arena.upstream.reset();
      const { leftNs } = await arena.load.run({
        kind: 'cancel',
        request: entrant.chatRequest(mode, body, true),
        leaveAt,
        count: Math.ceil(requests * arena.pace),
        idPrefix: name,
      });
      const stats = await statsOnceClosed(arena);
      await arena.upstream.reset();
      const arrived = Object.keys(stats.arrivedNs).length;
      if (arrived === 0) throw new Error('no request reached the upstream');
      const tookMs = Object.entries(stats.closedNs)
        .map(([id, closedNs]) => Number(BigInt(closedNs) - BigInt(leftNs[id] ?? 0)) / 1e6)
        .filter((ms) => ms >= 0)
        .toSorted((a, b) => a - b);
      return { share: tookMs.length / arrived, p50Ms: tookMs[Math.floor(tookMs.length / 2)] };
    },
  };
}

async function statsOnceClosed(arena: Arena): Promise<UpstreamStats> {
  const stopAtMs = performance.now() + seenWithinMs;
  let stats = await arena.upstream.stats();
  while (stats.openAnswers > 0 && performance.now() < stopAtMs) {
    await sleep(askEveryMs);
    stats = await arena.upstream.stats();
  }
  return stats;
}
