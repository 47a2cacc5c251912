/** What stands in a chain knows its neighbours there itself; both are null while it stands in none. */
export interface Link<Item> {
  previous: Item | null;
  next: Item | null;
}

/** A row whose items can be added and removed anywhere in one step, without memory of its own per item. */
export class Chain<Item extends Link<Item>> {
  #first: Item | null = null;
  #last: Item | null = null;
  #length = 0;

  get first(): Item | null {
    return this.#first;
  }

  get last(): Item | null {
    return this.#last;
  }

  get length(): number {
    return this.#length;
  }

  append(item: Item): void {
    this.insertAfter(this.#last, item);
  }

  /** Puts `item`, which must stand in no chain, behind `place`; null is the beginning. */
  insertAfter(place: Item | null, item: Item): void {
    const next = place === null ? this.#first : place.next;
    item.previous = place;
    item.next = next;
    if (place === null) this.#first = item;
    else place.next = item;
    if (next === null) this.#last = item;
    else next.previous = item;
    this.#length += 1;
  }

  /** Takes out `item`, which must stand in this chain. */
  remove(item: Item): void {
    if (item.previous === null) this.#first = item.next;
    else item.previous.next = item.next;
    if (item.next === null) this.#last = item.previous;
    else item.next.previous = item.previous;
    item.previous = null;
    item.next = null;
    this.#length -= 1;
  }
}
