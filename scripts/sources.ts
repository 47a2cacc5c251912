import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The file that is written when a build is complete. */
export function buildStamp(root: string): string {
  return join(root, 'dist', 'built');
}

/** Whether there is a build and no source, setting or dependency is newer than it. */
export function isBuildFresh(root: string): boolean {
  const stamp = buildStamp(root);
  if (!existsSync(stamp)) return false;
  const builtMs = statSync(stamp).mtimeMs;
  const files = ['package.json', 'package-lock.json', 'vite.config.ts', 'tsconfig.json'].map((file) =>
    join(root, file),
  );
  const folders = ['shared', 'electron', 'renderer'].flatMap((folder) => listFiles(join(root, folder)));
  return [...files, ...folders].every((file) => !existsSync(file) || statSync(file).mtimeMs <= builtMs);
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
