import type { BodyName } from '../bodies.ts';
import type { Entrant } from '../entrant.ts';
import type { LoopResult } from '../jobs.ts';
import { cpuNs } from '../process-figures.ts';
import type { UpstreamMode } from '../upstream-mode.ts';
import type { Arena } from './measure.ts';

/** One closed loop as the measures want it. */
export interface LoopWish {
  mode: UpstreamMode;
  body: BodyName;
  connections: number;
  durationMs: number;
  maxRequests: number;
}

/** Runs a closed loop and counts the contestant's processor time meanwhile, if it has any; rejects if a request failed. */
export async function loopWithCpu(
  arena: Arena,
  entrant: Entrant,
  wish: LoopWish,
): Promise<LoopResult & { cpuUsPerRequest: number | undefined; cpuMsPerRequest: number | undefined }> {
  const { connections, maxRequests, durationMs } = wish;
  const request = entrant.chatRequest(wish.mode, wish.body);
  const workers = entrant.workers();
  const before = cpuNs(workers);
  const result = await arena.load.run({
    kind: 'loop',
    request,
    connections,
    maxRequests,
    durationMs: durationMs * arena.pace,
  });
  const spentNs = cpuNs(workers) - before;
  if (result.failures > 0 || result.requests === 0) {
    throw new Error(
      `${result.failures} of the requests failed: ${result.firstFailure ?? 'no answer at all'}`,
    );
  }
  const cpuUsPerRequest = workers.length === 0 ? undefined : spentNs / 1e3 / result.requests;
  const cpuMsPerRequest = workers.length === 0 ? undefined : spentNs / 1e6 / result.requests;
  return { ...result, cpuUsPerRequest, cpuMsPerRequest };
}
