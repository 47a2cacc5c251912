import type { Client } from '../../../shared/contract/clients.ts';
import type { ProxyDependencies } from './proxy-dependencies.ts';
import type { Refusal } from './refusal.ts';
import type { RequestFacts } from './request-facts.ts';

/** Who sent a request: a client, nobody in particular (where no key is required), or a refusal. */
export type Identified = { readonly client: Client | null } | { readonly refusal: Refusal };

/** Identifies the client by its key. Without a required key, a wrong one is as good as none. */
export function identify(
  facts: RequestFacts,
  dependencies: Pick<ProxyDependencies, 'identifyClient' | 'clientKeyRequired'>,
): Identified {
  for (const key of facts.presentedKeys) {
    const client = dependencies.identifyClient(key);
    if (client !== null) return { client };
  }
  if (!dependencies.clientKeyRequired()) return { client: null };
  return { refusal: facts.presentedKeys.length === 0 ? missing : wrong };
}

const missing: Refusal = {
  code: 'invalid_client_key',
  message:
    'No client key came with the request. Copy one (cody-local-…) from Cody Desktop and use it as the API key of this tool.',
};

const wrong: Refusal = {
  code: 'invalid_client_key',
  message:
    'This is not a client key of this Cody Desktop. Copy one (cody-local-…) from it and use it as the API key of this tool.',
};
