import { JsonScanner, type JsonFault, type JsonField } from './json-scanner.ts';
import { countBytes, readText, type Pieces } from './pieces.ts';

/** A JSON body that was checked and mapped, but never parsed. */
export interface JsonBody {
  readonly pieces: Pieces;
  readonly byteCount: number;
  /** Whether the body is an object; only objects have fields that can be read and edited. */
  readonly isObject: boolean;
  /** Where the byte after the top-level `{` lies. */
  readonly objectStart: number;
  readonly fields: readonly JsonField[];
}

/** What scanning a body came to: the body, or what is wrong with it in words, with the position. */
export type JsonBodyResult = { ok: true; body: JsonBody } | { ok: false; message: string };

/** Scans a whole body at once. To scan while it arrives, use `JsonScanner` and `finishJsonBody`. */
export function scanJsonBody(pieces: Pieces): JsonBodyResult {
  const scanner = new JsonScanner();
  for (const piece of pieces) scanner.write(piece);
  return finishJsonBody(scanner, pieces);
}

/** Makes the body of a scanner that has seen all of `pieces`. */
export function finishJsonBody(scanner: JsonScanner, pieces: Pieces): JsonBodyResult {
  const fault = scanner.end();
  if (fault) return { ok: false, message: describeFault(fault, pieces) };
  return {
    ok: true,
    body: {
      pieces,
      byteCount: countBytes(pieces),
      isObject: scanner.isObject,
      objectStart: scanner.objectStart,
      fields: scanner.fields,
    },
  };
}

/** The name of a field, its escapes resolved. */
export function fieldName(body: JsonBody, field: JsonField): string {
  const raw = readText(body.pieces, field.keyStart, field.keyEnd);
  const decoded = field.keyEscaped ? parseOrUndefined(raw) : undefined;
  return typeof decoded === 'string' ? decoded : raw.slice(1, -1);
}

/**
 * The value of a top-level field, parsed; undefined if there is none or it is longer than `maxBytes`. Of duplicates the
 * last one counts, as it does for `JSON.parse`.
 */
export function readField(body: JsonBody, name: string, maxBytes: number): unknown {
  const field = body.fields.findLast((candidate) => hasName(body, candidate, name));
  if (!field || field.valueEnd - field.valueStart > maxBytes) return undefined;
  return parseOrUndefined(readText(body.pieces, field.valueStart, field.valueEnd));
}

/** Whether a field has this name. Looks at the length before it decodes anything. */
export function hasName(body: JsonBody, field: JsonField, name: string): boolean {
  const keyBytes = field.keyEnd - field.keyStart - 2;
  if (!field.keyEscaped && keyBytes !== Buffer.byteLength(name)) return false;
  return fieldName(body, field) === name;
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Deep inside long strings the scanner checks nothing, so a mapped value can still be unreadable.
    return undefined;
  }
}

function describeFault(fault: JsonFault, pieces: Pieces): string {
  const where = `at byte ${fault.offset}${describeLine(fault.offset, pieces)}`;
  if (fault.found === null) {
    return fault.offset === 0
      ? 'The request body is empty, but JSON was announced. Send a JSON object.'
      : `The request body is not valid JSON: it ends too early, ${where}. Close what is still open and send it again.`;
  }
  return `The request body is not valid JSON: unexpected ${nameByte(fault.found)} ${where}. Correct it and send it again.`;
}

/** Line and column, counted from 1, in bodies that a person may look at; looking through larger ones would take long. */
function describeLine(offset: number, pieces: Pieces): string {
  if (offset > countLinesUpToBytes) return '';
  const before = readText(pieces, 0, offset);
  let line = 1;
  let lineStart = 0;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return ` (line ${line}, column ${before.length - lineStart + 1})`;
}

const countLinesUpToBytes = 256 * 1024;

function nameByte(byte: number): string {
  if (byte > 0x20 && byte < 0x7f) return `"${String.fromCharCode(byte)}"`;
  return `byte 0x${byte.toString(16).padStart(2, '0')}`;
}
