import { expect, test } from 'vitest';
import { readTokenCounts } from '../../../electron/core/answers/token-counts.ts';

test.each([
  [
    'chat completions',
    { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13, prompt_tokens_details: { cached_tokens: 3 } },
    { input: 9, output: 4, cached: 3 },
  ],
  [
    'responses',
    { input_tokens: 9, output_tokens: 4, input_tokens_details: { cached_tokens: 0 } },
    { input: 9, output: 4, cached: 0 },
  ],
  ['embeddings', { prompt_tokens: 9, total_tokens: 9 }, { input: 9, output: null, cached: null }],
  [
    'images',
    { input_tokens: 9, output_tokens: 4, input_tokens_details: { text_tokens: 9, image_tokens: 0 } },
    { input: 9, output: 4, cached: null },
  ],
  [
    'DeepSeek',
    { prompt_tokens: 9, completion_tokens: 4, prompt_cache_hit_tokens: 8 },
    { input: 9, output: 4, cached: 8 },
  ],
  [
    'Anthropic',
    { input_tokens: 9, output_tokens: 4, cache_read_input_tokens: 8, cache_creation_input_tokens: 0 },
    { input: 9, output: 4, cached: 8 },
  ],
  [
    'details of null',
    { prompt_tokens: 9, prompt_tokens_details: null },
    { input: 9, output: null, cached: null },
  ],
])('the usage of %s is understood', (_whose, usage, counts) => {
  expect(readTokenCounts(usage)).toEqual(counts);
});

test.each([[null], [3], [[]], [{}], [{ prompt_tokens: 'many', completion_tokens: -1 }], [{ seconds: 5 }]])(
  'what counts no tokens is no usage: %j',
  (usage) => {
    expect(readTokenCounts(usage)).toBeNull();
  },
);
