import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exampleValue } from '../../../../electron/core/demo-upstream/text/example-value.ts';

const tool = { freeText: 'demo', optionalProperties: false };
const everything = { freeText: 'demo', optionalProperties: true };

describe('example values for a schema', () => {
  it.each([
    [{ const: 5 }, 5],
    [{ enum: ['b', 'a'] }, 'b'],
    [{ type: 'boolean' }, true],
    [{ type: 'null' }, null],
    [{ type: ['null', 'integer'] }, 1],
    [{ type: 'integer', minimum: 3, multipleOf: 5 }, 5],
    [{ type: 'integer', exclusiveMinimum: 3 }, 4],
    [{ type: 'integer', maximum: -2 }, -2],
    [{ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, 0.75],
    [{ type: 'string', minLength: 6 }, 'demo..'],
    [{ type: 'string', maxLength: 2 }, 'de'],
    [{ type: 'string', format: 'date' }, '2026-01-31'],
    [{ type: 'string', pattern: '^#[0-9A-F]{6}$' }, '#2684FF'],
    [{ type: 'string', default: 'usual' }, 'usual'],
    [{ type: 'array', items: { type: 'integer' }, minItems: 2 }, [1, 1]],
    [{ type: 'array', items: { type: 'integer' }, minItems: 3, uniqueItems: true }, [1, 2, 3]],
    [{ type: 'array', items: { enum: ['x', 'y'] }, minItems: 2, uniqueItems: true }, ['x', 'y']],
    [{ type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false }, ['demo', 1]],
    [{ anyOf: [{ type: 'null' }, { type: 'integer' }] }, 1],
    [
      {
        allOf: [
          { type: 'object', properties: { a: { const: 1 } }, required: ['a'] },
          { properties: { b: { const: 2 } }, required: ['b'] },
        ],
      },
      { a: 1, b: 2 },
    ],
    [{ $ref: '#/$defs/a~1b', $defs: { 'a/b': { const: 'found' } } }, 'found'],
    [
      { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['b'] },
      { b: 'demo' },
    ],
    [{ type: 'object', minProperties: 1, properties: { a: { const: 1 } } }, { a: 1 }],
    [
      {
        type: 'object',
        properties: { path: { type: 'string' }, command: { type: 'string' } },
        required: ['path', 'command'],
      },
      { path: 'demo.txt', command: 'echo "Cody Desktop demo"' },
    ],
    [{}, 'demo'],
    [true, 'demo'],
  ])('for %j', (schema, expected) => {
    expect(exampleValue(schema, tool)).toEqual(expected);
  });

  it('come to an end where a schema names itself', () => {
    const schema = {
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          properties: {
            name: { type: 'string' },
            next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
            children: { type: 'array', items: { $ref: '#/$defs/node' } },
          },
          required: ['name', 'next', 'children'],
        },
      },
    };
    const node = z.object({
      name: z.string(),
      get next() {
        return node.nullable();
      },
      get children() {
        return z.array(node);
      },
    });
    for (const style of [tool, everything])
      expect(node.safeParse(exampleValue(schema, style)).error).toBeUndefined();
    expect(exampleValue({ $ref: '#' }, tool)).toBeDefined();
  });

  it('fit schemas of all sorts', () => {
    const { type } = fc.letrec((tie) => ({
      type: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<object>(
          { type: 'boolean' },
          { type: 'null' },
          { enum: [1, 'two', null] },
          { const: 'x' },
        ),
        fc.tuple(fc.integer({ min: -50, max: 50 }), fc.nat(20)).map(([minimum, more]) => ({
          type: 'integer',
          minimum,
          maximum: minimum + more,
        })),
        fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 9 })).map(([low, more]) => ({
          type: 'number',
          exclusiveMinimum: low,
          exclusiveMaximum: low + more,
        })),
        fc
          .tuple(fc.nat(9), fc.nat(9))
          .map(([minLength, more]) => ({ type: 'string', minLength, maxLength: minLength + more })),
        fc
          .constantFrom('date', 'date-time', 'email', 'uuid', 'ipv4', 'ipv6', 'time')
          .map((format) => ({ type: 'string', format })),
        fc.tuple(tie('type'), fc.nat(3)).map(([items, minItems]) => ({ type: 'array', items, minItems })),
        fc.array(tie('type'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
        fc
          .tuple(fc.dictionary(fc.constantFrom('a', 'b', 'path', 'url'), tie('type')), fc.boolean())
          .map(([properties, all]) => ({
            type: 'object',
            properties,
            required: all ? Object.keys(properties) : Object.keys(properties).slice(1),
            additionalProperties: false,
          })),
      ),
    }));
    fc.assert(
      fc.property(type, fc.boolean(), (schema, optionalProperties) => {
        const value = exampleValue(schema, { freeText: 'demo', optionalProperties });
        const checked = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value);
        expect(checked.error?.issues ?? []).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});
