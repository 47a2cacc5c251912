/** A JSON object of which nothing is known yet. */
export type JsonRecord = Record<string, unknown>;

/** Whether the value is a JSON object (not an array, not null). */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The string under `key`, or undefined if there is none or it is of another type. */
export function stringIn(record: JsonRecord, key: string): string | undefined {
  const value = record[key];
  return typeof value === 'string' ? value : undefined;
}

/** The finite number under `key`, or undefined. */
export function numberIn(record: JsonRecord, key: string): number | undefined {
  const value = record[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The object under `key`, or an empty one. */
export function recordIn(record: JsonRecord, key: string): JsonRecord {
  const value = record[key];
  return isRecord(value) ? value : {};
}

/** The array under `key`, or an empty one. */
export function arrayIn(record: JsonRecord, key: string): readonly unknown[] {
  const value = record[key];
  return Array.isArray(value) ? value : [];
}

/** The objects of the array under `key`; entries of any other type are left out. */
export function recordsIn(record: JsonRecord, key: string): readonly JsonRecord[] {
  return arrayIn(record, key).filter(isRecord);
}
