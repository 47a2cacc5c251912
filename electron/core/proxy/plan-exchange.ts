import type { Client } from '../../../shared/contract/clients.ts';
import type { FieldEdit } from '../body/json-edit.ts';
import { decideRoute, type RouteDecision } from '../routing/decide-route.ts';
import { refuseUnreadable } from '../routing/route-refusals.ts';
import type { RoutingTable } from '../routing/routing-table.ts';
import type { AdmissionLane, AdmissionRequest } from '../traffic/admission-request.ts';
import { noContent, textField, type RequestContent } from './content/request-content.ts';
import type { Refusal } from './refusal.ts';
import { pathOf } from './request-kind.ts';
import type { RequestFacts } from './request-facts.ts';

/** What an exchange is, once its body has been looked at. */
export interface ExchangePlan {
  /** The model as the request names it; null if it names none. */
  readonly askedModel: string | null;
  /** The model that is sent. */
  readonly model: string | null;
  /** Where it goes and why; null where the body has no field that could say so. */
  readonly decision: RouteDecision | null;
  /** The changes of the body that are the same for every group. */
  readonly edits: readonly FieldEdit[];
  /** The group that the body itself names. */
  readonly groupInBody: string | null;
  /** Whether an event stream is asked for. */
  readonly isStreamed: boolean;
  /** Whether pictures are to be answered by address, as some tools ask and the upstream does not do. */
  readonly wantsPictureUrls: boolean;
}

/** What a plan is made of. */
export interface PlanRequest {
  readonly content: RequestContent;
  readonly facts: RequestFacts;
  readonly client: Client | null;
  /** What comes behind the upstream's base path, with its query. */
  readonly path: string;
  /** The group of a path such as `/g/GROUP/v1`; null for none. */
  readonly groupInPath: string | null;
}

/** Decides what becomes of a request before it gets in line: its model, its route, and what is changed of its body. */
export function planExchange(
  { content, facts, client, path, groupInPath }: PlanRequest,
  table: RoutingTable,
): ExchangePlan | { readonly refusal: Refusal } {
  const askedModel = textField(content, 'model');
  const groupInBody = textField(content, 'group');
  const endpoint = pathOf(path);
  if (!content.hasFields) {
    return content !== noContent && client !== null && isHeldToSome(client)
      ? { refusal: refuseUnreadable(client) }
      : planWithoutFields;
  }
  const { groupInHeader } = facts;
  const decided = decideRoute(
    { askedModel, endpoint, groupInBody, groupInHeader, groupInPath, client },
    table,
  );
  if ('refusal' in decided) return decided;
  const { model, parameters } = decided;
  const added = Object.entries(parameters)
    .filter(([name]) => !ownFields.has(name) && !content.has(name))
    .map(([name, value]) => ({ name, value }));
  const field = (name: string): unknown =>
    added.find((edit) => edit.name === name)?.value ?? content.field(name);
  return {
    askedModel,
    model,
    decision: decided,
    edits: model === askedModel || model === null ? added : [{ name: 'model', value: model }, ...added],
    groupInBody,
    isStreamed: isYes(field('stream')),
    wantsPictureUrls: isPictureEndpoint(endpoint) && field('response_format') === 'url',
  };
}

const planWithoutFields: ExchangePlan = {
  askedModel: null,
  model: null,
  decision: null,
  edits: [],
  groupInBody: null,
  isStreamed: false,
  wantsPictureUrls: false,
};

function isHeldToSome({ policy }: Client): boolean {
  return policy.allowedModels.length > 0 || policy.allowedGroups.length > 0;
}

/** What the proxy decides itself; an alias has fields of its own for the first two. */
const ownFields: ReadonlySet<string> = new Set(['model', 'group', 'previous_request_id']);

/** The changes of the body for one of the groups; null: the upstream chooses. */
export function editsFor(
  { edits, groupInBody }: ExchangePlan,
  group: string | null,
  previousRequestId: string | null,
): readonly FieldEdit[] {
  const changesGroup = group !== null && group !== groupInBody;
  if (!changesGroup && previousRequestId === null) return edits;
  const more: FieldEdit[] = [...edits];
  if (changesGroup) more.push({ name: 'group', value: group });
  if (previousRequestId !== null) more.push({ name: 'previous_request_id', value: previousRequestId });
  return more;
}

/** `true` in JSON, or as a form spells it. */
function isYes(value: unknown): boolean {
  return value === true || value === 'true';
}

function isPictureEndpoint(endpoint: string): boolean {
  return (
    endpoint === '/images/generations' || endpoint === '/images/edits' || endpoint === '/images/variations'
  );
}

/** Whose place in the queue an exchange takes, with the limits that its client has of its own. */
export function placeInQueue(
  client: Client | null,
  lane: AdmissionLane,
): Pick<AdmissionRequest, 'clientId' | 'lane' | 'waitLimitMs' | 'queueLimit'> {
  const { queueLimit = null, waitMs = null } = client?.policy ?? {};
  return {
    clientId: client?.id ?? '',
    lane,
    ...(queueLimit === null ? {} : { queueLimit }),
    ...(waitMs === null ? {} : { waitLimitMs: waitMs }),
  };
}
