import { type Contestant, plainRoute } from './contestant.ts';

/** No proxy at all: what the machine, the load client and the upstream cost by themselves. */
export const direct: Contestant = {
  name: 'direct',
  about: 'no proxy, client to upstream',
  command: null,
  announces: false,
  healthPath: '/health',
  workers: () => [],
  route: plainRoute,
};
