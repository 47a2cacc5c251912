/**
 * An error fit for a terminal or a report: its kind, its code and where it happened. Never its message, which can quote
 * a body or a key.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'An error that is no Error was thrown.';
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}${code}`, ...frames].join('\n');
}
