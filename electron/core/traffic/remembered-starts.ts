import path from 'node:path';
import type { Clock, ClockTimer } from '../clock.ts';
import { readJsonFile, writeFileAtomically } from '../data-folder/atomic-file.ts';
import { OneAtATime } from '../data-folder/one-at-a-time.ts';

/**
 * Keeps the times of the last starts in `starts.json` of the data folder, so that the minute is not forgotten when the
 * program is started again: times only, nothing of what was asked. What cannot be read or written is done without; the
 * limits then begin anew.
 */
export class RememberedStarts {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #turns = new OneAtATime();
  #timer: ClockTimer | null = null;

  constructor(folder: string, clock: Clock) {
    this.#file = path.join(folder, 'starts.json');
    this.#clock = clock;
  }

  /** The times that were kept, in wall-clock milliseconds; empty where there are none. */
  async read(): Promise<number[]> {
    const found = await readJsonFile(this.#file);
    const times = found.found ? found.value : [];
    return Array.isArray(times)
      ? times.filter((time) => typeof time === 'number' && Number.isFinite(time))
      : [];
  }

  /** Says that an exchange started: the times are written within a second. */
  changed(times: () => readonly number[]): void {
    if (this.#timer !== null) return;
    this.#timer = this.#clock.setTimer(writeAfterMs, () => {
      this.#timer = null;
      void this.write(times());
    });
  }

  async write(times: readonly number[]): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    const text = JSON.stringify(times.map((time) => Math.round(time)));
    await this.#turns.run(() => writeFileAtomically(this.#file, text)).catch(() => undefined);
  }
}

const writeAfterMs = 1_000;
