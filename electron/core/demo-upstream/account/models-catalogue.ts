/** Cody's groups of providers that have been seen. */
export type DemoGroup = 'openai' | 'openrouter' | 'fal-ai';

/** A model of the demo. */
export interface DemoModel {
  readonly id: string;
  readonly ownedBy: string;
  /** What one request costs. Its type is unknown in the real service, so all three occur here. */
  readonly cost: number | string | Readonly<Record<string, number>>;
  readonly groups: readonly [DemoGroup, ...DemoGroup[]];
  /** What chat with it gives: words, or word of a video. */
  readonly makes: 'text' | 'video';
  /** Whether `GET /v1/models` shows it. The rest may be called all the same, as with group `openai` any of OpenAI's may. */
  readonly listed: boolean;
}

const everywhere = ['openai', 'openrouter'] as const;
const routed = ['openrouter'] as const;
const openai = ['openai'] as const;

/** The models seen in January 2026, then those that are known to work but are not listed. */
export const demoModels: readonly DemoModel[] = [
  listed('gpt-5.2-pro', 'openai', 60, everywhere),
  listed('gpt-5.2', 'openai', 10, everywhere),
  listed('gpt-5.1', 'openai', 8, everywhere),
  listed('gpt-5-mini', 'openai', 2, everywhere),
  listed('gpt-5-nano', 'openai', 0.5, everywhere),
  listed('o3', 'openai', 12, everywhere),
  listed('gpt-4o', 'openai', 6, everywhere),
  listed('gpt-image-1.5', 'openai', 25, ['openai', 'fal-ai']),
  listed('gemini-3-pro-preview', 'google', 9, routed),
  listed('gemini-3-flash-preview', 'google', 1.5, routed),
  listed('nano-banana-pro', 'google', 20, ['openrouter', 'fal-ai']),
  listed('claude-opus-4.5', 'anthropic', 30, routed),
  listed('claude-sonnet-4.5', 'anthropic', 12, routed),
  listed('claude-haiku-4.5', 'anthropic', 3, routed),
  listed('sonar-deep-research', 'perplexity', '40 + 1 per search', routed),
  listed('sonar-reasoning-pro', 'perplexity', 10, routed),
  listed('sonar-pro', 'perplexity', 8, routed),
  listed('minimax-m2.1', 'minimax', 2, routed),
  listed('glm-4.7', 'zhipu', 2, routed),
  listed('kimi-k2-thinking', 'moonshot', 3, routed),
  listed('deepseek-v3.2', 'deepseek', 1, routed),
  { ...listed('sora-2/text-to-video', 'fal-ai', { per_second: 15 }, ['fal-ai']), makes: 'video' },
  unlisted('FLUX.1-dev', 'black-forest-labs', 10, ['fal-ai']),
  unlisted('FLUX.1-kontext', 'black-forest-labs', 12, ['fal-ai']),
  unlisted('text-embedding-3-small', 'openai', 0.1, openai),
  unlisted('text-embedding-3-large', 'openai', 0.2, openai),
  unlisted('text-embedding-ada-002', 'openai', 0.1, openai),
  unlisted('gpt-4o-mini-tts', 'openai', 2, openai),
  unlisted('gpt-4o-audio-preview', 'openai', 8, openai),
  unlisted('gpt-audio', 'openai', 8, openai),
  unlisted('tts-1', 'openai', 2, openai),
  unlisted('tts-1-hd', 'openai', 4, openai),
  unlisted('gpt-3.5-turbo-instruct', 'openai', 1, openai),
];

/** The model with that id, listed or not. */
export function findModel(id: string): DemoModel | undefined {
  return demoModels.find((model) => model.id === id);
}

function listed(
  id: string,
  ownedBy: string,
  cost: DemoModel['cost'],
  groups: DemoModel['groups'],
): DemoModel {
  return { id, ownedBy, cost, groups, makes: 'text', listed: true };
}

function unlisted(id: string, ownedBy: string, cost: number, groups: DemoModel['groups']): DemoModel {
  return { ...listed(id, ownedBy, cost, groups), listed: false };
}
