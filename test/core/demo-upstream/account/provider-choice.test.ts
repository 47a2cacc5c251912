import { describe, expect, it } from 'vitest';
import { ProviderChoice } from '../../../../electron/core/demo-upstream/account/provider-choice.ts';

describe('the choice of a provider', () => {
  it('is remembered for the last ten thousand requests', () => {
    const choice = new ProviderChoice(() => 0.99);
    for (let count = 0; count <= 10_000; count += 1) choice.choose(`req_${count}`, 'openrouter', undefined);
    expect(choice.servedBy('req_0')).toBeUndefined();
    expect(choice.servedBy('req_1')).toEqual({ group: 'openrouter', provider: 'cygnus' });
    expect(choice.servedBy('req_10000')).toBeDefined();
  });

  it('does not follow an earlier request into another group', () => {
    const choice = new ProviderChoice(() => 0);
    const earlier = { group: 'openai', provider: 'cobalt' } as const;
    expect(choice.choose('a', 'openai', earlier).provider).toBe('cobalt');
    expect(choice.choose('b', 'openrouter', earlier).provider).toBe('atlas');
  });
});
