/** One part of a `multipart/form-data` body. */
export interface FormPart {
  readonly name: string;
  /** The file's name, if the part is a file. */
  readonly fileName: string | null;
  readonly contentType: string | null;
  /** A view of the body's own bytes, not a copy. */
  readonly bytes: Buffer;
}

/** The parts in their order, or what is wrong with the body. */
export type ParsedForm =
  | { readonly kind: 'form'; readonly parts: readonly FormPart[] }
  | { readonly kind: 'malformed'; readonly message: string };

const crlf = '\r\n';

/** The boundary that a `multipart/form-data` content type names (RFC 2046, 5.1.1); null for any other content type. */
export function multipartBoundary(contentType: string): string | null {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return null;
  const found = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  return found?.[1] ?? found?.[2] ?? null;
}

/** Parses a whole form body (RFC 7578 over RFC 2046). Preamble, epilogue and padding after boundaries are passed over. */
export function parseMultipart(body: Buffer, boundary: string): ParsedForm {
  const delimiter = Buffer.from(`${crlf}--${boundary}`, 'latin1');
  const parts: FormPart[] = [];
  // The first delimiter may stand at the very start, without the line break that belongs to all others.
  const opening = delimiter.subarray(crlf.length);
  let at = body.subarray(0, opening.length).equals(opening) ? -crlf.length : body.indexOf(delimiter);
  if (at === -1) return malformed('the boundary does not occur in it');
  for (;;) {
    at += delimiter.length;
    if (body.toString('latin1', at, at + 2) === '--') return { kind: 'form', parts };
    while (body[at] === 0x20 || body[at] === 0x09) at += 1;
    if (body.toString('latin1', at, at + 2) !== crlf) return malformed('a boundary line does not end');
    const next = body.indexOf(delimiter, at);
    if (next === -1) return malformed('the closing boundary is missing');
    const part = parsePart(body.subarray(at, next));
    if (typeof part === 'string') return malformed(part);
    parts.push(part);
    at = next;
  }
}

function malformed(message: string): ParsedForm {
  return { kind: 'malformed', message };
}

/** `section` starts with the line break that ends the boundary's line, so that a part without headers has its empty line too. */
function parsePart(section: Buffer): FormPart | string {
  const headEnd = section.indexOf(crlf + crlf);
  if (headEnd === -1) return 'a part has no empty line after its headers';
  let disposition = '';
  let contentType: string | null = null;
  for (const line of section.toString('utf8', crlf.length, headEnd).split(crlf)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'content-disposition') disposition = value;
    if (name === 'content-type') contentType = value;
  }
  const name = dispositionParameter(disposition, 'name');
  if (!/^form-data\b/i.test(disposition) || name === null) return 'a part does not name its field';
  return {
    name,
    fileName: dispositionParameter(disposition, 'filename'),
    contentType,
    bytes: section.subarray(headEnd + 2 * crlf.length),
  };
}

function dispositionParameter(disposition: string, parameter: string): string | null {
  const found = new RegExp(`;\\s*${parameter}=(?:"((?:\\\\"|[^"])*)"|([^\\s;"]+))`, 'i').exec(disposition);
  const value = found?.[1] ?? found?.[2];
  if (value === undefined) return null;
  // Browsers write these three in per cent (the WHATWG's form encoding); others write \".
  return value
    .replaceAll('\\"', '"')
    .replaceAll('%22', '"')
    .replaceAll(/%0d/gi, '\r')
    .replaceAll(/%0a/gi, '\n');
}
