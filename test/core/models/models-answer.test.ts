import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildModelsAnswer, findModelAnswer } from '../../../electron/core/models/models-answer.ts';
import { readCatalogue, type ModelListing } from '../../../electron/core/models/read-catalogue.ts';
import { routingSettings, type RoutingSettings } from '../../../shared/routing-settings.ts';

const sora =
  '{"id" : "sora-2/text-to-video","cost":{"per_second":1.50e1},  "available_groups":[ "fal-ai" ],"é\\u00e9":-0.0}';
const gpt =
  '{"owned_by":"openai","id":"gpt-5.2","cost":0.10,"available_groups":["openai","openrouter"],"x":1e2}';
const bare = '{"id":"o3"}';
const text = `{"object": "list",\n "data": [\n  ${sora},\n  ${gpt} ,${bare}\n ], "more": 10000000000000000001}\n`;

function listingOf(answer: string): ModelListing {
  const listing = readCatalogue(Buffer.from(answer));
  if (!listing) throw new Error('no list');
  return listing;
}

function routing(changes: Partial<RoutingSettings> = {}): RoutingSettings {
  return { ...routingSettings.parse({}), ...changes };
}

function alias(name: string, model: string, group = '') {
  return { name, model, group, parameters: {} };
}

function build(changes: Partial<RoutingSettings> = {}, group: string | null = null, answer = text): string {
  return buildModelsAnswer(listingOf(answer), routing(changes), group).toString();
}

/** The ids that a list names, in order. */
function idsOf(answer: string): unknown[] {
  return (JSON.parse(answer) as { data: { id: unknown }[] }).data.map(({ id }) => id);
}

describe('the list for tools', () => {
  test('is the upstream’s own, to the byte, where nothing is to be changed', () => {
    const listing = listingOf(text);
    expect(buildModelsAnswer(listing, routing(), null)).toBe(listing.bytes);
    expect(build({ hiddenModels: ['nobody'] })).toBe(text);
    expect(build({ hiddenModels: [] }, null, '{"data":[ ]}')).toBe('{"data":[ ]}');
  });

  test('leaves hidden models out and the others as they were written', () => {
    expect(build({ hiddenModels: ['sora-2/text-to-video'] })).toBe(
      `{"object": "list",\n "data": [\n  ${gpt} ,${bare}\n ], "more": 10000000000000000001}\n`,
    );
    expect(build({ hiddenModels: ['gpt-5.2'] })).toBe(
      `{"object": "list",\n "data": [\n  ${sora} ,${bare}\n ], "more": 10000000000000000001}\n`,
    );
    expect(build({ hiddenModels: ['o3'] })).toBe(
      `{"object": "list",\n "data": [\n  ${sora},\n  ${gpt}\n ], "more": 10000000000000000001}\n`,
    );
    expect(build({ hiddenModels: ['o3', 'gpt-5.2', 'sora-2/text-to-video'] })).toBe(
      `{"object": "list",\n "data": [\n  \n ], "more": 10000000000000000001}\n`,
    );
  });

  test('has the aliases at its end, with cost and groups as the upstream wrote them', () => {
    const answer = build({
      aliases: [alias('gpt-4o', 'gpt-5.2'), alias('video', 'sora-2/text-to-video'), alias('x"y', 'z')],
    });
    const added = [
      '{"id":"gpt-4o","object":"model","created":0,"owned_by":"cody-desktop","alias_for":"gpt-5.2","cost":0.10,"available_groups":["openai","openrouter"]}',
      '{"id":"video","object":"model","created":0,"owned_by":"cody-desktop","alias_for":"sora-2/text-to-video","cost":{"per_second":1.50e1},"available_groups":[ "fal-ai" ]}',
      '{"id":"x\\"y","object":"model","created":0,"owned_by":"cody-desktop","alias_for":"z"}',
    ];
    expect(answer).toBe(text.replace(bare, [bare, ...added].join(',')));
  });

  test('has an alias that is called as a listed model is only once, as the upstream lists it', () => {
    expect(build({ aliases: [alias('o3', 'gpt-5.2')] })).toBe(text);
    expect(idsOf(build({ aliases: [alias('a', 'o3'), alias('a', 'gpt-5.2')] }))).toEqual([
      'sora-2/text-to-video',
      'gpt-5.2',
      'o3',
      'a',
    ]);
  });

  test('has an alias for a hidden model, but no name that is hidden itself', () => {
    const aliases = [alias('o3', 'gpt-5.2'), alias('best', 'gpt-5.2'), alias('secret', 'gpt-5.2')];
    expect(idsOf(build({ aliases, hiddenModels: ['o3', 'gpt-5.2', 'secret'] }))).toEqual([
      'sora-2/text-to-video',
      'best',
    ]);
  });

  test('has each model with each of its groups, if that is wanted', () => {
    const answer = build({ listGroupNames: true, aliases: [alias('a', 'gpt-5.2@openai')] });
    expect(idsOf(answer)).toEqual([
      'sora-2/text-to-video',
      'gpt-5.2',
      'o3',
      'a',
      'sora-2/text-to-video@fal-ai',
      'gpt-5.2@openai',
      'gpt-5.2@openrouter',
    ]);
    expect(answer).toContain(
      '{"id":"gpt-5.2@openrouter","object":"model","created":0,"owned_by":"cody-desktop","alias_for":"gpt-5.2","cost":0.10,"available_groups":["openrouter"]}',
    );
    expect(answer).toContain(
      '"alias_for":"gpt-5.2@openai","cost":0.10,"available_groups":["openai","openrouter"]}',
    );
    const hiddenModels = ['gpt-5.2', 'sora-2/text-to-video@fal-ai'];
    expect(idsOf(build({ listGroupNames: true, hiddenModels }))).toEqual(['sora-2/text-to-video', 'o3']);
  });

  test('of a group has what that group has, and what is not known to be elsewhere', () => {
    const aliases = [
      alias('video', 'sora-2/text-to-video'),
      alias('best', 'gpt-5.2'),
      alias('any', 'unlisted'),
    ];
    const changes = { listGroupNames: true, aliases };
    expect(idsOf(build(changes, 'openrouter'))).toEqual([
      'gpt-5.2',
      'o3',
      'best',
      'any',
      'gpt-5.2@openrouter',
    ]);
    expect(idsOf(build(changes, 'nobody'))).toEqual(['o3', 'any']);
  });

  test('keeps what is no model', () => {
    const odd = '{"data":[null, {"id":7},{"id":"m"},"m"]}';
    expect(build({ hiddenModels: ['m'] }, 'openai', odd)).toBe('{"data":[null, {"id":7},"m"]}');
  });

  test('is begun by aliases where the upstream lists nothing', () => {
    expect(
      idsOf(build({ aliases: [alias('a', 'b'), alias('c', 'd')] }, null, '{"data":[ ],"n":1.0}')),
    ).toEqual(['a', 'c']);
  });

  test('is JSON with the same models in the same order, whatever is hidden and added', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-e]{1,2}$/), { maxLength: 6 });
    const space = fc.constantFrom('', ' ', '\n\t');
    fc.assert(
      fc.property(ids, ids, ids, space, (listed, hidden, names, gap) => {
        const elements = listed.map((id, index) => `${gap}{"id":"${id}","n":${index}.0}${gap}`);
        const answer = build(
          { hiddenModels: hidden, aliases: names.map((name) => alias(name, 'a')) },
          null,
          `{"data":[${gap}${elements.join(',')}]}`,
        );
        const left = listed.filter((id) => !hidden.includes(id));
        expect(idsOf(answer)).toEqual([
          ...left,
          ...names.filter((name) => !left.includes(name) && !hidden.includes(name)),
        ]);
        for (const id of left) expect(answer).toContain(`{"id":"${id}","n":${listed.indexOf(id)}.0}`);
      }),
    );
  });
});

