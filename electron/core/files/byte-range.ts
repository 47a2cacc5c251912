/** Which bytes of a file a request asks for: all, those from `start` to `end` (exclusive), or some that are not there. */
export type ByteRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

/**
 * Reads a `Range` header for a file of `byteCount` bytes, more than none (RFC 9110, section 14.1.2). What is no single
 * range of bytes is as good as no header: the whole file is then the answer.
 */
export function readByteRange(range: string | undefined, byteCount: number): ByteRange {
  const [, first = '', last = ''] = singleRange.exec(range ?? '') ?? [];
  if (first === '' && last === '') return { kind: 'whole' };
  if (first === '') {
    const suffix = Math.min(Number(last), byteCount);
    return suffix === 0
      ? { kind: 'unsatisfiable' }
      : { kind: 'part', start: byteCount - suffix, end: byteCount };
  }
  const start = Number(first);
  const end = last === '' ? byteCount : Math.min(Number(last) + 1, byteCount);
  if (last !== '' && Number(last) < start) return { kind: 'whole' };
  return start >= byteCount ? { kind: 'unsatisfiable' } : { kind: 'part', start, end };
}

const singleRange = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;
