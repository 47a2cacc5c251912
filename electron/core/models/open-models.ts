import type { RoutingSettings } from '../../../shared/routing-settings.ts';
import { answerFromCache, type CacheAnswer, type CacheQuestion } from './answer-from-cache.ts';
import { KeptAnswer } from './kept-answer.ts';
import { ModelsCatalogue, type ModelsCataloguePorts } from './models-catalogue.ts';

/** The area `models`: what the upstream tells of itself, kept for all who ask. */
export interface Models {
  readonly catalogue: ModelsCatalogue;
  /** The answer to a question whose answer is kept; null for any other. Rejects only if the signal aborts. */
  readonly ask: (question: CacheQuestion, signal: AbortSignal) => Promise<CacheAnswer> | null;
  /** Forgets all: the upstream or its key is another one. */
  readonly forget: () => void;
}

/** Makes the area; nothing is asked yet. */
export function openModels(ports: ModelsCataloguePorts, routing: () => RoutingSettings): Models {
  const catalogue = new ModelsCatalogue(ports);
  const me = new KeptAnswer('/me', ports);
  return {
    catalogue,
    ask: (question, signal) => answerFromCache({ catalogue, me, routing }, question, signal),
    forget: () => {
      catalogue.forget();
      me.forget();
    },
  };
}
