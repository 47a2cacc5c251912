/** A copy of a JSON value in which each text that holds `key` has `…` in its place, names of properties included. */
export function redactKey(value: unknown, key: string): unknown {
  if (typeof value === 'string') return value.replaceAll(key, '…');
  if (Array.isArray(value)) return value.map((item) => redactKey(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return redactProperties(value, key);
}

/** The same for an object's properties. */
export function redactProperties(value: object, key: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name.replaceAll(key, '…'), redactKey(item, key)]),
  );
}
