import { Chain } from './chain.ts';
import { ClientLine, type Waiter } from './waiter.ts';

/** Empty lines are kept for their clients' next exchanges; more than these are dropped when the lane is empty. */
const KEPT_LINES = 256;

/**
 * The exchanges that wait in one lane: round robin over the clients, first come first served within a client. Before all
 * of them come those that were put back, in the order of their first request. Every change takes one step.
 */
export class Lane {
  readonly #putBack = new ClientLine();
  /** The clients that wait, in the order of their turns. */
  readonly #turns = new Chain<ClientLine>();
  #lines = new Map<string, ClientLine>();
  #waiting = 0;

  get waiting(): number {
    return this.#waiting;
  }

  /** How many exchanges of this client wait, apart from those that were put back. */
  waitingOf(clientId: string): number {
    return this.#lines.get(clientId)?.length ?? 0;
  }

  append(waiter: Waiter): void {
    const line = this.#lineOf(waiter.request.clientId);
    if (line.length === 0) this.#turns.append(line);
    line.append(waiter);
    this.#waiting += 1;
  }

  putBack(waiter: Waiter): void {
    let other = this.#putBack.last;
    while (other !== null && other.order > waiter.order) other = other.previous;
    this.#putBack.insertAfter(other, waiter);
    this.#waiting += 1;
  }

  /** Takes out an exchange that waits in this lane. */
  remove(waiter: Waiter): void {
    const { line } = waiter;
    if (line === null) return;
    line.remove(waiter);
    this.#waiting -= 1;
    if (line !== this.#putBack && line.length === 0) this.#turns.remove(line);
    if (this.#waiting === 0 && this.#lines.size > KEPT_LINES) this.#lines = new Map();
  }

  /** Takes out the exchange whose turn it is; null when none waits. */
  takeNext(): Waiter | null {
    const line = this.#putBack.length === 0 ? this.#turns.first : this.#putBack;
    const waiter = line?.first ?? null;
    if (line === null || waiter === null) return null;
    this.remove(waiter);
    if (line !== this.#putBack && line.length > 0) {
      this.#turns.remove(line);
      this.#turns.append(line);
    }
    return waiter;
  }

  /** How many of this lane come before an exchange that waits in it. */
  ahead(waiter: Waiter): number {
    const rounds = waiter.line?.countBefore(waiter) ?? 0;
    if (waiter.line === this.#putBack) return rounds;
    let ahead = this.#putBack.length + rounds;
    let turnsBefore = 1;
    for (let line = this.#turns.first; line !== null; line = line.next) {
      if (line === waiter.line) turnsBefore = 0;
      else ahead += Math.min(line.length, rounds + turnsBefore);
    }
    return ahead;
  }

  #lineOf(clientId: string): ClientLine {
    let line = this.#lines.get(clientId);
    if (line === undefined) {
      line = new ClientLine();
      this.#lines.set(clientId, line);
    }
    return line;
  }
}
