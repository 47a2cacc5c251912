import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** The real headless host, as its own process, on free ports and with a data folder of its own. */
export interface HeadlessHost extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/v1` */
  readonly proxy: string;
  /** A one-time link to the status page. */
  readonly ui: string | null;
  readonly clientKey: string;
  readonly pid: number;
  readonly process: ChildProcess;
  readonly dataFolder: string;
  /** Sends the signal and resolves to the exit code, with all that was written to standard error and output after the line. */
  stop(signal?: NodeJS.Signals): Promise<{
    code: number | null;
    output: string;
    /** What came on standard output after the first line. */
    lines: readonly string[];
  }>;
}

export interface HeadlessHostOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** An existing data folder, which then is the caller's to remove. */
  readonly dataFolder?: string;
}

const main = fileURLToPath(new URL('../../dist/headless/main.js', import.meta.url));

/** Starts the built headless host with `--json` and reads its line. Throws with what it said if it ends instead. */
export async function startHeadless({
  args = [],
  env = {},
  dataFolder,
}: HeadlessHostOptions = {}): Promise<HeadlessHost> {
  const folder = dataFolder ?? (await mkdtemp(join(tmpdir(), 'cody-desktop-test-')));
  const child = spawn(
    process.execPath,
    [main, '--json', '--port', '0', '--ui-port', '0', '--data-dir', folder, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], HOME: folder, ...env } },
  );
  const errors = text(child.stderr);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const lines = createInterface({ input: child.stdout });
  const rest: string[] = [];
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    exited.then(() => null),
  ]);
  if (first === null) throw new Error(`The headless host ended: ${await errors}`);
  lines.on('line', (line) => rest.push(line));
  const told = JSON.parse(first) as Pick<HeadlessHost, 'proxy' | 'ui' | 'clientKey' | 'pid'>;
  const stop: HeadlessHost['stop'] = async (signal = 'SIGTERM') => {
    child.kill(signal);
    const [code] = await exited;
    return { code, output: (await errors) + rest.join('\n'), lines: rest };
  };
  return {
    ...told,
    process: child,
    dataFolder: folder,
    stop,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await stop('SIGKILL');
      if (dataFolder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
