import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/contract.ts';
import type { HostServices } from '../host-services.ts';
import { createActivityProcedures } from './activity.ts';
import { createAppProcedures } from './app.ts';
import { createClientsProcedures } from './clients.ts';
import { createCodyKeyProcedures } from './cody-key.ts';
import { concealErrors } from './conceal-errors.ts';
import { createModelsProcedures } from './models.ts';
import { createProxyProcedures } from './proxy.ts';
import { createRoutingProcedures } from './routing.ts';
import { createSettingsProcedures } from './settings.ts';

/**
 * The contract, answered by `services`: what both doors (MessagePort and HTTP) hand to their oRPC handler. Inputs and
 * outputs are checked against the contract's schemas; no stack trace or internal message leaves. `reportError` takes
 * each error that nobody foresaw, as it was thrown; `describeError` makes it fit to be shown.
 */
export function createRouter(services: HostServices, reportError: (error: unknown) => void) {
  return implement(contract)
    .use(concealErrors(reportError))
    .router({
      app: createAppProcedures(services),
      proxy: createProxyProcedures(services),
      codyKey: createCodyKeyProcedures(services),
      clients: createClientsProcedures(services),
      settings: createSettingsProcedures(services),
      activity: createActivityProcedures(services),
      models: createModelsProcedures(services),
      routing: createRoutingProcedures(services),
    });
}

/** The router of the whole contract. */
export type HostRouter = ReturnType<typeof createRouter>;
