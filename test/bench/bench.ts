/** `npm run bench`: measures the contestants in turn and prints tables; README.md beside this file says how. */
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ChildProcesses } from './child-processes.ts';
import { Entrant } from './entrant.ts';
import { findField } from './field.ts';
import { LoadProcess } from './load-process.ts';
import { allMeasures } from './measures/all-measures.ts';
import type { Arena } from './measures/measure.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { asMarkdown, asText, figureTable, targetRows } from './report.ts';
import { Results } from './results.ts';
import { runRounds } from './rounds.ts';
import { UpstreamProcess } from './upstream-process.ts';

const projectFolder = path.join(import.meta.dirname, '..', '..');
const note = (line: string): void => console.error(line);

try {
  if (process.platform !== 'linux') throw new Error('The bench counts with /proc and runs on Linux only.');
  await main(parseOptions(process.argv.slice(2)));
  process.exit(0);
} catch (error) {
  note(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exit(1);
}

async function main(options: Options): Promise<void> {
  const startMs = performance.now();
  const field = findField(options.contestants, { projectFolder, peers: options.peers, note });
  const measures = allMeasures.filter(
    ({ name }) => options.measures.length === 0 || options.measures.some((wanted) => name.startsWith(wanted)),
  );
  const children = new ChildProcesses();
  const upstream = await UpstreamProcess.start(children);
  const arena: Arena = {
    children,
    upstream,
    load: new LoadProcess(children),
    probe: new LoadProcess(children),
    pace: options.pace,
  };
  const results = new Results();
  const entrants: Entrant[] = [];
  for (const contestant of field) {
    try {
      entrants.push(
        await Entrant.start(contestant, { upstreamPort: upstream.port, children, folderName: 'main' }),
      );
    } catch (error) {
      note(`Without ${contestant.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await runRounds(arena, { entrants, measures, rounds: options.rounds, results, note });
  await Promise.all(entrants.map(async (entrant) => entrant.stop(children)));

  const names = entrants.map((entrant) => entrant.name);
  const layOut = options.markdown ? asMarkdown : asText;
  const cpu = os.cpus()[0]?.model ?? 'unknown processor';
  const seconds = Math.round((performance.now() - startMs) / 1000);
  console.log(`\n${layOut(targetRows(results, names))}\n\n${layOut(figureTable(results, names))}\n`);
  console.log(
    `${options.rounds} rounds in ${seconds} s, Node ${process.versions.node}, ${os.availableParallelism()} cores, ${cpu}`,
  );
  const folder = path.join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, 'latest.json'),
    `${JSON.stringify(
      {
        at: new Date().toISOString(),
        machine: { cpu, cores: os.availableParallelism(), node: process.versions.node },
        options,
        targets: targetRows(results, names),
        figures: results.toJson(),
        failures: results.failures,
      },
      null,
      2,
    )}\n`,
  );
}
