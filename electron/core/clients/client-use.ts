import type { ExchangeRecord } from '../../../shared/contract/activity.ts';
import type { Notice } from '../../../shared/contract/app.ts';
import type { Client, ClientPolicy, ClientUse } from '../../../shared/contract/clients.ts';
import type { Clock } from '../clock.ts';
import { DelayedWriter } from '../data-folder/delayed-writer.ts';
import type { FoundFile } from '../data-folder/read-or-set-aside.ts';
import type { Watchable } from '../watched.ts';
import { checkBudget, type BudgetRefusal, type DayUse } from './budget.ts';
import { readUses, useFileIn, usesText, type StoredUses } from './use-file.ts';
import { UseWatch } from './use-watch.ts';

/** What a `ClientUseLog` needs. */
export interface ClientUseOptions {
  /** The data folder, which must exist. */
  readonly folder: string;
  readonly clock: Clock;
  /** The clients there are; others are passed over. */
  readonly clients: Watchable<readonly Client[]>;
  /** The day of a moment, as `localDay` gives it. */
  readonly dayOf: (wallMs: number) => string;
  /** How long until the next day, as `msUntilMidnight` gives it. */
  readonly msUntilMidnight: (wallMs: number) => number;
}

/** Opens `client-use.json` of the data folder, so that the day's counts outlive the program. Never throws. */
export async function openClientUse(options: ClientUseOptions): Promise<ClientUseLog> {
  return new ClientUseLog(options, await readUses(options.folder, options.clock));
}

/** What is known of one client. */
interface Entry {
  policy: ClientPolicy;
  lastSeenAt: number | null;
  userAgent: string | null;
  lastModel: string | null;
  requests: number;
  cost: number;
}

/**
 * What each client did of late: when it was last seen, as what, and what its requests of today come to, against its daily
 * caps. A request counts from the moment it is sent, to the day of that moment; its cost once it was answered, to the day
 * of that. All of it is kept on disk, written at most every 10 s, and goes with the client.
 */
export class ClientUseLog {
  readonly notices: readonly Notice[];
  readonly #options: ClientUseOptions;
  readonly #writer: DelayedWriter;
  readonly #watch: UseWatch;
  readonly #entries = new Map<string, Entry>();
  /** The day of the counts. */
  #day: string;

