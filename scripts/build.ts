import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildStamp } from './sources.ts';

/** Builds everything with Vite and notes what it was built from. */
const root = fileURLToPath(new URL('..', import.meta.url));
const result = spawnSync(
  process.execPath,
  ['node_modules/vite/bin/vite.js', 'build', '--app', '--logLevel', 'warn'],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Whoever asks, Vitest too: React's development build is not for users.
    env: { ...process.env, NODE_ENV: 'production' },
  },
);
if (result.status === 0) writeFileSync(buildStamp(root), new Date().toISOString());
process.exitCode = result.status ?? 1;
