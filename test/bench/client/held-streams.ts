import { setTimeout as sleep } from 'node:timers/promises';
import type { HoldJob, HoldResult } from '../jobs.ts';
import { LoadConnection } from './load-connection.ts';
import type { RequestBytes } from './request-bytes.ts';

const openedTogether = 50;
const establishWithinMs = 15_000;

/** Streams that stay open between two jobs. */
export class HeldStreams {
  readonly #connections: LoadConnection[] = [];

  /** Opens streams, fifty at a time, and resolves when each has had its first body byte, or after fifteen seconds. */
  async hold(job: HoldJob, requests: RequestBytes): Promise<HoldResult> {
    const bytes = requests.of(job.request);
    const timeout = sleep(establishWithinMs, null, { ref: false });
    let established = 0;
    for (let opened = 0; opened < job.count; opened += openedTogether) {
      const wave = Array.from({ length: Math.min(openedTogether, job.count - opened) }, async () => {
        await this.#holdOne(job, bytes);
        established += 1;
      });
      await Promise.race([Promise.all(wave), timeout]);
    }
    return { established };
  }

  /** Closes them all; returns how many there were. */
  release(): { released: number } {
    const held = this.#connections.splice(0);
    for (const connection of held) connection.close();
    return { released: held.length };
  }

  async #holdOne(job: HoldJob, bytes: Buffer): Promise<void> {
    const connection = new LoadConnection(job.request.port);
    this.#connections.push(connection);
    await connection.connect();
    await new Promise<void>((resolve, reject) => {
      connection.send(bytes, {
        onBody: () => {
          if (job.stopReading) connection.stopReading();
          resolve();
        },
        onDone: (failure) => reject(new Error(`A held stream ended: ${failure ?? 'complete'}`)),
      });
    });
  }
}
