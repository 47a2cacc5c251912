import type { DemoState } from './demo-state.ts';
import { echo, mirror, pseudoRandomBytes } from './endpoints/byte-endpoints.ts';
import { chatCompletions } from './endpoints/chat-completions.ts';
import { completions } from './endpoints/completions.ts';
import { embeddings } from './endpoints/embeddings.ts';
import { imageEdits } from './endpoints/image-edits.ts';
import { imageGenerations } from './endpoints/image-generations.ts';
import { me } from './endpoints/me.ts';
import { getModel, listModels } from './endpoints/models.ts';
import { responses } from './endpoints/responses.ts';
import { speech } from './endpoints/speech.ts';
import type { DemoExchange } from './http/exchange.ts';

/** Answers one exchange. `rest` is the part of the path that the route leaves open, not decoded. */
export type Endpoint = (state: DemoState, exchange: DemoExchange, rest: string) => Promise<void>;

/** A path of the demo upstream. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** A path that ends with `/` stands for all paths below it. */
  readonly path: string;
  readonly endpoint: Endpoint;
  /** Whether it counts against the rate limits. */
  readonly isInference: boolean;
}

const routes: readonly Route[] = [
  plain('GET', '/v1/models', listModels),
  plain('GET', '/v1/models/', getModel),
  plain('GET', '/v1/me', me),
  inference('/v1/chat/completions', chatCompletions),
  inference('/v1/responses', responses),
  inference('/v1/completions', completions),
  inference('/v1/embeddings', embeddings),
  inference('/v1/images/generations', imageGenerations),
  inference('/v1/images/edits', imageEdits),
  inference('/v1/audio/speech', speech),
  plain('POST', '/v1/demo/echo', echo),
  plain('POST', '/v1/demo/mirror', mirror),
  plain('GET', '/v1/demo/bytes/', pseudoRandomBytes),
];

/** The route of a path, with what the path has beyond it; undefined if there is none. */
export function findRoute(path: string): { readonly route: Route; readonly rest: string } | undefined {
  const route = routes.find((candidate) =>
    candidate.path.endsWith('/')
      ? path.startsWith(candidate.path) && path.length > candidate.path.length
      : path === candidate.path,
  );
  return route && { route, rest: path.slice(route.path.length) };
}

function plain(method: 'GET' | 'POST', path: string, endpoint: Endpoint): Route {
  return { method, path, endpoint, isInference: false };
}

function inference(path: string, endpoint: Endpoint): Route {
  return { method: 'POST', path, endpoint, isInference: true };
}
