import type { TokenCounts } from '../../../shared/contract/activity.ts';
import { isFields } from './answer-item.ts';

/**
 * The tokens that a `usage` object counts; null if it counts none. Reads those of chat.completions, completions and
 * embeddings (`prompt_tokens`, `completion_tokens`), of responses, images and transcriptions (`input_tokens`,
 * `output_tokens`), see https://platform.openai.com/docs/api-reference, and where DeepSeek and Anthropic say how many
 * of them were cached.
 */
export function readTokenCounts(usage: unknown): TokenCounts | null {
  if (!isFields(usage)) return null;
  const details = usage['prompt_tokens_details'] ?? usage['input_tokens_details'];
  const counts = {
    input: count(usage['prompt_tokens'] ?? usage['input_tokens']),
    output: count(usage['completion_tokens'] ?? usage['output_tokens']),
    cached: count(
      (isFields(details) ? details['cached_tokens'] : null) ??
        usage['prompt_cache_hit_tokens'] ??
        usage['cache_read_input_tokens'],
    ),
  };
  return counts.input === null && counts.output === null ? null : counts;
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}
