import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { modelCatalogue } from '../../../shared/contract/models.ts';
import { readCatalogue } from '../../../electron/core/models/read-catalogue.ts';

function read(text: string) {
  const listing = readCatalogue(Buffer.from(text));
  return listing && [...listing.models.values()].map(({ model }) => model);
}

/** What is read of one model with these further fields. */
function readOne(fields: string) {
  return read(`{"data":[{"id":"m"${fields}}]}`)?.[0];
}

describe('the list of models', () => {
  test('is read with owner, cost and groups', () => {
    const text =
      '{"object":"list","data":[{"id":"sora-2/text-to-video","owned_by":"fal-ai","cost":1e2,"available_groups":["fal-ai"]},' +
      '{"id":"gpt-5.2","cost":"40 + 1 per search","available_groups":["openai","openrouter"]}]}';
    expect(read(text)).toEqual([
      { id: 'sora-2/text-to-video', ownedBy: 'fal-ai', cost: 100, groups: ['fal-ai'] },
      { id: 'gpt-5.2', ownedBy: null, cost: '40 + 1 per search', groups: ['openai', 'openrouter'] },
    ]);
    expect([...(readCatalogue(Buffer.from(text))?.groups ?? [])]).toEqual(['fal-ai', 'openai', 'openrouter']);
  });

  test.each([
    ['a number', ',"cost":0.10', 0.1],
    ['a text', ',"cost":"free"', 'free'],
    ['an object', ',"cost":{"per_second":15,"by":[1,null]}', { per_second: 15, by: [1, null] }],
    ['nothing', '', null],
    ['null', ',"cost":null', null],
    ['a number beyond all numbers', ',"cost":1e400', null],
    ['an object with such a number', ',"cost":{"a":[-1e999]}', null],
    ['a very long text', `,"cost":"${'x'.repeat(3_000)}"`, null],
    ['the last of two', ',"cost":1,"cost":2', 2],
  ])('may have as its cost %s', (_name, field, cost) => {
    expect(readOne(field)?.cost).toEqual(cost);
  });

  test.each([
    ['are absent', ''],
    ['are an object', ',"available_groups":{"openai":true}'],
    ['are a text', ',"available_groups":"openai"'],
    ['are a list of objects', ',"available_groups":[{"name":"openai"}]'],
    ['are a mixed list', ',"available_groups":["openai",1]'],
    ['are an empty list', ',"available_groups":[]'],
    ['are null', ',"available_groups":null'],
  ])('says nothing of the groups where they %s', (_name, field) => {
    expect(readOne(field)?.groups).toBeNull();
  });

  test('may hold what is no model', () => {
    const text =
      '{"data":[null,1,"gpt",[],{},{"id":7},{"name":"x"},{"id":"m","owned_by":3},{"id":"m","cost":1}]}';
    expect(read(text)).toEqual([{ id: 'm', ownedBy: null, cost: null, groups: null }]);
    expect(readCatalogue(Buffer.from(text))?.elements).toHaveLength(9);
  });

  test.each([
    '',
    '[]',
    '[{"id":"m"}]',
    '"x"',
    '{}',
    '{"data":{}}',
    '{"data":null}',
    '{"models":[]}',
    '{"data":[',
    '<html>',
  ])('is not found in %j', (text) => {
    expect(read(text)).toBeNull();
  });

  test('knows where each element and each value lies, byte for byte', () => {
    const model = '{ "id" : "ж\\u0031", "cost" : 0.10 ,"x":[1,{"cost":9}], "available_groups":[ "a" ] }';
    const bytes = Buffer.from(`{"é":1, "data" : [ 5 ,\n ${model}\t] }`);
    const listing = readCatalogue(bytes);
    const listed = listing?.models.get('ж1');
    expect(listed?.bytes.toString()).toBe(model);
    expect(listed?.cost?.toString()).toBe('0.10');
    expect(listed?.groups?.toString()).toBe('[ "a" ]');
    const [first, second] = listing?.elements ?? [];
    expect(bytes.subarray(first?.start, first?.end).toString()).toBe('5');
    expect(bytes.subarray(second?.start, second?.end).toString()).toBe(model);
    expect(bytes[(listing?.start ?? 0) - 1]).toBe('['.charCodeAt(0));
  });

  test('whatever it holds, can go to the window', () => {
    const model = fc.record(
      { id: fc.string(), cost: fc.jsonValue(), owned_by: fc.jsonValue(), available_groups: fc.jsonValue() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(model, fc.jsonValue())), (data) => {
        const models = read(JSON.stringify({ data })) ?? [];
        expect(modelCatalogue.parse({ models, fetchedAt: 1, trouble: null }).models).toEqual(models);
      }),
    );
  });
});
