import type { Waiter } from './waiter.ts';

/** The waiting exchanges by their deadlines, the nearest first (a binary heap); each knows its place in it. */
export class Deadlines {
  readonly #heap: Waiter[] = [];

  /** The exchange with the nearest deadline; undefined when none waits. */
  get nearest(): Waiter | undefined {
    return this.#heap[0];
  }

  add(waiter: Waiter): void {
    this.#heap.push(waiter);
    this.#rise(waiter, this.#heap.length - 1);
  }

  /** Takes out an exchange; one that has no place here is left alone. */
  remove(waiter: Waiter): void {
    const index = waiter.deadlineIndex;
    if (index < 0) return;
    waiter.deadlineIndex = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === waiter) return;
    this.#sink(last, index);
    this.#rise(last, last.deadlineIndex);
  }

  #rise(waiter: Waiter, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || parent.deadlineMs <= waiter.deadlineMs) break;
      this.#put(parent, index);
      index = above;
    }
    this.#put(waiter, index);
  }

  #sink(waiter: Waiter, from: number): void {
    let index = from;
    for (;;) {
      let below = index * 2 + 1;
      const left = this.#heap[below];
      const right = this.#heap[below + 1];
      let child = left;
      if (left !== undefined && right !== undefined && right.deadlineMs < left.deadlineMs) {
        child = right;
        below += 1;
      }
      if (child === undefined || child.deadlineMs >= waiter.deadlineMs) break;
      this.#put(child, index);
      index = below;
    }
    this.#put(waiter, index);
  }

  #put(waiter: Waiter, index: number): void {
    this.#heap[index] = waiter;
    waiter.deadlineIndex = index;
  }
}
