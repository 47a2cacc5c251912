// Runs in a child process of the tests: writes its third argument's number of bytes to the file, and says what came of it.
import { writeFileAtomically } from '../../../electron/core/data-folder/atomic-file.ts';

const [, , file = '', size = '0'] = process.argv;
try {
  await writeFileAtomically(file, 'n'.repeat(Number(size)));
  process.stdout.write('written');
} catch (error) {
  process.stdout.write(error instanceof Error ? error.message : 'failed');
}
