import type { ExchangeRecord } from '../../../shared/contract/activity.ts';
import type { Clock, ClockTimer } from '../clock.ts';
import type { ActivityService } from '../host-services.ts';

/** An exchange that is being remembered; its owner changes the fields and says so. */
export type OpenRecord = { -readonly [K in keyof ExchangeRecord]: ExchangeRecord[K] };

/**
 * What is remembered of exchanges, in memory only and bounded: the newest `capacity`. Changes are told in batches, at
 * most every 50 ms, so that a flood of exchanges does not become a flood of events.
 */
export class ActivityLog implements ActivityService {
  readonly #capacity: number;
  readonly #clock: Clock;
  readonly #records: OpenRecord[] = [];
  readonly #listeners = new Set<(changed: ExchangeRecord[]) => void>();
  readonly #changed = new Set<OpenRecord>();
  #timer: ClockTimer | null = null;
  #lastId = 0;
  /** Where the oldest record lies once the ring is full. */
  #oldest = 0;

  constructor(clock: Clock, capacity: number) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /** Begins a record; the newest pushes the oldest out. */
  begin(method: string, path: string): OpenRecord {
    const record: OpenRecord = {
      id: ++this.#lastId,
      startedAt: this.#clock.wallMs(),
      clientName: null,
      method,
      path: path.length > 200 ? `${path.slice(0, 200)}…` : path,
      model: null,
      status: null,
      errorCode: null,
      waitedMs: null,
      tries: 0,
      firstByteMs: null,
      durationMs: null,
      bytesIn: 0,
      bytesOut: 0,
      requestId: null,
      demo: false,
      end: 'open',
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
      const batch = [...this.#changed].map((changed) => ({ ...changed }));
      this.#changed.clear();
      for (const listener of [...this.#listeners]) listener(batch);
    });
  }

  list(limit: number): ExchangeRecord[] {
    const inOrder = [...this.#records.slice(this.#oldest), ...this.#records.slice(0, this.#oldest)];
    return inOrder
      .slice(-limit)
      .toReversed()
      .map((record) => ({ ...record }));
  }

  onChange(listener: (changed: ExchangeRecord[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const batchMs = 50;
