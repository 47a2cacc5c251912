import type { ModelsService, RoutingService } from '../../../electron/core/host-services.ts';
import type { Watched } from '../../../electron/core/watched.ts';
import type { ModelCatalogue } from '../../../shared/contract/models.ts';

/** A list of one model that was never fetched. */
export const fewModels: ModelCatalogue = {
  models: [{ id: 'gpt-5.2', ownedBy: 'openai', cost: { per_second: 15 }, groups: ['openai'] }],
  fetchedAt: null,
  trouble: null,
};

/** The models of a stand-in host: asking anew only changes when they were fetched. */
export function inMemoryModels(catalogue: Watched<ModelCatalogue>): ModelsService {
  return {
    catalogue,
    prefetch: () => undefined,
    async refresh() {
      catalogue.set({ ...catalogue.get(), fetchedAt: 1_700_000_000_002 });
      return catalogue.get();
    },
  };
}

/** The routing of a stand-in host: one rule for all, and a group that does not exist. */
export const inMemoryRouting: RoutingService = {
  explain: ({ model, group }) =>
    group === 'nowhere'
      ? { outcome: 'refused', code: 'group_not_available', message: 'It is in: openrouter.' }
      : {
          outcome: 'routed',
          route: { groups: ['openrouter'], source: 'rule', rule: { position: 1, name: '' }, skipped: [] },
          model,
          alias: null,
          parameters: { duration: 8 },
        },
};
