import { describe, expect, it } from 'vitest';
import { changePolicy } from '../../../electron/core/clients/change-policy.ts';
import { clientPolicy } from '../../../shared/contract/clients.ts';

const fresh = clientPolicy.parse({});

describe('a change to what a client may do', () => {
  it('leaves what it does not name, or names as undefined', () => {
    const before = { ...fresh, requestsPerDay: 5, allowedModels: ['gpt-*'], waitMs: 1_000 };
    expect(changePolicy(before, { requestsPerDay: undefined, waitMs: null, group: 'openai' })).toEqual({
      ok: true,
      policy: { ...before, waitMs: null, group: 'openai' },
    });
  });

  it('that no client may be given says which part is wrong', () => {
    expect(changePolicy(fresh, { costPerDay: -1, allowedOrigins: ['*'] })).toEqual({
      ok: false,
      message: expect.stringMatching(/not changed\..*allowedOrigins\.0: Write an origin.*costPerDay: /),
    });
  });

  it('may not give it a group of its own that it may not use', () => {
    const crossed = changePolicy({ ...fresh, group: 'openai' }, { allowedGroups: ['fal-ai', 'openrouter'] });
    expect(crossed).toEqual({
      ok: false,
      message:
        "The client's own group is openai, which is not among the groups it may use: fal-ai, openrouter. " +
        'Allow that group too, or choose one of these.',
    });
    expect(changePolicy({ ...fresh, group: 'openai' }, { allowedGroups: ['OpenAI'] }).ok).toBe(true);
    expect(changePolicy({ ...fresh, group: 'openai' }, { allowedGroups: ['fal-ai'], group: '' }).ok).toBe(
      true,
    );
  });
});
