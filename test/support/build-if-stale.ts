import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isBuildFresh } from '../../scripts/sources.ts';

/** Before the tests: builds what they start as a program, unless it is up to date. */
export default function buildIfStale(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  if (isBuildFresh(root)) return;
  const build = spawnSync(process.execPath, ['scripts/build.ts'], { cwd: root, stdio: 'inherit' });
  if (build.status !== 0) throw new Error('The build failed, so there is nothing to test.');
}