  constructor(options: ClientUseOptions, { value, notices, mayWrite }: FoundFile<StoredUses>) {
    const { clock, clients, folder, msUntilMidnight } = options;
    this.#options = options;
    this.notices = notices;
    this.#day = value?.day ?? '';
    for (const { id, ...stored } of value?.clients ?? []) {
      const client = clients.get().find((known) => known.id === id);
      if (client) this.#entries.set(id, { policy: client.policy, ...stored });
    }
    this.#adopt(clients.get());
    clients.onChange((changed) => {
      this.#adopt(changed);
      this.#changed();
    });
    const text = (): string => usesText(this.#stored());
    this.#writer = new DelayedWriter({
      file: useFileIn(folder),
      clock,
      delayMs: writeAfterMs,
      text,
      mayWrite,
    });
    this.#watch = new UseWatch({ clock, msUntilMidnight, get: () => this.#list() });
  }

  /** What each client of the list did of late. */
  get use(): Watchable<readonly ClientUse[]> {
    return this.#watch;
  }

  /** A request of the client's came; it may yet be refused. */
  seen(clientId: string | null, userAgent: string | null): void {
    const entry = this.#find(clientId);
    if (entry === undefined) return;
    entry.lastSeenAt = this.#options.clock.wallMs();
    entry.userAgent = userAgent === null ? null : userAgent.slice(0, longestUserAgent);
    this.#changed();
  }

  /** What the client has used up today. */
  today(clientId: string): DayUse {
    this.#beginDay();
    const entry = this.#find(clientId);
    return { requests: entry?.requests ?? 0, cost: entry?.cost ?? 0 };
  }

  /**
   * Why the client may not send now, by the caps it has at this moment; null if it may. To be asked as soon as a request
   * comes, so that none waits for nothing. It counts nothing and promises nothing: others may be sent before this one.
   */
  checkBudget(clientId: string | null): BudgetRefusal | null {
    const entry = this.#find(clientId);
    if (entry === undefined || (entry.policy.requestsPerDay === 0 && entry.policy.costPerDay === 0))
      return null;
    this.#beginDay();
    const { clock, msUntilMidnight } = this.#options;
    return checkBudget(entry.policy, entry, msUntilMidnight(clock.wallMs()));
  }

  /**
   * Checks once more and, if the client may send, counts the request as sent: both in one step, so that requests which run
   * at the same time cannot overrun a cap together. To be called once for a request, when its turn has come and right
   * before it is sent for the first time; where this gives a refusal, it must not be sent.
   */
  countStart(clientId: string | null): BudgetRefusal | null {
    const refusal = this.checkBudget(clientId);
    const entry = this.#find(clientId);
    if (refusal !== null || entry === undefined) return refusal;
    this.#beginDay();
    entry.requests += 1;
    this.#changed();
    return null;
  }

  /** Takes one back that `countStart` had counted: it surely never reached the upstream. */
  takeBack(clientId: string | null): void {
    const entry = this.#find(clientId);
    if (entry === undefined) return;
    this.#beginDay();
    // After midnight there may be nothing left to take from.
    entry.requests = Math.max(0, entry.requests - 1);
    this.#changed();
  }

  /** The client got an answer from that model. */
  answered(clientId: string | null, model: string | null): void {
    const entry = this.#find(clientId);
    if (entry === undefined || model === null) return;
    entry.lastModel = model.slice(0, longestModel);
    this.#changed();
  }

  /** An exchange is at its end: adds its cost, if it has one, and remembers the model, if it was answered well. */
  finished({ clientId, model, status, end, cost }: ExchangeRecord): void {
    if (end === 'done' && status !== null && status < 400) this.answered(clientId, model);
    const entry = this.#find(clientId);
    if (entry === undefined || cost === null) return;
    this.#beginDay();
    // A list of models may hold anything; a cost below nothing would raise the cap.
    entry.cost += Math.max(0, cost);
    this.#changed();
  }

  /** Writes what is not written yet; nothing is written later. */
  async close(): Promise<void> {
    this.#watch.close();
    await this.#writer.close();
  }

  #find(clientId: string | null): Entry | undefined {
    return clientId === null ? undefined : this.#entries.get(clientId);
  }

  /** Counts begin anew with each day. */
  #beginDay(): void {
    const day = this.#options.dayOf(this.#options.clock.wallMs());
    if (day === this.#day) return;
    this.#day = day;
    for (const entry of this.#entries.values()) {
      entry.requests = 0;
      entry.cost = 0;
    }
  }

  #adopt(clients: readonly Client[]): void {
    const ids = new Set(clients.map(({ id }) => id));
    for (const id of this.#entries.keys()) if (!ids.has(id)) this.#entries.delete(id);
    for (const { id, policy } of clients) {
      const known = this.#entries.get(id);
      if (known) known.policy = policy;
      else this.#entries.set(id, { policy, ...nothingYet });
    }
  }

  #list(): ClientUse[] {
    this.#beginDay();
    return [...this.#entries].map(([clientId, { lastSeenAt, userAgent, lastModel, requests, cost }]) => {
      return { clientId, lastSeenAt, userAgent, lastModel, requestsToday: requests, costToday: cost };
    });
  }

  #stored(): StoredUses {
    this.#beginDay();
    const clients = [...this.#entries].map(([id, { lastSeenAt, userAgent, lastModel, requests, cost }]) => {
      return { id, lastSeenAt, userAgent, lastModel, requests, cost };
    });
    return { day: this.#day, clients };
  }

  #changed(): void {
    this.#writer.changed();
    this.#watch.changed();
  }
}

const nothingYet = { lastSeenAt: null, userAgent: null, lastModel: null, requests: 0, cost: 0 };
const writeAfterMs = 10_000;
const longestUserAgent = 200;
const longestModel = 200;
