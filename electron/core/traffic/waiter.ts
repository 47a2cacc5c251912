import type { AdmissionRequest, AdmissionSlot, Ticket } from './admission-request.ts';
import { Chain, type Link } from './chain.ts';
import type { RateSlot } from './rate-windows.ts';
import type { LeftStart } from './under-way.ts';

/** What a ticket asks of the admission that gave it. */
export interface WaiterDesk {
  cancel(waiter: Waiter): void;
  used(waiter: Waiter): void;
  arrived(waiter: Waiter): void;
  giveBack(waiter: Waiter): void;
  ahead(waiter: Waiter): number;
  monotonicMs(): number;
}

/** The waiting exchanges of one client in one lane, first come first. */
export class ClientLine implements Link<ClientLine> {
  readonly #waiters = new Chain<Waiter>();
  /** Whether each waiter's `place` is true: they are counted once after a change, however many then ask. */
  #isCounted = true;
  previous: ClientLine | null = null;
  next: ClientLine | null = null;

  get first(): Waiter | null {
    return this.#waiters.first;
  }

  get last(): Waiter | null {
    return this.#waiters.last;
  }

  get length(): number {
    return this.#waiters.length;
  }

  append(waiter: Waiter): void {
    waiter.place = this.length;
    this.#waiters.append(waiter);
    waiter.line = this;
  }

  /** Puts a waiter behind another that stands in this line; null is the beginning. */
  insertAfter(other: Waiter | null, waiter: Waiter): void {
    this.#waiters.insertAfter(other, waiter);
    waiter.line = this;
    this.#isCounted = false;
  }

  remove(waiter: Waiter): void {
    this.#waiters.remove(waiter);
    waiter.line = null;
    this.#isCounted = this.length === 0;
  }

  /** How many stand before a waiter of this line. */
  countBefore(waiter: Waiter): number {
    if (!this.#isCounted) {
      let place = 0;
      for (let each = this.#waiters.first; each !== null; each = each.next) each.place = place++;
      this.#isCounted = true;
    }
    return waiter.place;
  }
}

/**
 * One exchange from its request to its start, its own ticket and slot: a single object, because every exchange needs one
 * and ten thousand may wait. The fields are kept by its line, the deadlines and the admission.
 */
export class Waiter implements Ticket, AdmissionSlot, Link<Waiter> {
  readonly request: AdmissionRequest;
  /** Rises with each request: who asked first. */
  readonly order: number;
  readonly #desk: WaiterDesk;

  line: ClientLine | null = null;
  place = 0;
  previous: Waiter | null = null;
  next: Waiter | null = null;
  deadlineMs = Infinity;
  deadlineIndex = -1;
  slot: RateSlot | null = null;
  /** Its start, once it has left. */
  start: LeftStart | null = null;
  #sinceMs = 0;
  #waitedMs = 0;

  constructor(request: AdmissionRequest, order: number, desk: WaiterDesk) {
    this.request = request;
    this.order = order;
    this.#desk = desk;
  }

  /** Whether it stands in the queue. */
  get waits(): boolean {
    return this.line !== null;
  }

  /** Lets its waiting clock run on. */
  startWaiting(nowMs: number, waitLimitMs: number): void {
    this.#sinceMs = nowMs;
    this.deadlineMs = nowMs + waitLimitMs - this.#waitedMs;
  }

  stopWaiting(nowMs: number): void {
    this.#waitedMs += nowMs - this.#sinceMs;
  }

  waitedMs(): number {
    return this.waits ? this.#waitedMs + this.#desk.monotonicMs() - this.#sinceMs : this.#waitedMs;
  }

  cancel(): void {
    this.#desk.cancel(this);
  }

  ahead(): number {
    return this.#desk.ahead(this);
  }

  used(): void {
    this.#desk.used(this);
  }

  arrived(): void {
    this.#desk.arrived(this);
  }

  giveBack(): void {
    this.#desk.giveBack(this);
  }
}
