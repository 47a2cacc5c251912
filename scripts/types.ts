import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `npm run types`: checks each layer with its own tsconfig, two at a time. */
const root = fileURLToPath(new URL('..', import.meta.url));
const layers = [
  'shared',
  'electron/core',
  'electron/headless',
  'electron/shell',
  'renderer',
  'scripts',
  'test',
];

function checkLayer(layer: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['node_modules/typescript/bin/tsc', '-p', layer], {
      cwd: root,
      stdio: 'inherit',
    });
    child.on('exit', (code) => resolve(code === 0));
  });
}

async function checkInTurn(queue: string[]): Promise<boolean> {
  let clean = true;
  for (let layer = queue.shift(); layer !== undefined; layer = queue.shift()) {
    const passed = await checkLayer(layer);
    if (!passed) console.error(`Types of ${layer} are not in order.`);
    clean &&= passed;
  }
  return clean;
}

const queue = [...layers];
const results = await Promise.all([checkInTurn(queue), checkInTurn(queue)]);
process.exitCode = results.every(Boolean) ? 0 : 1;
