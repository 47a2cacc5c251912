import { implement } from '@orpc/server';
import { appContract } from '../../../shared/contract/app.ts';
import type { HostServices } from '../host-services.ts';
import { watchValue } from './watch-value.ts';

/** The procedures of the area `app`: what the program says of itself. */
export function createAppProcedures({ appInfo }: Pick<HostServices, 'appInfo'>) {
  const area = implement(appContract);
  return area.router({
    getInfo: area.getInfo.handler(() => appInfo.get()),
    watchInfo: area.watchInfo.handler(async ({ signal }) => watchValue(appInfo, signal)),
  });
}
