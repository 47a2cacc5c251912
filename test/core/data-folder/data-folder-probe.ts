// Runs in a child process of the tests: opens the data folder it is given, says what came of it, and holds it until its
// input ends or it is killed.
import { openDataFolder } from '../../../electron/core/data-folder/data-folder.ts';

const opened = await openDataFolder(process.argv[2] ?? '');
process.stdout.write(`${JSON.stringify(opened)}\n`);
if (opened.ok) {
  for await (const _ of process.stdin) continue;
  await opened.release();
}
