import type { Client } from '../../../shared/contract/clients.ts';
import type { AdmissionLane } from '../traffic/admission-request.ts';
import type { ProxyDependencies } from './proxy-dependencies.ts';
import type { Refusal } from './refusal.ts';
import type { RequestFacts } from './request-facts.ts';

/** Who sent a request that is let in: a client, or nobody in particular (where no key is required). */
export interface Identified {
  readonly client: Client | null;
  readonly lane: AdmissionLane;
}

/** Identifies the client by its key. Without a required key, a wrong one is as good as none. */
export function identify(
  facts: RequestFacts,
  dependencies: Pick<ProxyDependencies, 'identifyClient' | 'clientKeyRequired'>,
): Identified | { readonly refusal: Refusal } {
  for (const key of facts.presentedKeys) {
    const client = dependencies.identifyClient(key);
    if (client !== null) return { client, lane: 'background' };
  }
  if (!dependencies.clientKeyRequired()) return { client: null, lane: 'background' };
  return { refusal: facts.presentedKeys.length === 0 ? missing : wrong };
}

const missing: Refusal = {
  code: 'invalid_client_key',
  remedy: { kind: 'give_client_key' },
  message:
    'No client key came with the request. Copy one (cody-local-…) from Cody Desktop and use it as the API key of this tool.',
};

const wrong: Refusal = {
  code: 'invalid_client_key',
  remedy: { kind: 'give_client_key' },
  message:
    'This is not a client key of this Cody Desktop. Copy one (cody-local-…) from it and use it as the API key of this tool.',
};
