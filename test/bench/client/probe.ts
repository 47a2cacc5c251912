import type { ProbeJob, ProbeResult } from '../jobs.ts';
import { LoadConnection } from './load-connection.ts';
import type { RequestBytes } from './request-bytes.ts';
import { Samples } from './samples.ts';

/**
 * Sends a small request every few milliseconds on one connection. A request that is due while the last one is still
 * unanswered waits its turn, and its latency counts from when it was due.
 */
export async function runProbe(job: ProbeJob, requests: RequestBytes): Promise<ProbeResult> {
  const bytes = requests.of(job.request);
  const latency = new Samples();
  const connection = new LoadConnection(job.request.port);
  await connection.connect();
  const dueMs: number[] = [];
  let unanswered: number | null = null;
  const sendNext = (): void => {
    const due = dueMs.shift() ?? null;
    unanswered = due;
    if (due === null) return;
    connection.send(bytes, {
      onBody: () => undefined,
      onDone: () => {
        latency.add(performance.now() - due);
        sendNext();
      },
    });
  };
  const stopAtMs = performance.now() + job.durationMs;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (performance.now() >= stopAtMs) {
        clearInterval(timer);
        return resolve();
      }
      dueMs.push(performance.now());
      if (unanswered === null) sendNext();
    }, job.everyMs);
  });
  // What has waited to the end without an answer counts as late as it is.
  if (unanswered !== null) dueMs.push(unanswered);
  for (const due of dueMs) latency.add(performance.now() - due);
  connection.close();
  return {
    answers: latency.count,
    p50Ms: latency.percentile(0.5),
    p99Ms: latency.percentile(0.99),
    maxMs: latency.percentile(1),
  };
}
