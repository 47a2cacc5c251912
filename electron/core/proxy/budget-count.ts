import type { Client } from '../../../shared/contract/clients.ts';
import type { ClientUseLog } from '../clients/client-use.ts';
import { withRemedy } from './admit-client.ts';
import type { Refusal } from './refusal.ts';

/**
 * Counts one exchange for its client's daily budget: once, however often it is sent, and not at all if it never reached the
 * upstream. Requests that cost nothing are not counted.
 */
export class BudgetCount {
  readonly #client: Client | null;
  readonly #use: Pick<ClientUseLog, 'countStart' | 'takeBack'>;
  readonly #counts: boolean;
  #isCounted = false;
  #reachedUpstream = false;

  constructor(
    client: Client | null,
    use: Pick<ClientUseLog, 'countStart' | 'takeBack'>,
    countsForLimits: boolean,
  ) {
    this.#client = client;
    this.#use = use;
    this.#counts = client !== null && countsForLimits;
  }

  /** It is about to be sent: null, or why it may not be, as when others have used up the budget while it waited. */
  start(): Refusal | null {
    if (!this.#counts || this.#isCounted || this.#client === null) return null;
    const refusal = withRemedy(this.#client, this.#use.countStart(this.#client.id));
    this.#isCounted = refusal === null;
    return refusal;
  }

  /** A try came to an end; `errorCode` says why it had no answer. */
  tried(errorCode: string | null): void {
    if (errorCode === null || !neverSent.has(errorCode)) this.#reachedUpstream = true;
  }

  /** There is no answer. */
  failed(): void {
    if (!this.#isCounted || this.#reachedUpstream || this.#client === null) return;
    this.#isCounted = false;
    this.#use.takeBack(this.#client.id);
  }
}

/** With these no connection was made. */
const neverSent: ReadonlySet<string> = new Set([
  'upstream_refused',
  'upstream_dns_failed',
  'upstream_tls_failed',
  'upstream_connect_timeout',
  'outgoing_proxy_failed',
]);
