import type { Clock } from '../clock.ts';
import { AffinityStore } from './affinity-store.ts';
import { ExchangeAffinity } from './exchange-affinity.ts';
import { MessageHasher } from './message-chain.ts';
import { recogniseConversation, type ConversationRequest } from './recognise-conversation.ts';

/**
 * Sends a conversation's next turn to the provider that had the last, for clients that know nothing of it. All in RAM, as
 * keyed hashes whose key is made for this run. An upstream that refuses the first ids it is given is not one that knows
 * them: it is left alone for the rest of the run.
 */
export class Affinity {
  readonly #hasher: MessageHasher;
  readonly #store: AffinityStore;
  readonly #enabled: () => boolean;
  #accepted = false;
  #refused = false;

  /** `key`: 32 random bytes. */
  constructor(options: { readonly clock: Clock; readonly key: Uint8Array; readonly enabled: () => boolean }) {
    this.#hasher = new MessageHasher(options.key);
    this.#store = new AffinityStore(options.clock);
    this.#enabled = options.enabled;
  }

  /** Recognises the conversation of a request; null while affinity is off. */
  begin(request: ConversationRequest): ExchangeAffinity | null {
    if (!this.#enabled() || (this.#refused && !this.#accepted)) return null;
    const recognition = recogniseConversation(request, this.#hasher, this.#store);
    return new ExchangeAffinity(recognition, this.#hasher, this.#store, {
      accepted: () => (this.#accepted = true),
      refused: () => (this.#refused = true),
    });
  }
}
