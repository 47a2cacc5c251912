import { pickFrom } from '../seeded-random.ts';
import type { DemoGroup } from './models-catalogue.ts';

/** The pretended providers of each group. */
export const demoProviders = {
  openai: ['aurora', 'basalt', 'cobalt'],
  openrouter: ['atlas', 'borealis', 'cygnus'],
  'fal-ai': ['falcon', 'fjord', 'flint'],
} as const satisfies Record<DemoGroup, readonly [string, ...string[]]>;

/** Who served a request. */
export interface ServedBy {
  readonly group: DemoGroup;
  readonly provider: string;
}

const rememberedIds = 10_000;

/** Chooses the provider of each request, and remembers who served the last ten thousand. */
export class ProviderChoice {
  readonly #servedById = new Map<string, ServedBy>();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Who served the request with that `x-request-id`, if that is still known. */
  servedBy(requestId: string): ServedBy | undefined {
    return this.#servedById.get(requestId);
  }

  /** The provider of the earlier request if it was of the same group, else any of the group. Remembers the choice. */
  choose(requestId: string, group: DemoGroup, earlier: ServedBy | undefined): ServedBy {
    const provider =
      earlier?.group === group ? earlier.provider : pickFrom<string>(demoProviders[group], this.#random());
    const servedBy = { group, provider };
    this.#servedById.set(requestId, servedBy);
    if (this.#servedById.size > rememberedIds) {
      for (const oldest of this.#servedById.keys()) {
        this.#servedById.delete(oldest);
        break;
      }
    }
    return servedBy;
  }
}
