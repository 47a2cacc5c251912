import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

/** What `npm start` runs and the one line that says why; without an executable it is the headless host. */
export interface ElectronRuntime {
  readonly executable: string | null;
  readonly line: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds Electron's runtime, or fetches it where its source answers within three seconds. The npm package `electron` is
 * only its installer.
 */
export async function prepareElectron(
  root: string,
  environment: Environment,
  platform: NodeJS.Platform,
): Promise<ElectronRuntime> {
  const found = findExecutable(root, environment);
  const hasDisplay =
    platform !== 'linux' || Boolean(environment['DISPLAY'] ?? environment['WAYLAND_DISPLAY']);
  if (found !== null && hasDisplay)
    return { executable: found, line: 'Starting Cody Desktop in its window.' };
  if (!hasDisplay) {
    const why =
      found === null
        ? "Electron's runtime is not here, nor a display for its window"
        : 'There is no display for a window';
    return headless(why);
  }
  if (!(await answers(source, 443, probeMs)))
    return headless(`Electron's runtime is not here and ${source} cannot be reached`);
  const install = spawnSync(process.execPath, [join(root, 'node_modules/electron/install.js')], {
    stdio: 'inherit',
    timeout: installMs,
  });
  const fetched = install.status === 0 ? findExecutable(root, environment) : null;
  return fetched === null
    ? headless("Electron's runtime could not be fetched")
    : { executable: fetched, line: 'Starting Cody Desktop in its window.' };
}

const source = 'github.com';
const probeMs = 3_000;
const installMs = 300_000;

function headless(why: string): ElectronRuntime {
  return { executable: null, line: `${why}: running without a window, as the headless host.` };
}

/** Where Electron's own `index.js` finds it: beside `path.txt`, or in ELECTRON_OVERRIDE_DIST_PATH. */
function findExecutable(root: string, environment: Environment): string | null {
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron';
  const executable = join(environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), name);
  return existsSync(executable) ? executable : null;
}

function answers(host: string, port: number, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (result: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => finish(false), withinMs);
    socket.once('connect', () => finish(true)).once('error', () => finish(false));
  });
}
