import type { Clock } from '../clock.ts';
import { AffinityStore } from './affinity-store.ts';
import { ExchangeAffinity } from './exchange-affinity.ts';
import { KeyedHash } from './keyed-hash.ts';
import { recogniseConversation, type ConversationRequest } from './recognise-conversation.ts';
import { type AffinityScope, ScopeKeys } from './scope-keys.ts';

/** A request whose conversation is to be recognised. */
export interface AffinityRequest extends Omit<ConversationRequest, 'scope'> {
  readonly scope: AffinityScope;
}

/**
 * Sends a conversation's next turn to the provider that had the last, for clients that know nothing of it. All in RAM, as
 * keyed hashes whose key is made for this run. An upstream that refuses the first ids it is given is not one that knows
 * them: it is left alone for the rest of the run.
 */
export class Affinity {
  readonly #keyed: KeyedHash;
  readonly #scopes: ScopeKeys;
  readonly #store: AffinityStore;
  readonly #enabled: () => boolean;
  #accepted = false;
  #refused = false;

  /** `key`: 32 random bytes. */
  constructor(options: { readonly clock: Clock; readonly key: Uint8Array; readonly enabled: () => boolean }) {
    this.#keyed = new KeyedHash(options.key);
    this.#scopes = new ScopeKeys(this.#keyed);
    this.#store = new AffinityStore(options.clock);
    this.#enabled = options.enabled;
  }

  /**
   * Recognises the conversation of a request; null while affinity is off. A request whose route comes to another group
   * begins again with that one; what was begun before is then left as it is.
   */
  begin({ scope, body, field, headers }: AffinityRequest): ExchangeAffinity | null {
    if (!this.#enabled() || (this.#refused && !this.#accepted)) return null;
    const request = { scope: this.#scopes.of(scope), body, field, headers };
    const recognition = recogniseConversation(request, this.#keyed, this.#store);
    return new ExchangeAffinity(recognition, this.#keyed, this.#store, (taken) => {
      if (taken) this.#accepted = true;
      else this.#refused = true;
    });
  }
}
