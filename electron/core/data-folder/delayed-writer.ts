import { rm } from 'node:fs/promises';
import type { Clock, ClockTimer } from '../clock.ts';
import { writeFileAtomically } from './atomic-file.ts';
import { OneAtATime } from './one-at-a-time.ts';

/** What a `DelayedWriter` needs. */
export interface DelayedWriterOptions {
  readonly file: string;
  readonly clock: Clock;
  /** How long after a change the file is written. */
  readonly delayMs: number;
  /** All that the file is to hold now; null where there is to be no file. */
  readonly text: () => string | null;
  /** Whether the file may be touched at all. */
  readonly mayWrite: boolean;
}

/**
 * Writes a file a while after what it holds has changed, so that a flood of changes becomes one write. Without a change
 * nothing is written.
 */
export class DelayedWriter {
  readonly #options: DelayedWriterOptions;
  readonly #turns = new OneAtATime();
  #timer: ClockTimer | null = null;
  #unwritten = false;
  #closed = false;

  constructor(options: DelayedWriterOptions) {
    this.#options = options;
  }

  /**
   * Says that the file is no longer up to date. Cheap. What cannot be written then is tried again with the next change
   * and by `close`.
   */
  changed(): void {
    this.#unwritten = true;
    if (this.#timer !== null || this.#closed || !this.#options.mayWrite) return;
    this.#timer = this.#options.clock.setTimer(this.#options.delayMs, () => {
      this.#timer = null;
      void this.write().catch(() => undefined);
    });
  }

  /** Writes the file at once, or removes it. Rejects with the system's error. */
  async write(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    const { file, text, mayWrite } = this.#options;
    if (!mayWrite) return;
    await this.#turns.run(async () => {
      const contents = text();
      this.#unwritten = false;
      try {
        if (contents === null) await rm(file, { force: true });
        else await writeFileAtomically(file, contents);
      } catch (error) {
        this.#unwritten = true;
        throw error;
      }
    });
  }

  /** Writes what is not written yet, if that can be done; nothing is written later. */
  async close(): Promise<void> {
    this.#closed = true;
    // A write that is under way is waited for, and may fail.
    await this.#turns.run(async () => undefined);
    if (this.#unwritten) await this.write().catch(() => undefined);
  }
}
