import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `npm run check`: everything that must hold before a change lands. Stops at the first step that fails. */
const root = fileURLToPath(new URL('..', import.meta.url));
const steps: readonly (readonly [name: string, ...args: string[]])[] = [
  ['format', 'node_modules/oxfmt/bin/oxfmt', '--check', '.'],
  ['lint', 'node_modules/oxlint/bin/oxlint', '.'],
  ['types', 'scripts/types.ts'],
  ['architecture', 'node_modules/vitest/vitest.mjs', 'run', 'test/architecture.test.ts', '--reporter=dot'],
  [
    'unit and integration tests',
    'node_modules/vitest/vitest.mjs',
    'run',
    '--exclude',
    'test/e2e/**',
    '--reporter=dot',
  ],
  ['build', 'scripts/build.ts'],
];

for (const [name, ...args] of steps) {
  const startedMs = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  console.log(`${status === 0 ? 'ok' : 'FAILED'}  ${name}  ${seconds} s`);
  if (status !== 0) process.exit(status ?? 1);
}
