import type { FieldEdit, JsonValue } from './json-edit.ts';
import { readPartText, type MultipartPart, type MultipartScanner } from './multipart-scanner.ts';
import type { Pieces } from './pieces.ts';
import { splicePieces, type Splice } from './splice-pieces.ts';

/** The beginning of a multipart body, or all of it, with what is known of its parts. */
export interface FormBody {
  readonly pieces: Pieces;
  readonly byteCount: number;
  readonly boundary: string;
  readonly parts: readonly MultipartPart[];
  /** Where the last delimiter begins; null if more is to come. */
  readonly endStart: number | null;
}

/** Takes what a scanner knows of the pieces it has seen. */
export function formBodyOf(scanner: MultipartScanner, pieces: Pieces, byteCount: number): FormBody {
  return {
    pieces,
    byteCount,
    boundary: scanner.boundary,
    parts: [...scanner.parts],
    endStart: scanner.endStart,
  };
}

/** The text of a form field; undefined if there is none, or it is a file or longer than `maxBytes`. Of several the last counts. */
export function readFormField(form: FormBody, name: string, maxBytes: number): string | undefined {
  const part = form.parts.findLast((candidate) => candidate.name === name && !candidate.isFile);
  return part && readPartText(form.pieces, part, maxBytes);
}

/** Whether there is a form field of this name. */
export function hasFormField(form: FormBody, name: string): boolean {
  return form.parts.some((part) => part.name === name);
}

/**
 * Changes form fields and leaves every other byte alone. A field that is there gets its new value in place, in each of its
 * occurrences; one that is not there is added before the first part; undefined takes it away. A text is written as it is,
 * another value as JSON. Of a body that goes on, only what has been seen is changed. One without any part stays as it is.
 */
export function editFormFields(form: FormBody, edits: readonly FieldEdit[]): Buffer[] {
  const [first] = form.parts;
  if (first === undefined) return [...form.pieces];
  const splices: Splice[] = [];
  for (const { name, value } of edits) {
    const found = form.parts.filter((part) => part.name === name && part.valueEnd !== null);
    if (found.length === 0 && value !== undefined) {
      splices.push({
        start: first.start,
        end: first.start,
        text: formatFormField(form.boundary, name, value),
      });
    }
    for (const part of found) {
      const end = value === undefined ? nextStart(form, part) : (part.valueEnd ?? part.valueStart);
      const start = value === undefined ? part.start : part.valueStart;
      splices.push({ start, end, text: value === undefined ? '' : formatValue(value) });
    }
  }
  return splicePieces(form.pieces, form.byteCount, splices);
}

/** The boundary of a `multipart/form-data` content type (RFC 7578); null if it is something else or has none. */
export function multipartBoundary(contentType: string): string | null {
  const match = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(
    contentType,
  );
  return match?.[1] ?? match?.[2] ?? null;
}

/** A part with a form field, its delimiter in front. */
export function formatFormField(boundary: string, name: string, value: JsonValue): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"\r\n\r\n${formatValue(value)}\r\n`;
}

function formatValue(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Where the delimiter behind a part that has ended begins. */
function nextStart(form: FormBody, part: MultipartPart): number {
  return form.parts.find(({ start }) => start > part.start)?.start ?? form.endStart ?? form.byteCount;
}

/** As browsers do it: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
function escapeName(name: string): string {
  return name.replace(/["\r\n]/g, (character) => encodeURIComponent(character));
}
