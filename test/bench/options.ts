import { parseArgs } from 'node:util';
import { type ContestantName, contestantNames } from './contestants/contestant.ts';

/** What the user asked for on the command line. */
export interface Options {
  rounds: number;
  pace: number;
  peers: boolean;
  markdown: boolean;
  contestants: readonly ContestantName[];
  /** Beginnings of the names of the measures wanted; empty for all. */
  measures: readonly string[];
}

/** How to call the bench, for a user who called it wrongly. */
export const usage = `npm run bench -- [--quick] [--rounds N] [--only NAME,NAME] [--peers] [--markdown]
  --quick     two rounds of shorter measurements
  --only      contestants (${contestantNames.join(', ')}) and measures (c1, c64, burst, held, cancel, …)
  --peers     installs Portkey's gateway into a cache folder and measures it too
  --markdown  prints Markdown tables`;

/** Reads the command line; throws with a sentence for the user when it makes no sense. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 50)
    throw new Error('--rounds takes a number from 1 to 50.');
  const only = (values.only ?? '').split(',').filter((name) => name !== '');
  const contestants = contestantNames.filter((name) => only.includes(name));
  return {
    rounds,
    pace: values.quick ? 0.45 : 1,
    peers: values.peers,
    markdown: values.markdown,
    contestants: contestants.length === 0 ? contestantNames : contestants,
    measures: only.filter((name) => !contestantNames.some((known) => known === name)),
  };
}