describe('one model', () => {
  const listing = listingOf(text);
  const find = (id: string, changes: Partial<RoutingSettings> = {}, from: ModelListing | null = listing) =>
    findModelAnswer(from, routing(changes), id)?.toString() ?? null;

  test('is given as the upstream wrote it, also if it is hidden or an alias has its name', () => {
    expect(find('sora-2/text-to-video')).toBe(sora);
    expect(find('gpt-5.2', { hiddenModels: ['gpt-5.2'] })).toBe(gpt);
    expect(find('gpt-5.2', { aliases: [alias('gpt-5.2', 'o3')] })).toBe(gpt);
  });

  test('may be an alias, or a model with one of its groups', () => {
    expect(find('best', { aliases: [alias('best', 'gpt-5.2')], hiddenModels: ['best'] })).toBe(
      '{"id":"best","object":"model","created":0,"owned_by":"cody-desktop","alias_for":"gpt-5.2","cost":0.10,"available_groups":["openai","openrouter"]}',
    );
    expect(find('gpt-5.2@openai')).toBe(
      '{"id":"gpt-5.2@openai","object":"model","created":0,"owned_by":"cody-desktop","alias_for":"gpt-5.2","cost":0.10,"available_groups":["openai"]}',
    );
    expect(find('o3@anywhere')).toContain('"available_groups":["anywhere"]');
  });

  test('may have an @ in its own name; the group is what stands behind the last', () => {
    const versioned = listingOf('{"data":[{"id":"claude@2025","available_groups":["vertex"]}]}');
    expect(find('claude@2025', {}, versioned)).toContain('{"id":"claude@2025","available_groups"');
    expect(find('claude@2025@vertex', {}, versioned)).toContain('"alias_for":"claude@2025"');
    expect(find('claude@vertex', {}, versioned)).toBeNull();
  });

  test('that is not listed is for the upstream to answer', () => {
    for (const id of ['gpt-6', 'gpt-5.2@fal-ai', '@openai', 'o3@', '']) expect(find(id)).toBeNull();
  });

  test('may be an alias also where there is no list', () => {
    expect(find('best', { aliases: [alias('best', 'o3')] }, null)).toContain('"alias_for":"o3"}');
    expect(find('o3', {}, null)).toBeNull();
  });
});
