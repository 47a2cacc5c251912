import type { ActivitySum, ExchangeRecord } from '../../../shared/contract/activity.ts';
import type { SumQuestion } from '../host-services.ts';

/** What is counted of exchanges that have something in common. */
export type Counts = Omit<ActivitySum, 'key' | 'name'>;

/** The exchanges of one client with one model of one group in one day, added up. Empty texts stand for none. */
export interface SumRow extends Counts {
  readonly clientId: string;
  readonly model: string;
  readonly group: string;
}

/** One day's sums. */
export interface DaySums {
  readonly rows: ReadonlyMap<string, SumRow>;
  /** Another number after each change, which no other state of any day's sums has had. */
  readonly revision: number;
}

/** How much is remembered. */
export interface SumLimits {
  readonly days: number;
  readonly rows: number;
  readonly rowsOfDay: number;
}

/**
 * Finished exchanges, added up by day, client, model and group; no single one is remembered. Bounded: beyond 400 days or
 * 50,000 rows the oldest day goes first. Of a day with more than 2,000 rows (a tool that makes up names of models, say)
 * further exchanges are added up by client alone, so that no such day costs the days before it.
 */
export class ActivitySums {
  readonly #dayOf: (wallMs: number) => string;
  readonly #limits: SumLimits;
  readonly #days = new Map<string, { rows: Map<string, SumRow>; revision: number }>();
  readonly #names = new Map<string, string>();
  #rowCount = 0;
  #lastRevision = 0;

  /** `dayOf` gives the day of a moment, as `localDay` does. */
  constructor(dayOf: (wallMs: number) => string, limits: SumLimits = usualLimits) {
    this.#dayOf = dayOf;
    this.#limits = limits;
  }

  /** The days there are sums of, in no order. */
  get days(): ReadonlyMap<string, DaySums> {
    return this.#days;
  }

  /** The names of clients as they were last known, by id; also of clients that are gone. */
  get clientNames(): ReadonlyMap<string, string> {
    return this.#names;
  }

  /** Adds an exchange that is at its end to the day on which it began. */
  add(record: ExchangeRecord): void {
    const { clientId, clientName, tokens } = record;
    const row = this.#rowFor(
      this.#dayOf(record.startedAt),
      clientId ?? '',
      (record.model ?? record.askedModel ?? '').slice(0, longestName),
      (record.group ?? '').slice(0, longestName),
    );
    row.exchanges += 1;
    if (record.end === 'refused') row.refused += 1;
    else if (isFailure(record)) row.failed += 1;
    if (tokens !== null) {
      row.inputTokens += tokens.input ?? 0;
      row.outputTokens += tokens.output ?? 0;
      row.cachedTokens += tokens.cached ?? 0;
    }
    row.cost += record.cost ?? 0;
    row.waitedMs += record.waitedMs ?? 0;
    if (clientId !== null && clientName !== null) this.#names.set(clientId, clientName);
  }

  /** Adds sums of an earlier run. */
  addDay(day: string, rows: readonly SumRow[]): void {
    for (const kept of rows) {
      addCounts(this.#rowFor(day, kept.clientId, kept.model, kept.group), kept);
    }
  }

  /** Says what clients are called now. Clients of which there are no sums are passed over. */
  nameClients(clients: Iterable<{ readonly id: string; readonly name: string }>): void {
    const counted = this.#countedClients();
    for (const { id, name } of clients) if (counted.has(id)) this.#names.set(id, name);
  }

  /** The sums from one day to another, both included: most exchanges first, or days in their order. */
  query({ by, from, to }: SumQuestion): ActivitySum[] {
    const sums = new Map<string, ActivitySum>();
    for (const [day, { rows }] of this.#days) {
      if (day < from || day > to) continue;
      for (const row of rows.values()) {
        const key = by === 'day' ? day : by === 'client' ? row.clientId : row[by];
        let sum = sums.get(key);
        if (sum === undefined) {
          const name = by === 'client' ? (this.#names.get(key) ?? key) : key;
          sum = { key, name, ...noCounts() };
          sums.set(key, sum);
        }
        addCounts(sum, row);
      }
    }
    const byKey = [...sums.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
    return by === 'day' ? byKey : byKey.toSorted((a, b) => b.exchanges - a.exchanges);
  }

  /** Forgets all sums. */
  clear(): void {
    this.#days.clear();
    this.#names.clear();
    this.#rowCount = 0;
  }

  #rowFor(day: string, clientId: string, model: string, group: string): SumRow {
    const sums = this.#days.get(day) ?? this.#begin(day);
    sums.revision = ++this.#lastRevision;
    const known = sums.rows.get(rowKey(clientId, model, group));
    if (known !== undefined) return known;
    if (sums.rows.size >= this.#limits.rowsOfDay && (model !== '' || group !== '')) {
      return this.#rowFor(day, clientId, '', '');
    }
    while (this.#rowCount >= this.#limits.rows && this.#days.size > 1) this.#dropOldestBut(day);
    const row: SumRow = { clientId, model, group, ...noCounts() };
    sums.rows.set(rowKey(clientId, model, group), row);
    this.#rowCount += 1;
    return row;
  }

  #begin(day: string): { rows: Map<string, SumRow>; revision: number } {
    const sums = { rows: new Map<string, SumRow>(), revision: 0 };
    this.#days.set(day, sums);
    while (this.#days.size > this.#limits.days) this.#dropOldestBut(day);
    return sums;
  }

  /** The day that is being added to stays, even if the machine's clock has fallen back to before all others. */
  #dropOldestBut(day: string): void {
    let oldest: string | null = null;
    for (const other of this.#days.keys()) {
      if (other !== day && (oldest === null || other < oldest)) oldest = other;
    }
    if (oldest === null) return;
    this.#rowCount -= this.#days.get(oldest)?.rows.size ?? 0;
    this.#days.delete(oldest);
    const counted = this.#countedClients();
    for (const id of this.#names.keys()) if (!counted.has(id)) this.#names.delete(id);
  }

  #countedClients(): Set<string> {
    const counted = new Set<string>();
    for (const { rows } of this.#days.values())
      for (const { clientId } of rows.values()) counted.add(clientId);
    return counted;
  }
}

/** What is remembered where nothing else is said. */
const usualLimits: SumLimits = { days: 400, rows: 50_000, rowsOfDay: 2_000 };

/** Names come from requests, which may make them as long as they like. */
const longestName = 200;

/** Lengths first, so that no two rows can have one key, whatever is in the names. */
function rowKey(clientId: string, model: string, group: string): string {
  return `${clientId.length} ${model.length} ${clientId}${model}${group}`;
}

function isFailure({ status, end }: ExchangeRecord): boolean {
  return end === 'failed' || end === 'cut' || (status !== null && status >= 400);
}

function noCounts(): Counts {
  return {
    exchanges: 0,
    failed: 0,
    refused: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    cost: 0,
    waitedMs: 0,
  };
}

function addCounts(to: Counts, added: Counts): void {
  to.exchanges += added.exchanges;
  to.failed += added.failed;
  to.refused += added.refused;
  to.inputTokens += added.inputTokens;
  to.outputTokens += added.outputTokens;
  to.cachedTokens += added.cachedTokens;
  to.cost += added.cost;
  to.waitedMs += added.waitedMs;
}
