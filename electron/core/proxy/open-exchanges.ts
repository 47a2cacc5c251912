import type { Exchange } from './exchange.ts';
import type { Refusal } from './refusal.ts';

/**
 * The exchanges that are open on a listener, and whether it takes new ones.
 *
 * They stand in an array, each at the `slot` it knows: a `Set` under constant change leaves a chain of outgrown tables
 * behind, through which V8's quick collections keep finished exchanges with their bodies alive.
 */
export class OpenExchanges {
  readonly #exchanges: Exchange[] = [];
  #ending: { readonly reason: Refusal; readonly onClosed: () => void } | null = null;

  get count(): number {
    return this.#exchanges.length;
  }

  /** Why new requests are refused, once the listener is ending; null before. */
  get ending(): Refusal | null {
    return this.#ending?.reason ?? null;
  }

  add(exchange: Exchange): void {
    exchange.slot = this.#exchanges.length;
    this.#exchanges.push(exchange);
  }

  close(exchange: Exchange): void {
    const last = this.#exchanges.pop();
    if (last !== undefined && last !== exchange) {
      last.slot = exchange.slot;
      this.#exchanges[exchange.slot] = last;
    }
    this.#ending?.onClosed();
  }

  find(matches: (exchange: Exchange) => boolean): Exchange | undefined {
    return this.#exchanges.find(matches);
  }

  forEach(visit: (exchange: Exchange) => void): void {
    for (const exchange of this.#exchanges) visit(exchange);
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
