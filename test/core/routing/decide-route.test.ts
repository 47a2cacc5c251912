import { describe, expect, test } from 'vitest';
import { decideRoute, type RouteRequest } from '../../../electron/core/routing/decide-route.ts';
import { compileClientRules } from '../../../electron/core/clients/client-rules.ts';
import { createRoutingTable } from '../../../electron/core/routing/routing-table.ts';
import { clientPolicy, type Client, type ClientPolicyPatch } from '../../../shared/contract/clients.ts';
import { routingSettings } from '../../../shared/routing-settings.ts';
import type { z } from 'zod';

const groupsOfModels: Record<string, readonly string[]> = {
  'gpt-5.2': ['openai', 'openrouter'],
  'claude-opus-4.5': ['openrouter'],
  'sora-2/text-to-video': ['fal-ai'],
};

function decide(
  settings: z.input<typeof routingSettings>,
  request: Partial<RouteRequest> = {},
  policy: ClientPolicyPatch | null = null,
) {
  const models = {
    groupsOf: (model: string) => groupsOfModels[model] ?? null,
    isModel: (name: string) => name in groupsOfModels,
    isGroup: (name: string) => Object.values(groupsOfModels).some((groups) => groups.includes(name)),
  };
  const rules = compileClientRules(clientPolicy.parse(policy ?? {}));
  const table = createRoutingTable(routingSettings.parse(settings), models, () => rules);
  const client: Client | null = policy && {
    id: 'c1',
    name: 'Cline',
    createdAt: 0,
    keyReadable: true,
    policy: clientPolicy.parse(policy),
  };
  return decideRoute(
    {
      askedModel: 'gpt-5.2',
      endpoint: '/chat/completions',
      groupInBody: null,
      groupInHeader: null,
      groupInPath: null,
      client,
      ...request,
    },
    table,
  );
}

/** Groups and reason, in one line; a refusal's code. */
function told(decided: ReturnType<typeof decide>): string {
  if ('refusal' in decided) return decided.refusal.code;
  const { source, groups, rule, skipped } = decided.route;
  const by = rule === null ? source : `${source} by rule ${rule.position}`;
  const without = skipped.map(({ group, why }) => ` -${group}:${why}`).join('');
  return `${by}: ${groups.join(' > ')}${without}`;
}

describe('the group of an exchange is named by', () => {
  const all = {
    rules: [{ groups: ['openrouter'] }],
    defaultGroup: 'openrouter',
    aliases: [{ name: 'mine', model: 'gpt-5.2', group: 'openai' }],
  };
  const everywhere = { groupInBody: 'a', groupInHeader: 'b', groupInPath: 'c', askedModel: 'new@openai' };

  test.each([
    ['the body', everywhere, 'body: a'],
    ['else the header', { ...everywhere, groupInBody: null }, 'header: b'],
    ['else the path', { ...everywhere, groupInBody: null, groupInHeader: null }, 'path: c'],
    ["else the model's name", { askedModel: 'new@openai' }, 'model: openai'],
    ['else an alias', { askedModel: 'mine' }, 'alias: openai'],
  ])('%s', (_who, request, expected) => {
    expect(told(decide(all, request, { group: 'openrouter' }))).toBe(expected);
  });

  test("else the client key's own group, the first rule that fits, the default, nobody", () => {
    expect(told(decide(all, {}, { group: 'openai' }))).toBe('client: openai');
    expect(told(decide(all, {}, {}))).toBe('rule by rule 1: openrouter');
    expect(told(decide({ ...all, rules: [] }))).toBe('default: openrouter');
    expect(told(decide({}))).toBe('none: ');
  });

  test('nobody where it is an empty text', () => {
    expect(told(decide({}, { groupInBody: '', groupInHeader: '' }))).toBe('none: ');
  });
});

