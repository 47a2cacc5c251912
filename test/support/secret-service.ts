import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What a child process ended with. */
export type ChildResult = { code: number | null; stdout: string; stderr: string };

/** A real Secret Service (gnome-keyring) on a D-Bus of its own, with an empty home folder of its own. */
export interface SecretService {
  /** The environment in which a child process finds this Secret Service and no other. */
  readonly environment: NodeJS.ProcessEnv;
  /** Runs a TypeScript file in a child process that has this Secret Service. */
  run(script: string, ...args: string[]): Promise<ChildResult>;
  /** Locks all that is stored, as when the user's session is locked. Nobody is there to answer a prompt. */
  lock(): Promise<void>;
  /** Unlocks it again, as when the user signs in. What was stored is still there. */
  unlock(): Promise<void>;
  stop(): Promise<void>;
}

const programs = ['dbus-run-session', 'dbus-send', 'gnome-keyring-daemon'];

/** Whether the programs for a Secret Service are here (Debian: dbus, gnome-keyring). */
export function secretServiceAvailable(): boolean {
  if (process.platform !== 'linux') return false;
  return programs.every((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0);
}

/** An environment without any D-Bus session and with `home` for everything. */
export function environmentWithoutBus(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, XDG_DATA_HOME: path.join(home, 'data') };
}

/** Starts a Secret Service; `unlocked` makes its default keyring, without it there is none. */
export async function startSecretService({ unlocked = true } = {}): Promise<SecretService> {
  const home = await mkdtemp(path.join(tmpdir(), 'secret-service-'));
  const bare = environmentWithoutBus(home);
  // The bus lives until `cat` has nothing to read: when the test ends it, or is killed.
  const bus = spawn('dbus-run-session', ['--', 'sh', '-c', 'echo "$DBUS_SESSION_BUS_ADDRESS"; exec cat'], {
    env: bare,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const environment = { ...bare, DBUS_SESSION_BUS_ADDRESS: await firstLine(bus) };

  const service: SecretService = {
    environment,
    run: (script, ...args) => runChild(process.execPath, [script, ...args], environment),
    async lock() {
      const login = '/org/freedesktop/secrets/collection/login';
      const destination = [
        '--session',
        '--print-reply',
        '--dest=org.freedesktop.secrets',
        '/org/freedesktop/secrets',
      ];
      const call = ['org.freedesktop.Secret.Service.Lock', `array:objpath:${login}`];
      await succeed('dbus-send', [...destination, ...call], environment);
    },
    async unlock() {
      const daemon = ['--replace', '--unlock', '--components=secrets'];
      await succeed('gnome-keyring-daemon', daemon, environment, '\n');
    },
    async stop() {
      bus.stdin.end();
      if (bus.exitCode === null) await once(bus, 'exit');
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  if (unlocked) await service.unlock();
  return service;
}

/** Runs a program to its end. */
export async function runChild(
  program: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
): Promise<ChildResult> {
  const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const result: ChildResult = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (result.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
  await once(child, 'close');
  result.code = child.exitCode;
  return result;
}

// Its output is ignored: the daemon that the program may leave behind would keep a pipe open.
async function succeed(
  program: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
  input = '',
): Promise<void> {
  const child = spawn(program, args, { env: environment, stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end(input);
  await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${child.exitCode}.`);
}

async function firstLine(child: ChildProcessByStdio<Writable, Readable, null>): Promise<string> {
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('dbus-run-session gave no address.');
}
