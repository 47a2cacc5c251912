import path from 'node:path';
import { type Contestant, oneProcess, plainRoute } from './contestant.ts';

/** A bare Node `http` pipe: what passing bytes on costs in Node without any feature. */
export const pipe: Contestant = {
  name: 'pipe',
  about: 'bare Node http pipe',
  announces: true,
  healthPath: '/health',
  workers: oneProcess,
  route: plainRoute,
  command: (place) => ({
    program: process.execPath,
    args: [path.join(import.meta.dirname, 'pipe-server.ts'), String(place.port), String(place.upstreamPort)],
  }),
};
