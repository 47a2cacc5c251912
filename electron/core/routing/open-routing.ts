import type { Client } from '../../../shared/contract/clients.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { ClientRules } from '../clients/client-rules.ts';
import type { Clock } from '../clock.ts';
import type { RoutingService } from '../host-services.ts';
import type { Watchable } from '../watched.ts';
import { explainRoute } from './explain-route.ts';
import { GroupHealth } from './group-health.ts';
import { createRoutingTable, type GroupsOfModels, type RoutingTable } from './routing-table.ts';

/** What the area `routing` needs of others. */
export interface RoutingPorts {
  readonly clock: Clock;
  readonly settings: Watchable<Settings>;
  readonly models: GroupsOfModels;
  readonly rulesOf: (clientId: string) => ClientRules | null;
  readonly findClient: (id: string) => Client | null;
}

/** The area `routing`: where exchanges go. */
export interface Routing {
  /** What a route is decided by at this moment. */
  readonly table: () => RoutingTable;
  readonly health: GroupHealth;
  readonly service: RoutingService;
}

/** Makes the area; its table is made anew when the settings change. */
export function openRouting({ clock, settings, models, rulesOf, findClient }: RoutingPorts): Routing {
  const health = new GroupHealth(clock);
  const makeTable = ({ routing }: Settings): RoutingTable => createRoutingTable(routing, models, rulesOf);
  let table = makeTable(settings.get());
  settings.onChange((changed) => {
    table = makeTable(changed);
  });
  return {
    table: () => table,
    health,
    service: { explain: (question) => explainRoute(question, { table, health, findClient }) },
  };
}
