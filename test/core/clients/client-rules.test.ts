import { expect, it } from 'vitest';
import { compileClientRules } from '../../../electron/core/clients/client-rules.ts';

it('a client without lists may ask for any model and any group', () => {
  const rules = compileClientRules({ allowedModels: [], allowedGroups: [] });
  expect([rules.allowsModel('o3'), rules.allowsGroup('fal-ai')]).toEqual([true, true]);
});

it('a client with lists may ask for what they name, whatever its case', () => {
  const rules = compileClientRules({ allowedModels: ['gpt-*', 'o3'], allowedGroups: ['OpenAI', 'fal-ai'] });
  const models = ['gpt-5.2', 'GPT-5-nano', 'o3', 'o3-pro', 'claude-opus-4.5', ''];
  expect(models.map((model) => rules.allowsModel(model))).toEqual([true, true, true, false, false, false]);
  const groups = ['openai', 'fal-ai', 'fal', 'openrouter', ''];
  expect(groups.map((group) => rules.allowsGroup(group))).toEqual([true, true, false, false, false]);
});

it('a group is no pattern', () => {
  expect(compileClientRules({ allowedModels: [], allowedGroups: ['*'] }).allowsGroup('openai')).toBe(false);
});
