import { activityContract } from './activity.ts';
import { appContract } from './app.ts';
import { clientsContract } from './clients.ts';
import { codyKeyContract } from './cody-key.ts';
import { modelsContract } from './models.ts';
import { proxyContract } from './proxy.ts';
import { routingContract } from './routing.ts';
import { settingsContract } from './settings.ts';

/** All that the renderer may ask of the core, through either door. One file per area. */
export const contract = {
  app: appContract,
  proxy: proxyContract,
  codyKey: codyKeyContract,
  clients: clientsContract,
  settings: settingsContract,
  activity: activityContract,
  models: modelsContract,
  routing: routingContract,
};
