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
  #hasLeft = false;

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

  /** It leaves for the upstream. */
  left(): void {
    this.#hasLeft = true;
  }

  /** It is over, in whatever way. Safe to be said more than once. */
  ended(): void {
    if (!this.#isCounted || this.#hasLeft || this.#client === null) return;
    this.#isCounted = false;
    this.#use.takeBack(this.#client.id);
  }
}
