import type { JsonBody } from '../body/json-body.ts';
import { quote } from '../body/json-bytes.ts';
import { editJsonFields } from '../body/json-edit.ts';
import { findField } from '../body/json-elements.ts';
import type { JsonField } from '../body/json-scanner.ts';
import { slicePieces } from '../body/pieces.ts';
import type { KeepPicture } from './keep-picture.ts';

/** Decodes the base64 string between two offsets of an object, quotes included; null if it is something else. */
export type DecodeString = (start: number, end: number) => Buffer | null;

/**
 * Puts a `url` in the place of an object's `b64_json`, whose picture is given to `keep`; every other byte stays. Returns
 * the pieces of the new object. Null, and the object is to stay as it is: if it has no text in `b64_json`, has a `url`
 * already, or the picture cannot be decoded or is not kept.
 */
export function linkPicture(object: JsonBody, decode: DecodeString, keep: KeepPicture): Buffer[] | null {
  const picture = findField(object, 'b64_json');
  if (picture === null || !isFilledString(object, picture)) return null;
  const link = findField(object, 'url');
  if (link !== null && isFilledString(object, link)) return null;
  const bytes = decode(picture.valueStart, picture.valueEnd);
  const url = bytes && keep(bytes);
  if (url === null) return null;
  const edited = editJsonFields(object, [
    { name: 'url', value: url },
    { name: 'b64_json', value: undefined },
  ]);
  return edited ?? null;
}

function isFilledString({ pieces }: JsonBody, { valueStart, valueEnd }: JsonField): boolean {
  if (valueEnd - valueStart <= 2) return false;
  return slicePieces(pieces, valueStart, valueStart + 1)[0]?.[0] === quote;
}
