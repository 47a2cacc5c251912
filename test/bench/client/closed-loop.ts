import type { LoopJob, LoopResult } from '../jobs.ts';
import { LoadConnection } from './load-connection.ts';
import type { RequestBytes } from './request-bytes.ts';
import { Samples } from './samples.ts';

const graceMs = 15_000;
const failuresToGiveUp = 50;

/** Runs closed loops until the time is over or the requests are used up; what is under way then is waited for. */
export async function runLoop(job: LoopJob, requests: RequestBytes): Promise<LoopResult> {
  const bytes = requests.of(job.request);
  const connections = Array.from({ length: job.connections }, () => new LoadConnection(job.request.port));
  await Promise.all(connections.map(async (connection) => connection.connect()));
  const latency = new Samples();
  const firstByte = new Samples();
  let started = 0;
  let bodyBytes = 0;
  let failures = 0;
  let firstFailure: string | null = null;
  let lastEndMs = 0;
  const startMs = performance.now();
  const endMs = startMs + job.durationMs;

  const loop = async (connection: LoadConnection): Promise<void> =>
    new Promise((resolve) => {
      const next = (): void => {
        const sentMs = performance.now();
        if (sentMs >= endMs || started >= job.maxRequests || failures >= failuresToGiveUp) return resolve();
        started += 1;
        let sawBody = false;
        connection.send(bytes, {
          onBody: (_piece, start, end) => {
            if (!sawBody) firstByte.add(performance.now() - sentMs);
            sawBody = true;
            bodyBytes += end - start;
          },
          onDone: (failure) => {
            lastEndMs = performance.now();
            if (failure === null) latency.add(lastEndMs - sentMs);
            else failures += 1;
            firstFailure ??= failure;
            if (job.pauseMs === undefined) next();
            else setTimeout(next, job.pauseMs);
          },
        });
      };
      next();
    });

  const deadline = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    failures += 1;
    firstFailure ??= 'requests were still without a full answer long after the end';
    deadline.resolve();
  }, job.durationMs + graceMs);
  await Promise.race([Promise.all(connections.map(loop)), deadline.promise]);
  clearTimeout(timer);
  for (const connection of connections) connection.close();
  return {
    requests: latency.count,
    failures,
    firstFailure,
    seconds: (lastEndMs - startMs) / 1000,
    bodyBytes,
    p50Ms: latency.percentile(0.5),
    p99Ms: latency.percentile(0.99),
    firstByteP50Ms: firstByte.percentile(0.5),
    firstByteP99Ms: firstByte.percentile(0.99),
  };
}
