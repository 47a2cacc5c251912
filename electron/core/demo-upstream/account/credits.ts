/** The demo account's credits. A cost that is no number is not counted, since its unit is not known. */
export class Credits {
  #left: number;

  constructor(credits: number) {
    this.#left = credits;
  }

  get left(): number {
    return this.#left;
  }

  /** Takes the cost off; false, and nothing taken, if there is not enough left. */
  trySpend(cost: unknown): boolean {
    if (typeof cost !== 'number') return true;
    if (cost > this.#left) return false;
    this.#left -= cost;
    return true;
  }
}
