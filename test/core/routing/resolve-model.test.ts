import { describe, expect, test } from 'vitest';
import { resolveModel, type KnownModels } from '../../../electron/core/routing/resolve-model.ts';
import type { ModelAlias } from '../../../shared/routing-settings.ts';

const fast: ModelAlias = { name: 'fast', model: 'gpt-5-mini', group: '', parameters: {} };
const models = ['gpt-5.2', 'sora-2/text-to-video', 'odd@name', '@cf/meta/llama'];
const known: KnownModels = {
  isModel: (name) => models.includes(name),
  isGroup: (name) => name === 'openrouter',
  alias: (name) => (name === 'fast' ? fast : undefined),
};

describe("a model's name", () => {
  test.each([
    ['gpt-5.2', 'gpt-5.2', null],
    ['gpt-5.2@openrouter', 'gpt-5.2', 'openrouter'],
    ['gpt-5.2@nonsense', 'gpt-5.2', 'nonsense'],
    ['sora-2/text-to-video@fal-ai', 'sora-2/text-to-video', 'fal-ai'],
    ['unknown@openrouter', 'unknown', 'openrouter'],
    ['odd@name', 'odd@name', null],
    ['odd@name@openrouter', 'odd@name', 'openrouter'],
    ['@cf/meta/llama', '@cf/meta/llama', null],
    ['unknown@latest', 'unknown@latest', null],
    ['gpt-5.2@', 'gpt-5.2@', null],
    ['@openrouter', '@openrouter', null],
    ['', '', null],
  ])('%s means the model %s and the group %s', (asked, model, group) => {
    expect(resolveModel(asked, known)).toEqual({ model, group, alias: null, groupOfAlias: null });
  });

  test('may be an alias, with a group behind it or without', () => {
    const stands = { model: 'gpt-5-mini', alias: fast, groupOfAlias: null };
    expect(resolveModel('fast', known)).toEqual({ ...stands, group: null });
    expect(resolveModel('fast@openai', known)).toEqual({ ...stands, group: 'openai' });
  });

  test.each([
    ['gpt-5.2@openrouter', '', 'gpt-5.2', 'openrouter'],
    ['gpt-5.2@openrouter', 'azure', 'gpt-5.2', 'azure'],
    ['gpt-5.2', 'azure', 'gpt-5.2', 'azure'],
    ['odd@name', '', 'odd@name', null],
    ['unknown@latest', '', 'unknown@latest', null],
  ])('of an alias for %s in the group "%s" means the model %s and the group %s', (model, group, ...means) => {
    const alias: ModelAlias = { name: 'nick', model, group, parameters: {} };
    const resolved = resolveModel('nick', {
      ...known,
      alias: (name) => (name === 'nick' ? alias : undefined),
    });
    expect([resolved.model, resolved.groupOfAlias]).toEqual(means);
  });

  test('of an alias hides a model of the same name', () => {
    const aliased = { ...known, alias: (name: string) => (name === 'gpt-5.2' ? fast : undefined) };
    expect(resolveModel('gpt-5.2', aliased).model).toBe('gpt-5-mini');
  });
});
