import type { RandomBytes } from '../clients/client-key.ts';
import type { Clock, ClockTimer } from '../clock.ts';
import type { ImageType } from './image-type.ts';

/** A file that is kept. */
export interface KeptFile {
  readonly bytes: Buffer;
  readonly contentType: string;
  /** Until when, in milliseconds of the monotonic clock. */
  readonly untilMs: number;
}

/** How long a file is kept: ten minutes. */
export const keptFileLifeMs = 10 * 60_000;

/** How much is kept in all: 256 MiB. */
export const maxKeptBytes = 256 * 1024 * 1024;

/**
 * Files kept in memory for ten minutes each and 256 MiB in all; where that is not enough the oldest go first. A name is
 * 128 random bits, so that only who was told it can ask for the file.
 */
export class KeptFiles {
  readonly #clock: Clock;
  readonly #randomBytes: RandomBytes;
  /** By name, the oldest first: all live equally long. */
  readonly #files = new Map<string, KeptFile>();
  #byteCount = 0;
  /** Set while there are files, for the end of the oldest. */
  #timer: ClockTimer | null = null;

  constructor(options: { clock: Clock; randomBytes: RandomBytes }) {
    this.#clock = options.clock;
    this.#randomBytes = options.randomBytes;
  }

  /** How many bytes are kept now. */
  get byteCount(): number {
    return this.#byteCount;
  }

  /**
   * Keeps a file and returns its name: 32 hexadecimal digits and the type's extension. The bytes are not copied and must
   * not change. Null, and nothing else goes, if the file alone is larger than all that may be kept.
   */
  keep(bytes: Buffer, type: ImageType): string | null {
    if (bytes.length > maxKeptBytes) return null;
    for (const [name, oldest] of this.#files) {
      if (this.#byteCount + bytes.length <= maxKeptBytes) break;
      this.#drop(name, oldest);
    }
    const name = `${Buffer.from(this.#randomBytes(16)).toString('hex')}.${type.extension}`;
    const untilMs = this.#clock.monotonicMs() + keptFileLifeMs;
    this.#files.set(name, { bytes, contentType: type.contentType, untilMs });
    this.#byteCount += bytes.length;
    this.#setTimer();
    return name;
  }

  /** The file of that name; null if there is none, or none any more. */
  find(name: string): KeptFile | null {
    const file = this.#files.get(name);
    // Timers may come late.
    return file !== undefined && file.untilMs > this.#clock.monotonicMs() ? file : null;
  }

  /** Lets go of all files. */
  clear(): void {
    this.#files.clear();
    this.#byteCount = 0;
    this.#timer?.cancel();
    this.#timer = null;
  }

  #drop(name: string, file: KeptFile): void {
    this.#files.delete(name);
    this.#byteCount -= file.bytes.length;
  }

  #setTimer(): void {
    const oldest = this.#files.values().next().value;
    if (this.#timer !== null || oldest === undefined) return;
    const delayMs = Math.max(1, Math.ceil(oldest.untilMs - this.#clock.monotonicMs()));
    this.#timer = this.#clock.setTimer(delayMs, () => {
      this.#timer = null;
      this.#dropExpired();
      this.#setTimer();
    });
  }

  #dropExpired(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [name, file] of this.#files) {
      if (file.untilMs > nowMs) return;
      this.#drop(name, file);
    }
  }
}
