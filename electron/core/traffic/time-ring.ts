/**
 * The newest of a row of times, oldest overwritten first. Times are pushed in rising order; all are milliseconds of one
 * clock. Memory follows what is kept, eight bytes a time.
 */
export class TimeRing {
  #times = new Float64Array(64);
  #next = 0;
  #size = 0;

  /** How many times are kept. */
  get size(): number {
    return this.#size;
  }

  /** Adds the newest time; one that is older than the last counts as the last. The oldest goes when `most` are kept. */
  push(timeMs: number, most: number): void {
    if (this.#size === this.#times.length && this.#size < most) this.#grow();
    this.#times[this.#next] = Math.max(timeMs, this.newest(1) ?? timeMs);
    this.#next = (this.#next + 1) % this.#times.length;
    this.#size = Math.min(this.#size + 1, this.#times.length);
  }

  /** The time of the `place`-th newest, 1 being the last pushed; undefined where so many are not kept. */
  newest(place: number): number | undefined {
    if (place < 1 || place > this.#size) return undefined;
    const { length } = this.#times;
    return this.#times[(this.#next - place + length) % length];
  }

  /** How many of the kept times are later than `timeMs`; takes log(size) steps. */
  countAfter(timeMs: number): number {
    let after = 0;
    let notAfter = this.#size + 1;
    while (notAfter - after > 1) {
      const middle = (after + notAfter) >> 1;
      if ((this.newest(middle) ?? timeMs) > timeMs) after = middle;
      else notAfter = middle;
    }
    return after;
  }

  #grow(): void {
    const grown = new Float64Array(this.#times.length * 2);
    grown.set(this.#times.subarray(this.#next));
    grown.set(this.#times.subarray(0, this.#next), this.#times.length - this.#next);
    this.#next = this.#times.length;
    this.#times = grown;
  }
}
