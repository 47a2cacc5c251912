import type { ClientUse } from '../../../shared/contract/clients.ts';
import type { Clock, ClockTimer } from '../clock.ts';
import type { Watchable } from '../watched.ts';

/** What a `UseWatch` needs. */
export interface UseWatchOptions {
  readonly clock: Clock;
  /** How long until the next day, as `msUntilMidnight` gives it. */
  readonly msUntilMidnight: (wallMs: number) => number;
  readonly get: () => readonly ClientUse[];
}

/**
 * Tells what clients did of late to those who watch: a second after a change, at most once a second, and at midnight, when
 * all counts of the day change though no request comes. Without listeners there are no timers.
 */
export class UseWatch implements Watchable<readonly ClientUse[]> {
  readonly #options: UseWatchOptions;
  readonly #listeners = new Set<(use: readonly ClientUse[]) => void>();
  #telling: ClockTimer | null = null;
  #midnight: ClockTimer | null = null;

  constructor(options: UseWatchOptions) {
    this.#options = options;
  }

  get(): readonly ClientUse[] {
    return this.#options.get();
  }

  onChange(listener: (use: readonly ClientUse[]) => void): () => void {
    this.#listeners.add(listener);
    if (this.#midnight === null) this.#awaitMidnight();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Says that there is something to tell. Cheap. */
  changed(): void {
    if (this.#listeners.size === 0) return;
    this.#telling ??= this.#options.clock.setTimer(tellAfterMs, () => {
      this.#telling = null;
      this.#tell();
    });
  }

  /** Tells nothing more until somebody begins to watch. */
  close(): void {
    this.#telling?.cancel();
    this.#telling = null;
    this.#midnight?.cancel();
    this.#midnight = null;
  }

  #tell(): void {
    const use = this.get();
    for (const listener of [...this.#listeners]) listener(use);
  }

  #awaitMidnight(): void {
    const { clock, msUntilMidnight } = this.#options;
    this.#midnight = clock.setTimer(msUntilMidnight(clock.wallMs()), () => {
      this.#awaitMidnight();
      this.#tell();
    });
  }
}

const tellAfterMs = 1_000;
