import { demoModels, findModel, type DemoModel } from '../account/models-catalogue.ts';
import type { DemoState } from '../demo-state.ts';
import type { DemoExchange } from '../http/exchange.ts';
import { refusal } from '../refusal.ts';

const createdSeconds = Date.UTC(2026, 0, 1) / 1000;

/** GET /v1/models: OpenAI's list, each item with Cody's `cost` and `available_groups`. */
export async function listModels(_state: DemoState, exchange: DemoExchange): Promise<void> {
  const data = demoModels.filter(({ listed }) => listed).map(modelItem);
  await exchange.sendJson({ object: 'list', data });
}

/** GET /v1/models/{id}; the id may hold slashes, encoded or not. */
export async function getModel(_state: DemoState, exchange: DemoExchange, rawId: string): Promise<void> {
  const id = decode(rawId);
  const model = findModel(id);
  if (model) return exchange.sendJson(modelItem(model));
  const message = `The model '${id}' does not exist in the demo. GET /v1/models lists those that do.`;
  await exchange.refuse(refusal(404, 'model_not_found', message, { param: 'model' }));
}

function modelItem(model: DemoModel): unknown {
  return {
    id: model.id,
    object: 'model',
    created: createdSeconds,
    owned_by: model.ownedBy,
    cost: model.cost,
    available_groups: model.groups,
  };
}

function decode(rawId: string): string {
  try {
    return decodeURIComponent(rawId);
  } catch {
    return rawId;
  }
}
