import type { Notice } from '../../../shared/contract/app.ts';
import type { ClientsService } from '../host-services.ts';
import { openClientRegistry, type ClientRegistry, type ClientRegistryOptions } from './client-registry.ts';
import { openClientUse, type ClientUseLog, type ClientUseOptions } from './client-use.ts';

/** The area `clients`: whose key is whose and what they may do, and what they did of late. */
export interface Clients {
  readonly registry: ClientRegistry;
  readonly use: ClientUseLog;
  readonly service: ClientsService;
  readonly notices: readonly Notice[];
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

/** Opens both files of the data folder. Never throws. */
export async function openClients(
  options: ClientRegistryOptions & Omit<ClientUseOptions, 'clients'>,
): Promise<Clients> {
  const registry = await openClientRegistry(options);
  const use = await openClientUse({ ...options, clients: registry.service.list });
  return {
    registry,
    use,
    service: { ...registry.service, use: use.use },
    notices: [...registry.notices, ...use.notices],
    close: () => use.close(),
  };
}
