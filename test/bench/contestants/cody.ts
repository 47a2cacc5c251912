import path from 'node:path';
import { type Contestant, type ContestantName, oneProcess, plainRoute } from './contestant.ts';

/** The built headless host, relative to the project's folder. */
export const headlessMain = path.join('dist', 'headless', 'main.js');

/** This proxy as it is shipped, guards and traffic control on, with limits that this load does not reach. */
export function cody(projectFolder: string): Contestant {
  return contestant(projectFolder, 'cody', 'this proxy, all on', {
    'limits.perMinute': '100000',
    'limits.perSecond': '10000',
  });
}

/** The same without what steers traffic: no limits, no conversations recognised. What that costs is the difference. */
export function codyPlain(projectFolder: string): Contestant {
  return contestant(projectFolder, 'cody-plain', 'this proxy without limits and affinity', {
    'limits.perMinute': '0',
    'limits.perSecond': '0',
    'affinity.enabled': 'false',
  });
}

function contestant(
  projectFolder: string,
  name: ContestantName,
  about: string,
  settings: Readonly<Record<string, string>>,
): Contestant {
  return {
    name,
    about,
    announces: true,
    healthPath: '/health',
    workers: oneProcess,
    route: plainRoute,
    command: (place) => ({
      program: process.execPath,
      args: [
        path.join(projectFolder, headlessMain),
        '--json',
        '--no-ui',
        '--port',
        String(place.port),
        '--data-dir',
        path.join(place.folder, 'data'),
        '--upstream',
        `http://127.0.0.1:${place.upstreamPort}/v1`,
        ...Object.entries(settings).flatMap(([setting, value]) => ['--set', `${setting}=${value}`]),
      ],
      env: { CODY_API_KEY: 'cody-bench-key-0123456789' },
    }),
  };
}
