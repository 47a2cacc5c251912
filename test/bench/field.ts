import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { cody, codyPlain, headlessMain } from './contestants/cody.ts';
import type { Contestant, ContestantName } from './contestants/contestant.ts';
import { direct } from './contestants/direct.ts';
import { findNginx } from './contestants/nginx.ts';
import { pipe } from './contestants/pipe.ts';
import { installPortkey } from './contestants/portkey.ts';

const buildWithinMs = 300_000;

/** The contestants that can take part, of those wanted; what is missing is told to `note`. */
export function findField(
  wanted: readonly ContestantName[],
  { projectFolder, peers, note }: { projectFolder: string; peers: boolean; note: (line: string) => void },
): Contestant[] {
  return wanted.flatMap((name): Contestant[] => {
    const found = finders[name](projectFolder, peers);
    if (typeof found !== 'string') return [found];
    note(`Without ${name}: ${found}`);
    return [];
  });
}

const notBuilt = '`npm run build` made no dist/headless/main.js.';

type Find = (projectFolder: string, peers: boolean) => Contestant | string;

/** How each is come by; a string says why it is not to be had. */
const finders: Record<ContestantName, Find> = {
  direct: () => direct,
  nginx: () => findNginx() ?? "it is not installed; Debian's package nginx-light brings it.",
  pipe: () => pipe,
  cody: (projectFolder) => (build(projectFolder) ? cody(projectFolder) : notBuilt),
  'cody-plain': (projectFolder) => (build(projectFolder) ? codyPlain(projectFolder) : notBuilt),
  portkey: (_, peers) => (peers ? installPortkey() : '`npm run bench -- --peers` installs and measures it.'),
};

function build(projectFolder: string): boolean {
  const main = path.join(projectFolder, headlessMain);
  if (!existsSync(main)) {
    spawnSync('npm', ['run', 'build'], { cwd: projectFolder, stdio: 'ignore', timeout: buildWithinMs });
  }
  return existsSync(main);
}
