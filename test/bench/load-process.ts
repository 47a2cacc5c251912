import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';
import type { ChildProcesses } from './child-processes.ts';
import type { Job, JobOrder, JobReply, JobResults } from './jobs.ts';

const jobWithinMs = 60_000;

/** A load client in a process of its own, as the bench sees it. */
export class LoadProcess {
  readonly #child: ChildProcess;
  readonly #lines: readline.Interface;
  #orders = 0;

  constructor(children: ChildProcesses) {
    this.#child = children.start({
      program: process.execPath,
      args: [path.join(import.meta.dirname, 'load-client.ts')],
    });
    if (this.#child.stdout === null) throw new Error('The load client was started without a pipe.');
    this.#lines = readline.createInterface({ input: this.#child.stdout });
  }

  /** Runs one job; the next may be given when this one has resolved. Rejects with the client's reason, or after a minute. */
  async run<Kind extends Job['kind']>(job: Extract<Job, { kind: Kind }>): Promise<JobResults[Kind]> {
    this.#orders += 1;
    const order: JobOrder = { number: this.#orders, job };
    const reply = this.#reply(order.number);
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
    const outcome = await reply;
    if (!outcome.ok) throw new Error(`The load client could not do its job "${job.kind}": ${outcome.error}`);
    return outcome.result as JobResults[Kind];
  }

  /** The reply to one order; those to orders that were given up are skipped. */
  async #reply(number: number): Promise<JobReply> {
    const signal = AbortSignal.timeout(jobWithinMs);
    for (;;) {
      const [text] = (await once(this.#lines, 'line', { signal })) as [string];
      const reply = JSON.parse(text) as JobReply;
      if (reply.number === number) return reply;
    }
  }
}
