/**
 * The load client: a process of its own on raw sockets, so that its cost is small and the same for all. Reads one order as
 * JSON per line from standard input, runs them one after the other and prints one line of JSON for each.
 */
import readline from 'node:readline';
import { runCancel } from './client/cancel.ts';
import { runLoop } from './client/closed-loop.ts';
import { HeldStreams } from './client/held-streams.ts';
import { runProbe } from './client/probe.ts';
import { RequestBytes } from './client/request-bytes.ts';
import { runTransit } from './client/transit.ts';
import type { Job, JobOrder, JobReply, JobResults } from './jobs.ts';

const requests = new RequestBytes();
const held = new HeldStreams();

for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await reply(JSON.parse(line) as JobOrder)));
}
process.exit(0);

async function reply({ number, job }: JobOrder): Promise<JobReply> {
  try {
    return { number, ok: true, result: await run(job) };
  } catch (error) {
    return { number, ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

async function run(job: Job): Promise<JobResults[Job['kind']]> {
  if (job.kind === 'loop') return runLoop(job, requests);
  if (job.kind === 'transit') return runTransit(job, requests);
  if (job.kind === 'hold') return held.hold(job, requests);
  if (job.kind === 'cancel') return runCancel(job, requests);
  if (job.kind === 'probe') return runProbe(job, requests);
  return held.release();
}
