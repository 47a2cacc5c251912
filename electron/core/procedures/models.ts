import { implement } from '@orpc/server';
import { modelsContract } from '../../../shared/contract/models.ts';
import type { HostServices } from '../host-services.ts';
import { watchValue } from './watch-value.ts';

/** The procedures of the area `models`. A watch has the list fetched if it is not known or old. */
export function createModelsProcedures({ models }: Pick<HostServices, 'models'>) {
  const area = implement(modelsContract);
  return area.router({
    watch: area.watch.handler(async ({ signal }) => {
      models.prefetch();
      return watchValue(models.catalogue, signal);
    }),
    refresh: area.refresh.handler(() => models.refresh()),
  });
}
