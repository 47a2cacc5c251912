import type { Client } from '../../../shared/contract/clients.ts';
import type { BudgetRefusal } from '../clients/budget.ts';
import type { ClientUseLog } from '../clients/client-use.ts';
import type { Identified } from './client-guard.ts';
import { createOriginGuard } from './origin-guard.ts';
import type { Refusal } from './refusal.ts';
import type { RequestFacts } from './request-facts.ts';

/** Checks the Origin of a request: null, or why it is refused. */
export type OriginCheck = (facts: Pick<RequestFacts, 'origin' | 'fetchSite'>) => Refusal | null;

/** The two checks of an origin: before it is known whose request it is, and after. */
export interface OriginChecks {
  /** Lets in what is allowed to anybody; a preflight shows no key, so that what any client may do must pass. */
  readonly atDoor: OriginCheck;
  /** Lets in what is allowed to all, or to this client. */
  readonly ofClient: (client: Client | null) => OriginCheck;
}

/** Makes the checks of the origins in the settings and of those that clients have of their own. */
export function createOriginChecks(
  allowedOrigins: readonly string[],
  clients: readonly Client[],
): OriginChecks {
  const ofAll = createOriginGuard(allowedOrigins);
  const own = clients.filter(({ policy }) => policy.allowedOrigins.length > 0);
  if (own.length === 0) return { atDoor: ofAll, ofClient: () => ofAll };
  const checks = new Map(
    own.map(({ id, policy }) => [id, createOriginGuard([...allowedOrigins, ...policy.allowedOrigins])]),
  );
  return {
    atDoor: createOriginGuard([...allowedOrigins, ...own.flatMap(({ policy }) => policy.allowedOrigins)]),
    ofClient: (client) => (client === null ? ofAll : (checks.get(client.id) ?? ofAll)),
  };
}

/**
 * Whether whoever was identified may send a request now: null, or why not. Asked before its body is read. `isFree` says that
 * it takes nothing of a budget, so that none is looked at.
 */
export function admitClient(
  { client }: Identified,
  facts: RequestFacts,
  { ofClient }: Pick<OriginChecks, 'ofClient'>,
  clientUse: Pick<ClientUseLog, 'seen' | 'checkBudget'>,
  isFree: boolean,
): Refusal | null {
  const clientId = client?.id ?? null;
  clientUse.seen(clientId, facts.userAgent);
  return ofClient(client)(facts) ?? (isFree ? null : withRemedy(client, clientUse.checkBudget(clientId)));
}

/** The refusal of a client that has used up its budget, with what would let it go on. */
export function withRemedy(client: Client | null, refusal: BudgetRefusal | null): Refusal | null {
  if (refusal === null || client === null) return refusal;
  return { ...refusal, remedy: { kind: 'raise_budget', clientId: client.id } };
}
