import { isRecord, type JsonRecord } from '../json-value.ts';

/** One JSON Schema that asks for what both ask for: properties and required names of both, else the second's word counts. */
export function mergeSchemas(first: JsonRecord, second: JsonRecord): JsonRecord {
  const merged: JsonRecord = { ...first, ...second };
  for (const key of ['properties', '$defs', 'definitions']) {
    const [one, other] = [first[key], second[key]];
    if (isRecord(one) && isRecord(other)) merged[key] = { ...one, ...other };
  }
  const [required, alsoRequired] = [first['required'], second['required']];
  if (Array.isArray(required) && Array.isArray(alsoRequired)) {
    merged['required'] = [...new Set<unknown>([...required, ...alsoRequired])];
  }
  return merged;
}
