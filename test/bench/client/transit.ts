import { setTimeout as sleep } from 'node:timers/promises';
import type { TransitJob, TransitResult } from '../jobs.ts';
import { stampPattern } from '../upstream-events.ts';
import { LoadConnection } from './load-connection.ts';
import type { RequestBytes } from './request-bytes.ts';
import { Samples } from './samples.ts';

/** Reads stamped events off several streams for a while and says how old they were on arrival. */
export async function runTransit(job: TransitJob, requests: RequestBytes): Promise<TransitResult> {
  const bytes = requests.of(job.request);
  const ages = new Samples();
  const connections = Array.from({ length: job.streams }, () => new LoadConnection(job.request.port));
  await Promise.all(connections.map(async (connection) => connection.connect()));
  for (const connection of connections) {
    let rest = '';
    connection.send(bytes, {
      onBody: (piece, start, end) => {
        const nowNs = process.hrtime.bigint();
        const text = rest + piece.toString('latin1', start, end);
        const lastLine = text.lastIndexOf('\n') + 1;
        for (const match of text.slice(0, lastLine).matchAll(stampPattern)) {
          ages.add(Number(nowNs - BigInt(match[1] ?? 0)) / 1000);
        }
        rest = text.slice(lastLine);
      },
      onDone: () => undefined,
    });
  }
  await sleep(job.durationMs);
  for (const connection of connections) connection.close();
  return { events: ages.count, p50Us: ages.percentile(0.5), p99Us: ages.percentile(0.99) };
}
