import { readField } from '../body/json-body.ts';
import { JsonScanner } from '../body/json-scanner.ts';

/**
 * The id of the response that an answer of the Responses API begins with, JSON or events, read from its first bytes
 * alone; null if they hold no response, or not the whole of its id.
 */
export function findResponseId(head: Buffer): string | null {
  // Most answers are none, and are seen here to be none at next to no cost.
  if (!head.toString('latin1', 0, namedWithinBytes).includes('resp')) return null;
  const start = findResponse(head.toString('latin1'));
  if (start === null) return null;
  const part = head.subarray(start);
  const scanner = new JsonScanner();
  scanner.write(part);
  const { isObject, objectStart, fields } = scanner;
  const id = readField({ pieces: [part], byteCount: part.length, isObject, objectStart, fields }, 'id', 1000);
  return typeof id === 'string' ? id : null;
}

/** Where the response begins: JSON is one as a whole, an event has one in a field. */
function findResponse(text: string): number | null {
  if (/^\s*\{/.test(text)) return /"object"\s*:\s*"response"/.test(text) ? 0 : null;
  const field = /"response"\s*:\s*(?=\{)/.exec(text);
  return field === null ? null : field.index + field[0].length;
}

const namedWithinBytes = 512;
