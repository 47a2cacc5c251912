import type { Exchange } from './exchange.ts';
import type { Refusal } from './refusal.ts';

/** The exchanges that are open on a listener, and whether it takes new ones. */
export class OpenExchanges {
  readonly #exchanges = new Set<Exchange>();
  #ending: { readonly reason: Refusal; readonly onClosed: () => void } | null = null;

  get count(): number {
    return this.#exchanges.size;
  }

  /** Why new requests are refused, once the listener is ending; null before. */
  get ending(): Refusal | null {
    return this.#ending?.reason ?? null;
  }

  add(exchange: Exchange): void {
    this.#exchanges.add(exchange);
  }

  close(exchange: Exchange): void {
    this.#exchanges.delete(exchange);
    this.#ending?.onClosed();
  }

  find(matches: (exchange: Exchange) => boolean): Exchange | undefined {
    return [...this.#exchanges].find(matches);
  }

  /** Refuses new requests from now on, and calls `onClosed` whenever an open exchange has closed. */
  end(reason: Refusal, onClosed: () => void): void {
    this.#ending = { reason, onClosed };
  }

  /** Ends what is still open, for the reason that `end` was given. */
  refuseAll(): void {
    const reason = this.ending;
    if (reason !== null) for (const exchange of [...this.#exchanges]) exchange.refuse(reason);
  }
}
