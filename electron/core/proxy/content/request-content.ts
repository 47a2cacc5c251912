import type { FieldEdit } from '../../body/json-edit.ts';
import type { JsonBody } from '../../body/json-body.ts';
import type { UpstreamRequest } from '../../upstream/attempt.ts';

/** A request's body on its way up: its top-level fields can be looked at and changed, where it has any. */
export interface RequestContent {
  /** Whether it has fields that can be read and changed: a JSON object or a form. */
  readonly hasFields: boolean;
  /** Whether it can be sent more than once. */
  readonly isReplayable: boolean;
  /** The body as it was scanned, if it is JSON. */
  readonly json: JsonBody | null;
  /** The text, number … of a field; undefined where there is none or it is long. Of a form's fields always a text. */
  field(name: string): unknown;
  /** Whether there is a field of this name, whatever its value. */
  has(name: string): boolean;
  /** The body with these fields changed, every other byte as it came. Once only where it is not replayable. */
  encode(edits: readonly FieldEdit[]): EncodedContent;
}

/** A body as it is sent, with the header that tells its length, if that is known: name, value. */
export interface EncodedContent {
  readonly body: UpstreamRequest['body'];
  readonly lengthHeader: readonly string[];
}

/** A text among the fields of a content; null for another value, and for an empty one. */
export function textField(content: RequestContent, name: string): string | null {
  const value = content.hasFields ? content.field(name) : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Fields longer than this are not looked at. */
export const longestFieldBytes = 8 * 1024;

/** No body at all. */
export const noContent: RequestContent = {
  hasFields: false,
  isReplayable: true,
  json: null,
  field: () => undefined,
  has: () => false,
  encode: () => ({ body: null, lengthHeader: [] }),
};
