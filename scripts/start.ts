import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { prepareElectron } from './electron-runtime.ts';
import { isBuildFresh } from './sources.ts';

/**
 * `npm start`: builds what is out of date, then runs the app under Electron where its runtime is or can be had, and the
 * headless host elsewhere (`npm run serve`: always). Says which in one line. Both take the same options.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2).filter((arg) => arg !== '--headless');
const quiet = args.includes('--json');
const say = (line: string): void => {
  if (!quiet) console.log(line);
};

if (!isBuildFresh(root)) {
  say('Building (only after changes) …');
  const build = spawnSync(process.execPath, ['scripts/build.ts'], {
    cwd: root,
    stdio: ['ignore', 2, 'inherit'],
  });
  if (build.status !== 0) process.exit(build.status ?? 1);
}

const electron = process.argv.includes('--headless')
  ? null
  : await prepareElectron(root, process.env, process.platform);
if (electron !== null) say(electron.line);
const [command, ...first] = electron?.executable
  ? [electron.executable, root]
  : [process.execPath, fileURLToPath(new URL('../dist/headless/main.js', import.meta.url))];
const child = spawn(command, [...first, ...args], { stdio: 'inherit' });
// The terminal sends Ctrl+C to both; a signal to this process alone is passed on. The child's end is this one's end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGUSR2'] as const) {
  process.on(signal, () => {
    if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal);
  });
}
// npm that was ended alone tells nobody: who is left without it ends too.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) child.kill('SIGTERM');
}, 500).unref();
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
