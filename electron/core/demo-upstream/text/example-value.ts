import { arrayIn, isRecord, numberIn, recordIn, type JsonRecord } from '../json-value.ts';
import { exampleNumber } from './example-number.ts';
import { exampleString } from './example-string.ts';
import { mergeSchemas } from './merge-schemas.ts';

/** How an example is to be written. */
export interface ExampleStyle {
  /** What free strings say, where neither a format nor the property's name suggests better. */
  readonly freeText: string;
  /** Whether properties that are not required are written too. */
  readonly optionalProperties: boolean;
}

const deepest = 12;
const optionalDeepest = 4;

/**
 * A JSON value that fits a JSON Schema (draft 2020-12, as far as function tools and structured outputs use it): const, enum,
 * type, required, properties, items, prefixItems, bounds and lengths, multipleOf, format, pattern (where a common example
 * fits), local $ref, anyOf/oneOf/allOf. `not`, `if` and what else there is are not looked at.
 */
export function exampleValue(schema: unknown, style: ExampleStyle): unknown {
  return write(schema, { root: schema, style, name: '', depth: 0, variant: 0 });
}

interface Place {
  readonly root: unknown;
  readonly style: ExampleStyle;
  /** The property's name. */
  readonly name: string;
  readonly depth: number;
  /** 0, 1, 2 … gives values that differ, for arrays of unique items. */
  readonly variant: number;
}

function write(rawSchema: unknown, place: Place): unknown {
  if (!isRecord(rawSchema)) return rawSchema === false ? null : place.style.freeText;
  if (place.depth > deepest) return null;
  const schema = resolve(rawSchema, place);
  if ('const' in schema) return schema['const'];
  const choices = arrayIn(schema, 'enum');
  if (choices.length > 0) return choices[place.variant % choices.length];
  if (place.variant === 0 && 'default' in schema) return schema['default'];
  switch (chooseType(schema, place)) {
    case 'object':
      return writeObject(schema, place);
    case 'array':
      return writeArray(schema, place);
    case 'integer':
      return exampleNumber(schema, true, place.variant);
    case 'number':
      return exampleNumber(schema, false, place.variant);
    case 'boolean':
      return place.variant % 2 === 0;
    case 'null':
      return null;
    default:
      return exampleString(schema, place.name, place.style.freeText, place.variant);
  }
}

/** Replaces $ref, allOf and anyOf/oneOf by the one plain schema that the example follows. */
function resolve(schema: JsonRecord, place: Place): JsonRecord {
  let plain = schema;
  for (let step = 0; step < deepest; step += 1) {
    const { $ref, allOf, anyOf, oneOf, ...rest } = plain;
    if (typeof $ref === 'string') {
      const target = followPointer(place.root, $ref);
      plain = mergeSchemas(isRecord(target) ? target : {}, rest);
      continue;
    }
    if (Array.isArray(allOf)) {
      plain = allOf.filter(isRecord).reduce(mergeSchemas, rest);
      continue;
    }
    const branches = [anyOf, oneOf].find(Array.isArray);
    if (!branches) return plain;
    plain = mergeSchemas(rest, chooseBranch(branches.filter(isRecord), place));
  }
  return plain;
}

/** Deep down the branch that ends soonest (null), so that schemas that name themselves come to an end; else the first other. */
function chooseBranch(branches: readonly JsonRecord[], place: Place): JsonRecord {
  const nullBranch = branches.find(isNullSchema);
  if (place.depth >= optionalDeepest && nullBranch) return nullBranch;
  return branches.find((branch) => !isNullSchema(branch)) ?? nullBranch ?? {};
}

function isNullSchema(schema: JsonRecord): boolean {
  return schema['type'] === 'null' || schema['const'] === null;
}

function followPointer(root: unknown, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined;
  let target = root;
  for (const step of reference.slice(1).split('/').slice(1)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(target)) target = target[Number(key)];
    else target = isRecord(target) ? target[key] : undefined;
  }
  return target;
}

function chooseType(schema: JsonRecord, place: Place): string {
  const type = schema['type'];
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) {
    if (place.depth >= optionalDeepest && type.includes('null')) return 'null';
    return type.find((one) => typeof one === 'string' && one !== 'null') ?? 'null';
  }
  if ('properties' in schema || 'required' in schema) return 'object';
  if ('items' in schema || 'prefixItems' in schema) return 'array';
  if ('minimum' in schema || 'maximum' in schema || 'multipleOf' in schema) return 'number';
  return 'string';
}

function writeObject(schema: JsonRecord, place: Place): JsonRecord {
  const properties = recordIn(schema, 'properties');
  const required = arrayIn(schema, 'required').filter((name) => typeof name === 'string');
  const names = new Set(required);
  const least = numberIn(schema, 'minProperties') ?? 0;
  const withOptional = place.style.optionalProperties && place.depth < optionalDeepest;
  for (const name of Object.keys(properties)) if (withOptional || names.size < least) names.add(name);
  const object: JsonRecord = {};
  const other = schema['additionalProperties'];
  for (let index = 1; names.size < least; index += 1) names.add(`demo${index}`);
  for (const name of names) {
    const property = Object.hasOwn(properties, name) ? properties[name] : other;
    const value = write(property, { ...place, name, depth: place.depth + 1 });
    // Defined, not assigned, so that a property called __proto__ stays one.
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
}

function writeArray(schema: JsonRecord, place: Place): unknown[] {
  const first = arrayIn(schema, 'prefixItems');
  const items = schema['items'];
  const least = numberIn(schema, 'minItems') ?? 0;
  const most = numberIn(schema, 'maxItems') ?? Infinity;
  const wished = place.depth < optionalDeepest && items !== false ? Math.max(1, first.length) : first.length;
  const count = Math.min(Math.max(least, wished), most);
  const unique = schema['uniqueItems'] === true;
  return Array.from({ length: count }, (_, index) =>
    write(index < first.length ? first[index] : items, {
      ...place,
      depth: place.depth + 1,
      variant: unique ? place.variant + index : place.variant,
    }),
  );
}
