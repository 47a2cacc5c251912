import { editFormFields, hasFormField, readFormField, type FormBody } from '../../body/form-body.ts';
import type { FieldEdit } from '../../body/json-edit.ts';
import { countBytes } from '../../body/pieces.ts';
import { longestFieldBytes, type EncodedContent, type RequestContent } from './request-content.ts';
import type { Readable } from 'node:stream';

/** What comes behind the beginning of a form that was too large to be collected. */
export interface FormRest {
  /** How long the whole body says it is; null if it does not. */
  readonly announcedBytes: number | null;
  /** Makes the stream of the whole body: `head`, then what the client still sends. To be called once. */
  readonly streamBehind: (head: readonly Buffer[]) => Readable;
}

/**
 * A multipart form: collected whole, so that it can be sent again, or, if it is large, its beginning with the rest as a
 * stream. Of a large one only the fields at its beginning are known; the tools that send large files put them there.
 */
export class FormContent implements RequestContent {
  readonly json = null;
  readonly isReplayable: boolean;
  readonly hasFields: boolean;
  readonly #form: FormBody;
  readonly #rest: FormRest | null;

  constructor(form: FormBody, rest: FormRest | null) {
    this.#form = form;
    this.#rest = rest;
    this.isReplayable = rest === null;
    // A form without parts has no place for others, and whoever puts a large file first may still name model and group
    // behind it: adding others would contradict them.
    this.hasFields = form.parts.length > 0 && (rest === null || hasFormField(form, 'model'));
  }

  field(name: string): unknown {
    return readFormField(this.#form, name, longestFieldBytes);
  }

  has(name: string): boolean {
    return hasFormField(this.#form, name);
  }

  encode(edits: readonly FieldEdit[]): EncodedContent {
    const pieces = edits.length === 0 ? this.#form.pieces : editFormFields(this.#form, edits);
    const byteCount = countBytes(pieces);
    const rest = this.#rest;
    if (rest === null) return { body: pieces, lengthHeader: ['content-length', String(byteCount)] };
    const { announcedBytes } = rest;
    const grownBy = byteCount - this.#form.byteCount;
    return {
      body: rest.streamBehind(pieces),
      lengthHeader: announcedBytes === null ? [] : ['content-length', String(announcedBytes + grownBy)],
    };
  }
}
