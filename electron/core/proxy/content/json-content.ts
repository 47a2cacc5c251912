import { readField, type JsonBody } from '../../body/json-body.ts';
import { editJsonFields, type FieldEdit } from '../../body/json-edit.ts';
import { findField } from '../../body/json-elements.ts';
import { countBytes } from '../../body/pieces.ts';
import { longestFieldBytes, type EncodedContent, type RequestContent } from './request-content.ts';

/** A collected JSON body. */
export class JsonContent implements RequestContent {
  readonly isReplayable = true;
  readonly json: JsonBody;

  constructor(json: JsonBody) {
    this.json = json;
  }

  get hasFields(): boolean {
    return this.json.isObject;
  }

  field(name: string): unknown {
    return readField(this.json, name, longestFieldBytes);
  }

  has(name: string): boolean {
    return findField(this.json, name) !== null;
  }

  encode(edits: readonly FieldEdit[]): EncodedContent {
    const edited = edits.length === 0 ? undefined : editJsonFields(this.json, edits);
    const byteCount = edited === undefined ? this.json.byteCount : countBytes(edited);
    return { body: edited ?? this.json.pieces, lengthHeader: ['content-length', String(byteCount)] };
  }
}
