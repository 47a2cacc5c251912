import { setTimeout as sleep } from 'node:timers/promises';
import type { CancelJob, CancelResult } from '../jobs.ts';
import { LoadConnection } from './load-connection.ts';
import type { RequestBytes } from './request-bytes.ts';

const pauseMs = 30;
const answerWithinMs = 5_000;

/** Sends one tracked request after the other and leaves each; says when, so that the upstream's notes can be compared. */
export async function runCancel(job: CancelJob, requests: RequestBytes): Promise<CancelResult> {
  const leftNs: Record<string, string> = {};
  for (let index = 0; index < job.count; index += 1) {
    const id = `${job.idPrefix}-${index}`;
    const connection = new LoadConnection(job.request.port);
    await connection.connect();
    await sendUntil(job, connection, requests.of(job.request, id));
    leftNs[id] = String(process.hrtime.bigint());
    connection.close();
  }
  return { leftNs };
}

async function sendUntil(job: CancelJob, connection: LoadConnection, bytes: Buffer): Promise<void> {
  const began = Promise.withResolvers<void>();
  connection.send(bytes, { onBody: () => began.resolve(), onDone: () => began.resolve() });
  if (job.leaveAt === 'mid-answer')
    await Promise.race([began.promise, sleep(answerWithinMs, null, { ref: false })]);
  await sleep(pauseMs);
}
