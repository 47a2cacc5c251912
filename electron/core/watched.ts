/** A value that others may read and watch. */
export interface Watchable<T> {
  get(): T;
  /** Calls `listener` at each change, not for the value now. Returns the function that ends it. */
  onChange(listener: (value: T) => void): () => void;
}

/** A value of one owner, who sets it; all others see it as `Watchable`. Listeners run in the order they came. */
export class Watched<T> implements Watchable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    for (const listener of [...this.#listeners]) listener(value);
  }

  onChange(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