describe('a rule', () => {
  const rule = {
    models: ['claude-*', 'gpt-?.2'],
    endpoints: ['/chat/*'],
    clients: ['cl*'],
    groups: ['openrouter'],
  };

  test('fits when all of its conditions do', () => {
    expect(told(decide({ rules: [rule] }, {}, {}))).toBe('rule by rule 1: openrouter');
    expect(told(decide({ rules: [rule] }, { askedModel: 'gpt-5.1' }, {}))).toBe('none: ');
    expect(told(decide({ rules: [rule] }, { endpoint: '/responses' }, {}))).toBe('none: ');
    expect(told(decide({ rules: [rule] }))).toBe('none: ');
  });

  test('counts only if it is the first that fits and is switched on', () => {
    const rules = [
      { ...rule, enabled: false, groups: ['a'] },
      { models: ['x'], groups: ['b'] },
      { groups: ['openai', 'openrouter'] },
      { groups: ['d'] },
    ];
    expect(told(decide({ rules }))).toBe('rule by rule 3: openai > openrouter');
  });

  test('passes over groups that do not have the model, and says so', () => {
    const rules = [{ groups: ['fal-ai', 'openai', 'openrouter'] }];
    expect(told(decide({ rules }))).toBe('rule by rule 1: openai > openrouter -fal-ai:not_available');
    expect(told(decide({ rules: [{ groups: ['fal-ai'] }], defaultGroup: 'openai' }))).toBe(
      'default: openai -fal-ai:not_available',
    );
    expect(told(decide({ rules: [{ groups: ['fal-ai'] }] }))).toBe('none:  -fal-ai:not_available');
  });

  test('leaves models alone that nobody knows', () => {
    expect(told(decide({ rules: [{ groups: ['anything'] }] }, { askedModel: 'new' }))).toBe(
      'rule by rule 1: anything',
    );
  });

  test('is matched against the model that an alias stands for', () => {
    const settings = {
      rules: [{ models: ['claude-*'], groups: ['openrouter'] }],
      aliases: [{ name: 'best', model: 'claude-opus-4.5' }],
    };
    expect(told(decide(settings, { askedModel: 'best' }))).toBe('rule by rule 1: openrouter');
  });

  test('adds nothing to a group that was asked for, unless it says so', () => {
    const groups = ['openai', 'openrouter'];
    const asked = { groupInBody: 'openrouter' };
    expect(told(decide({ rules: [{ groups }] }, asked))).toBe('body: openrouter');
    expect(told(decide({ rules: [{ groups, alsoIfAsked: true }] }, asked))).toBe(
      'body by rule 1: openrouter > openai',
    );
  });
});

describe('a group that was asked for and does not have the model', () => {
  test('is refused, with those that have it', () => {
    const decided = decide({}, { groupInHeader: 'fal-ai' });
    expect(decided).toMatchObject({
      refusal: {
        code: 'group_not_available',
        message: expect.stringContaining('openai, openrouter'),
        remedy: { kind: 'use_group', groups: ['openai', 'openrouter'] },
      },
    });
  });

  test('is refused in a name and an alias too', () => {
    const aliases = [{ name: 'v', model: 'gpt-5.2', group: 'fal-ai' }];
    expect(told(decide({}, { askedModel: 'gpt-5.2@fal-ai' }))).toBe('group_not_available');
    expect(told(decide({ aliases }, { askedModel: 'v' }))).toBe('group_not_available');
  });

  test("is passed over if only the client's settings or the default name it", () => {
    expect(told(decide({ defaultGroup: 'fal-ai' }, {}, { group: 'fal-ai' }))).toBe(
      'none:  -fal-ai:not_available',
    );
  });
});

describe('a client with a list of groups', () => {
  test('is refused another one that it asks for', () => {
    expect(decide({}, { groupInBody: 'openai' }, { allowedGroups: ['openrouter'] })).toMatchObject({
      refusal: {
        code: 'group_not_allowed',
        remedy: { kind: 'allow_group', clientId: 'c1', group: 'openai' },
      },
    });
  });

  test('is kept to its list by rules and default, and where the upstream would choose', () => {
    const policy = { allowedGroups: ['openrouter'] };
    expect(told(decide({ rules: [{ groups: ['openai', 'openrouter'] }] }, {}, policy))).toBe(
      'rule by rule 1: openrouter -openai:not_allowed',
    );
    expect(told(decide({ defaultGroup: 'openai' }, {}, policy))).toBe(
      'allowed: openrouter -openai:not_allowed',
    );
    expect(told(decide({}, {}, policy))).toBe('allowed: openrouter');
  });

  test('cannot use a model that is in none of its groups', () => {
    const decided = decide({}, { askedModel: 'sora-2/text-to-video' }, { allowedGroups: ['openai'] });
    expect(told(decided)).toBe('group_not_allowed');
  });
});

describe('a client with a list of models', () => {
  const policy = { allowedModels: ['gpt-*', 'fast'] };

  test('may use those, by an alias too', () => {
    expect(told(decide({}, {}, policy))).toBe('none: ');
    const aliases = [
      { name: 'fast', model: 'claude-opus-4.5' },
      { name: 'slow', model: 'gpt-5.2' },
    ];
    expect(told(decide({ aliases }, { askedModel: 'fast' }, policy))).toBe('none: ');
    expect(told(decide({ aliases }, { askedModel: 'slow' }, policy))).toBe('none: ');
    expect(told(decide({ aliases }, { askedModel: 'fast@openrouter' }, policy))).toBe('model: openrouter');
  });

  test('is refused others, with what would allow them', () => {
    expect(decide({}, { askedModel: 'claude-opus-4.5' }, policy)).toMatchObject({
      refusal: {
        code: 'model_not_allowed',
        param: 'model',
        remedy: { kind: 'allow_model', clientId: 'c1', model: 'claude-opus-4.5' },
      },
    });
  });
});

test('an alias brings its model and its parameters', () => {
  const aliases = [
    { name: 'video', model: 'sora-2/text-to-video', group: 'fal-ai', parameters: { duration: 8 } },
    { name: 'video', model: 'never' },
  ];
  expect(decide({ aliases }, { askedModel: 'video' })).toMatchObject({
    model: 'sora-2/text-to-video',
    alias: 'video',
    parameters: { duration: 8 },
    route: { groups: ['fal-ai'], source: 'alias' },
  });
});
