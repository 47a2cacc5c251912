import { implement } from '@orpc/server';
import { settingsContract } from '../../../shared/contract/settings.ts';
import type { HostServices } from '../host-services.ts';
import { watchValue } from './watch-value.ts';

/** The procedures of the area `settings`. A patch with an invalid part changes nothing and says which part. */
export function createSettingsProcedures({ settings }: Pick<HostServices, 'settings'>) {
  const area = implement(settingsContract);
  return area.router({
    get: area.get.handler(() => settings.settings.get()),
    watch: area.watch.handler(async ({ signal }) => watchValue(settings.settings, signal)),
    update: area.update.handler(({ input }) => settings.update(input)),
  });
}
