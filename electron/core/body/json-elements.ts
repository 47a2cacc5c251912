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
