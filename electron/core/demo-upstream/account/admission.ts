import type { DemoState } from '../demo-state.ts';
import type { DemoExchange } from '../http/exchange.ts';
import type { JsonRecord } from '../json-value.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { findModel, type DemoGroup, type DemoModel } from './models-catalogue.ts';
import type { ServedBy } from './provider-choice.ts';

/** An inference request that may run: on which model, by whom. */
export interface Admission extends ServedBy {
  readonly model: DemoModel;
  /** Whether `previous_request_id` brought it to the provider that served that request. */
  readonly continued: boolean;
}

/**
 * Checks Cody's own fields of a request (`model`, `group`, `previous_request_id`: JSON fields or form fields), chooses the
 * provider, names it in `x-demo-provider`, and takes the model's cost off the credits. To be called last, when all else of
 * the request has been found good.
 *
 * Without `group` an earlier request's group is kept if the model has it, else the model's first group is taken.
 */
export function admit(
  state: DemoState,
  exchange: DemoExchange,
  fields: JsonRecord,
  defaultModel?: string,
): Admission | Refusal {
  const model = chooseModel(fields['model'] ?? defaultModel);
  if ('kind' in model) return model;
  const earlier = earlierRequest(state, fields['previous_request_id']);
  if (earlier !== undefined && 'kind' in earlier) return earlier;
  const group = chooseGroup(model, fields['group'], earlier);
  if (typeof group !== 'string') return group;
  if (!state.credits.trySpend(model.cost)) {
    const message = `The demo's credits are used up: ${model.id} costs ${JSON.stringify(model.cost)}, ${state.credits.left} are left. Restart the demo to get new ones.`;
    return refusal(429, 'insufficient_quota', message, { type: 'insufficient_quota' });
  }
  const servedBy = state.providers.choose(exchange.id, group, earlier);
  exchange.answer.setHeader('x-demo-provider', servedBy.provider);
  exchange.record.model = model.id;
  exchange.record.group = group;
  exchange.record.provider = servedBy.provider;
  return { ...servedBy, model, continued: earlier?.group === group };
}

function chooseModel(id: unknown): DemoModel | Refusal {
  if (typeof id !== 'string' || id === '') {
    return refusal(400, 'model_missing', 'You must provide a model parameter. GET /v1/models lists them.', {
      param: 'model',
    });
  }
  const model = findModel(id);
  if (model) return model;
  const message = `The model '${id}' does not exist in the demo. GET /v1/models lists those that do.`;
  return refusal(404, 'model_not_found', message, { param: 'model' });
}

function earlierRequest(state: DemoState, id: unknown): ServedBy | Refusal | undefined {
  if (id === undefined || id === null || id === '') return undefined;
  const earlier = typeof id === 'string' ? state.providers.servedBy(id) : undefined;
  if (earlier) return earlier;
  const message =
    'previous_request_id names no request that is remembered. Send the x-request-id of an earlier answer, or leave the field out.';
  return refusal(400, 'invalid_previous_request_id', message, { param: 'previous_request_id' });
}

function chooseGroup(model: DemoModel, wanted: unknown, earlier: ServedBy | undefined): DemoGroup | Refusal {
  if (wanted === undefined || wanted === null || wanted === '') {
    return earlier && model.groups.includes(earlier.group) ? earlier.group : model.groups[0];
  }
  const group = model.groups.find((candidate) => candidate === wanted);
  if (group) return group;
  const message = `The model '${model.id}' is not available in group ${JSON.stringify(wanted)}. Available groups: ${model.groups.join(', ')}.`;
  return refusal(400, 'group_not_available', message, { param: 'group' });
}
