import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Figures, Measure } from './measure.ts';

const program = path.join(import.meta.dirname, '..', 'queue-process.ts');

/** What waiting in the queue costs, measured on the admission alone, in a process of its own. */
export const queue: Measure = {
  name: 'queue',
  rounds: 'few',
  includesDirect: false,
  run: async (_arena, entrant): Promise<Figures> => {
    if (entrant.name !== 'cody') return {};
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program]);
    return JSON.parse(stdout) as Figures;
  },
};
