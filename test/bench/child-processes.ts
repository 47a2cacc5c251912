import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

/** A command as it is to be started. */
export interface Command {
  program: string;
  args: string[];
  env?: Record<string, string>;
}

const stopWithinMs = 5_000;
const politeMs = 400;

/** Everything that the bench starts and the folder it writes to, so that nothing of it outlives the bench. */
export class ChildProcesses {
  /** A folder for this run, removed at the end. */
  readonly folder = mkdtempSync(path.join(tmpdir(), 'cody-bench-'));
  readonly #running = new Set<ChildProcess>();

  /** Hooks the end of this process, an interrupt included. */
  constructor() {
    process.once('exit', () => {
      // Killed at once, nginx could not end its worker.
      for (const child of this.#running) child.kill('SIGTERM');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, politeMs);
      for (const child of this.#running) child.kill('SIGKILL');
      rmSync(this.folder, { recursive: true, force: true });
    });
    process.once('SIGINT', () => process.exit(130));
    process.once('SIGTERM', () => process.exit(143));
  }

  /** Starts a command with pipes for standard input and output; its complaints go to the bench's own. */
  start(command: Command): ChildProcess {
    const child = spawn(command.program, command.args, {
      env: { ...process.env, NODE_ENV: 'production', ...command.env },
      stdio: ['pipe', 'pipe', process.env['BENCH_DEBUG'] === undefined ? 'ignore' : 'inherit'],
    });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    child.once('error', () => this.#running.delete(child));
    return child;
  }

  /** Asks a child to end, insists after five seconds, and resolves when it is gone. */
  async stop(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
    clearTimeout(timer);
  }
}

/** Resolves with a child's first line of output; rejects when it ends before or takes longer than `withinMs`. */
export async function firstLine(child: ChildProcess, withinMs: number): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error('The process was started without a pipe for its output.');
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`It printed nothing within ${withinMs} ms.`)), withinMs);
    const settle = (action: () => void): void => {
      clearTimeout(timer);
      action();
    };
    child.once('exit', (code) =>
      settle(() => reject(new Error(`It ended with code ${code} before it printed.`))),
    );
    child.once('error', (error) => settle(() => reject(error)));
    const lines = readline.createInterface({ input: stdout });
    lines.once('line', (line) => settle(() => resolve(line)));
  });
}
