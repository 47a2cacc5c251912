import { hasName, type JsonBody } from './json-body.ts';
import { splicePieces, type Splice } from './splice-pieces.ts';

/** A value that JSON can say. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** The change of one top-level field: a new value, or undefined to take the field away. */
export interface FieldEdit {
  readonly name: string;
  readonly value: JsonValue | undefined;
}

/**
 * Changes top-level fields of a JSON object and leaves every other byte alone: number spellings, key order, white space,
 * escapes, duplicates of other fields. A field that is there gets its new value in place, in each of its duplicates, so
 * that no reader can see the old one; a field that is not there is added at the end. A name stands in `edits` once.
 *
 * Returns the pieces of the new body, views of the old ones where nothing changed; undefined if the body is no object.
 */
export function editJsonFields(body: JsonBody, edits: readonly FieldEdit[]): Buffer[] | undefined {
  if (!body.isObject) return undefined;
  const splices: Splice[] = [];
  const added = edits.filter((edit) => edit.value !== undefined);
  let lastKeptEnd: number | null = null;
  for (const [index, field] of body.fields.entries()) {
    const edit = edits.find((candidate) => hasName(body, field, candidate.name));
    if (edit && edit.value === undefined) {
      const next = body.fields[index + 1];
      splices.push(
        lastKeptEnd === null
          ? { start: field.keyStart, end: next ? next.keyStart : field.valueEnd, text: '' }
          : { start: body.fields[index - 1]?.valueEnd ?? lastKeptEnd, end: field.valueEnd, text: '' },
      );
      continue;
    }
    if (edit) {
      splices.push({ start: field.valueStart, end: field.valueEnd, text: JSON.stringify(edit.value) });
      if (added.includes(edit)) added.splice(added.indexOf(edit), 1);
    }
    lastKeptEnd = field.valueEnd;
  }
  if (added.length > 0) {
    const text = added.map((edit) => `${JSON.stringify(edit.name)}:${JSON.stringify(edit.value)}`).join(',');
    const at = lastKeptEnd ?? body.objectStart;
    splices.push({ start: at, end: at, text: lastKeptEnd === null ? text : `,${text}` });
  }
  return splicePieces(body.pieces, body.byteCount, splices);
}
