import { hasName, type JsonBody } from './json-body.ts';
import type { JsonField } from './json-scanner.ts';

/** Where a value lies in a body: byte offsets from the body's start, the end exclusive, no white space around it. */
export interface JsonRange {
  readonly start: number;
  readonly end: number;
}

/** The top-level field of that name; null if there is none. Of duplicates the last one counts, as for `JSON.parse`. */
export function findField(body: JsonBody, name: string): JsonField | null {
  return body.fields.findLast((candidate) => hasName(body, candidate, name)) ?? null;
}

/**
 * Where the elements of a field's array lie, as the scanner noted them while the body arrived; its bytes are not looked
 * at again. Null if the value is not an array or has more than `maxElements`, or more than the scanner notes.
 */
export function findElements({ elements }: JsonField, maxElements: number): JsonRange[] | null {
  if (elements === null || elements.length > 2 * maxElements) return null;
  const ranges: JsonRange[] = [];
  for (let index = 0; index + 1 < elements.length; index += 2) {
    ranges.push({ start: elements[index] as number, end: elements[index + 1] as number });
  }
  return ranges;
}

/**
 * Where the elements of an array lie, asked for one by one: a view of what the scanner noted, for arrays of thousands of
 * elements that are looked at with each request.
 */
export class JsonElements {
  readonly count: number;
  readonly #offsets: readonly number[];

  /** `offsets`: start, end, start, end …, as in `JsonField.elements`. */
  constructor(offsets: readonly number[]) {
    this.count = offsets.length / 2;
    this.#offsets = offsets;
  }

  /** Where the element at an index, from 0 to `count` - 1, begins. */
  startOf(index: number): number {
    return this.#offsets[2 * index] as number;
  }

  /** Where it ends. */
  endOf(index: number): number {
    return this.#offsets[2 * index + 1] as number;
  }
}

/** The same as `findElements`, as a view. */
export function viewElements({ elements }: JsonField, maxElements: number): JsonElements | null {
  return elements === null || elements.length > 2 * maxElements ? null : new JsonElements(elements);
}
