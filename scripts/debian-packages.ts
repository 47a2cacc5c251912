import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A Debian package that some tests need: the program by which it is known to be there, and what is skipped without it. */
interface NeededPackage {
  readonly name: string;
  readonly program: string;
  readonly skipped: string;
}

const needed: readonly NeededPackage[] = [
  { name: 'chromium', program: 'chromium', skipped: 'the tests in a browser' },
  { name: 'dbus', program: 'dbus-run-session', skipped: 'the tests against a real key store' },
  { name: 'gnome-keyring', program: 'gnome-keyring-daemon', skipped: 'the tests against a real key store' },
  { name: 'curl', program: 'curl', skipped: 'the test of the curl line' },
  { name: 'openssl', program: 'openssl', skipped: 'the test of a certificate that nobody has signed' },
];

/** Installs what is missing where that is allowed (root, apt); otherwise says in one line what is missing and skipped. */
export function bringDebianPackages(environment: NodeJS.ProcessEnv): void {
  const missing = needed.filter(({ program }) => !isOnPath(program, environment));
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && isOnPath('apt-get', environment)) install(missing, environment);
  const still = missing.filter(({ program }) => !isOnPath(program, environment));
  if (still.length === 0) return;
  const names = still.map(({ name }) => name).join(', ');
  const skipped = [...new Set(still.map((entry) => entry.skipped))].join(', ');
  console.log(
    `Missing on this machine: ${names}. Skipped: ${skipped}. (On Debian: apt-get install ${names.replaceAll(',', '')})`,
  );
}

function install(packages: readonly NeededPackage[], environment: NodeJS.ProcessEnv): void {
  const names = packages.map(({ name }) => name);
  console.log(`Installing for the tests: ${names.join(', ')} …`);
  const options = {
    env: { ...environment, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'] as const,
  };
  spawnSync('apt-get', ['update', '-qq'], { ...options, stdio: [...options.stdio] });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], {
    ...options,
    stdio: [...options.stdio],
  });
}

function isOnPath(program: string, environment: NodeJS.ProcessEnv): boolean {
  return (environment['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
