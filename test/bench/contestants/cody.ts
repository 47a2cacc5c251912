import path from 'node:path';
import { type Contestant, oneProcess, plainRoute } from './contestant.ts';

/** The built headless host, relative to the project's folder. */
export const headlessMain = path.join('dist', 'headless', 'main.js');

/** This proxy as it is shipped, all guards on, only the request limits lifted. */
export function cody(projectFolder: string): Contestant {
  return {
    name: 'cody',
    about: 'this proxy, all guards on',
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
        '--set',
        'limits.perMinute=0',
        '--set',
        'limits.perSecond=0',
      ],
      env: { CODY_API_KEY: 'cody-bench-key-0123456789' },
    }),
  };
}
