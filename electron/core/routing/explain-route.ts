import type { Client } from '../../../shared/contract/clients.ts';
import type { RouteAnswer, RouteQuestion } from '../../../shared/contract/routing.ts';
import { decideRoute } from './decide-route.ts';
import type { GroupHealth } from './group-health.ts';
import type { RoutingTable } from './routing-table.ts';

/** What an explanation goes by. */
export interface ExplainRouteParts {
  readonly table: RoutingTable;
  readonly health: Pick<GroupHealth, 'isResting'>;
  /** The client of an id; null if there is none. */
  readonly findClient: (id: string) => Client | null;
}

/**
 * Says what would become of a request, by the very decision that the proxy takes; groups that are left alone at the moment
 * are noted. A client that is gone counts as none.
 */
export function explainRoute(
  question: RouteQuestion,
  { table, health, findClient }: ExplainRouteParts,
): RouteAnswer {
  const decided = decideRoute(
    {
      askedModel: question.model === '' ? null : question.model,
      endpoint: question.endpoint,
      groupInBody: question.group,
      groupInHeader: null,
      groupInPath: null,
      client: question.clientId === null ? null : findClient(question.clientId),
    },
    table,
  );
  if ('refusal' in decided) {
    const { code, message } = decided.refusal;
    return { outcome: 'refused', code, message };
  }
  const { route, model, alias, parameters } = decided;
  const resting = route.groups.filter((group) => health.isResting(group, model));
  const skipped = [...route.skipped, ...resting.map((group) => ({ group, why: 'resting' as const }))];
  return { outcome: 'routed', route: { ...route, skipped }, model: model ?? '', alias, parameters };
}
