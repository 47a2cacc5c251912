import type { ExchangeRecord } from '../../../shared/contract/activity.ts';
import type { Clock, ClockTimer } from '../clock.ts';

/** An exchange that is being remembered; its owner changes the fields and says so. */
export type OpenRecord = { -readonly [K in keyof ExchangeRecord]: ExchangeRecord[K] } & {
  /** Whether its end has been told; the log's to set. */
  isFinished: boolean;
};

/**
 * What is remembered of exchanges, in memory only and bounded: the newest `capacity`. Changes are told in batches, at
 * most every 50 ms, so that a flood of exchanges does not become a flood of events.
 */
export class ActivityLog {
  readonly #capacity: number;
  readonly #clock: Clock;
  readonly #onFinished: (record: ExchangeRecord) => void;
  #records: OpenRecord[] = [];
  readonly #listeners = new Set<(changed: ExchangeRecord[]) => void>();
  readonly #changed = new Set<OpenRecord>();
  #timer: ClockTimer | null = null;
  #lastId = 0;
  /** Where the oldest record lies once the ring is full. */
  #oldest = 0;

  /** `onFinished` is given each exchange once, at its end; it must not keep the record. */
  constructor(
    clock: Clock,
    capacity: number,
    onFinished: (record: ExchangeRecord) => void = () => undefined,
  ) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#onFinished = onFinished;
  }

  /** Begins a record, all of whose facts are still to come; the newest pushes the oldest out. */
  begin(method: string, path: string): OpenRecord {
    const record: OpenRecord = {
      id: ++this.#lastId,
      startedAt: this.#clock.wallMs(),
      lane: 'background',
      clientId: null,
      clientName: null,
      userAgent: null,
      origin: null,
      method,
      path: path.length > 200 ? `${path.slice(0, 200)}…` : path,
      askedModel: null,
      model: null,
      streamed: false,
      route: null,
      affinity: null,
      ahead: null,
      waitedMs: null,
      tries: [],
      group: null,
      status: null,
      errorCode: null,
      errorMessage: null,
      remedy: null,
      firstByteMs: null,
      durationMs: null,
      bytesIn: 0,
      bytesOut: 0,
      tokens: null,
      cost: null,
      requestId: null,
      demo: false,
      fromCache: false,
      end: 'open',
      isFinished: false,
    };
    if (this.#records.length < this.#capacity) {
      this.#records.push(record);
    } else {
      this.#records[this.#oldest] = record;
      this.#oldest = (this.#oldest + 1) % this.#capacity;
    }
    return record;
  }

  /** Says that a record has changed. */
  changed(record: OpenRecord): void {
    if (this.#listeners.size === 0) return;
    this.#changed.add(record);
    if (this.#timer !== null) return;
    this.#timer = this.#clock.setTimer(batchMs, () => {
      this.#timer = null;
      const batch = [...this.#changed].map(copyOf);
      this.#changed.clear();
      if (batch.length === 0) return;
      for (const listener of [...this.#listeners]) listener(batch);
    });
  }

  /** Says that a record is at its end: how it ended and all else is in it. Said again, it is no more than a change. */
  finished(record: OpenRecord): void {
    this.changed(record);
    if (record.isFinished) return;
    record.isFinished = true;
    this.#onFinished(record);
  }

  /** Forgets all exchanges that are at their end. Open ones stay. */
  clear(): void {
    this.#records = this.#inOrder().filter((record) => !record.isFinished);
    this.#oldest = 0;
    for (const record of this.#changed) if (record.isFinished) this.#changed.delete(record);
  }

  /** The newest exchanges, newest first, as they are now. */
  list(limit: number): ExchangeRecord[] {
    return this.#inOrder().slice(-limit).toReversed().map(copyOf);
  }

  /** Calls `listener` with copies of the records that were added or changed. Returns the function that ends it. */
  onChange(listener: (changed: ExchangeRecord[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #inOrder(): OpenRecord[] {
    return [...this.#records.slice(this.#oldest), ...this.#records.slice(0, this.#oldest)];
  }
}

const batchMs = 50;

/** The record as it is now. Its tries still change; its route, tokens and the like are only ever replaced whole. */
function copyOf(record: OpenRecord): ExchangeRecord {
  const { isFinished: _, ...facts } = record;
  return { ...facts, tries: record.tries.map((oneTry) => ({ ...oneTry })) };
}
