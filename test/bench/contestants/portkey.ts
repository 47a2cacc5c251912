import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Contestant, oneProcess } from './contestant.ts';

const packageName = '@portkey-ai/gateway';
const version = '1.15.2';
const installWithinMs = 180_000;

// With the newest server package that its range allows, every stream of this version ends in status 500 ("immutable"
// headers); this is a version with which it works.
const overrides = { '@hono/node-server': '1.12.2' };

/** Installs Portkey's gateway into a cache folder outside the project if it is not there; a string says why it failed. */
export function installPortkey(): Contestant | string {
  const folder = path.join(tmpdir(), `cody-bench-portkey-${version}`);
  const main = path.join(folder, 'node_modules', packageName, 'build', 'start-server.js');
  if (!existsSync(main)) {
    mkdirSync(folder, { recursive: true });
    const manifest = { private: true, dependencies: { [packageName]: version }, overrides };
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'];
    const args = ['install', '--prefix', folder, ...flags];
    const done = spawnSync('npm', args, { encoding: 'utf8', timeout: installWithinMs, cwd: folder });
    if (!existsSync(main))
      return `npm could not install ${packageName}@${version}: ${done.stderr.trim().slice(0, 300)}`;
  }
  return portkey(main);
}

/** It takes its upstream from headers, and builds the address itself: the parameters travel in the base URL. */
function portkey(main: string): Contestant {
  return {
    name: 'portkey',
    about: `${packageName}@${version}`,
    announces: false,
    healthPath: '/',
    workers: oneProcess,
    command: (place) => ({ program: process.execPath, args: [main, `--port=${place.port}`, '--headless'] }),
    route: (upstreamPort, parameters) => ({
      path: '/v1/chat/completions',
      headers: [
        'x-portkey-provider: openai',
        `x-portkey-custom-host: http://127.0.0.1:${upstreamPort}/v1${parameters === '' ? '' : `/${parameters}`}`,
      ],
    }),
  };
}
