import path from 'node:path';
import { type ChildProcesses, firstLine } from './child-processes.ts';
import { controlPaths, type UpstreamStats } from './upstream-mode.ts';

const startWithinMs = 10_000;

/** The upstream in a process of its own, as the bench sees it. */
export class UpstreamProcess {
  readonly port: number;

  private constructor(port: number) {
    this.port = port;
  }

  /** Starts it and waits until it listens. */
  static async start(children: ChildProcesses): Promise<UpstreamProcess> {
    const child = children.start({
      program: process.execPath,
      args: [path.join(import.meta.dirname, 'upstream.ts')],
    });
    const { port } = JSON.parse(await firstLine(child, startWithinMs)) as { port: number };
    return new UpstreamProcess(port);
  }

  /** What it saw of tracked requests since the last reset. */
  async stats(): Promise<UpstreamStats> {
    const response = await fetch(`http://127.0.0.1:${this.port}${controlPaths.stats}`);
    return (await response.json()) as UpstreamStats;
  }

  /** Makes it forget what it saw and cut what is still open. */
  async reset(): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${this.port}${controlPaths.reset}`);
    await response.arrayBuffer();
  }
}
