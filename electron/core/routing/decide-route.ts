import type { Client } from '../../../shared/contract/clients.ts';
import type { Route, RouteSource, SkippedGroup } from '../../../shared/contract/routing.ts';
import type { ModelAlias } from '../../../shared/routing-settings.ts';
import type { Refusal } from '../proxy/refusal.ts';
import { refuseGroup, refuseModel, refuseUnavailable } from './route-refusals.ts';
import { resolveModel } from './resolve-model.ts';
import type { CompiledRule, RoutingTable } from './routing-table.ts';

/** What a route is decided by. */
export interface RouteRequest {
  /** The model as the request names it; null if it names none. */
  readonly askedModel: string | null;
  /** The path behind `/v1`, without a query. */
  readonly endpoint: string;
  /** The groups that the request itself names, each in its own way; null or empty for none. */
  readonly groupInBody: string | null;
  readonly groupInHeader: string | null;
  readonly groupInPath: string | null;
  readonly client: Client | null;
}

/** Where an exchange goes and why. */
export interface RouteDecision {
  readonly route: Route;
  /** The model that is sent; null where the request names none. */
  readonly model: string | null;
  readonly alias: string | null;
  /** Top-level fields that are added where the request has none of that name. */
  readonly parameters: ModelAlias['parameters'];
  /** How long a group may take to the first byte before the next is tried; null: no limit of its own. */
  readonly firstByteMs: number | null;
}

/** The decision, or why the request goes nowhere. */
export type DecidedRoute = RouteDecision | { readonly refusal: Refusal };

/**
 * Decides the groups of an exchange, in the order of `routeSource`; the first source that leads somewhere counts. What the
 * request itself asks for (in its body, header, path or model's name, or by an alias) is kept or refused; a group that only
 * the user's settings name is passed over where the model does not have it or the client may not use it, and the reason is
 * noted. Groups of models that the upstream does not list are not checked. Pure: all it goes by is in the table.
 */
export function decideRoute(request: RouteRequest, table: RoutingTable): DecidedRoute {
  const { client, askedModel } = request;
  const resolved = askedModel === null ? null : resolveModel(askedModel, table.known);
  const model = resolved?.model ?? null;
  if (client !== null && askedModel !== null && model !== null) {
    // Whoever allows an alias means what it stands for, too.
    const names = [model, askedModel, resolved?.alias?.name ?? model];
    if (!names.some((name) => table.allowsModel(client, name))) {
      return { refusal: refuseModel(client, model) };
    }
  }
  const rule = table.findRule(model ?? '', request.endpoint, client?.name ?? '');
  const asked = askedGroup(request, resolved?.group ?? null, resolved?.groupOfAlias ?? null);
  const skipped: SkippedGroup[] = [];
  const usable = (group: string): boolean => {
    const why = whyNot(group, model, client, table);
    if (why !== null && !skipped.some((other) => other.group === group)) skipped.push({ group, why });
    return why === null;
  };

  const decided = (
    source: RouteSource,
    groups: readonly string[],
    by: CompiledRule | null,
  ): RouteDecision => ({
    route: { groups: [...new Set(groups)], source, rule: by === null ? null : by.reference, skipped },
    model,
    alias: resolved?.alias?.name ?? null,
    parameters: resolved?.alias?.parameters ?? {},
    firstByteMs: by?.firstByteMs ?? null,
  });
  const withRuleBehind = (source: RouteSource, group: string): RouteDecision => {
    const behind = rule?.alsoIfAsked ? rule.groups.filter((other) => other !== group && usable(other)) : [];
    return decided(source, [group, ...behind], behind.length > 0 ? rule : null);
  };

  if (asked !== null) {
    const why = whyNot(asked.group, model, client, table);
    if (why === 'not_available') {
      return { refusal: refuseUnavailable(asked.group, model ?? '', table.groupsOf(model) ?? []) };
    }
    if (why === 'not_allowed' && client !== null) return { refusal: refuseGroup(client, [asked.group]) };
    return withRuleBehind(asked.source, asked.group);
  }
  const own = client?.policy.group ?? '';
  if (own !== '' && usable(own)) return withRuleBehind('client', own);
  const byRule = rule?.groups.filter(usable) ?? [];
  if (byRule.length > 0) return decided('rule', byRule, rule);
  if (table.defaultGroup !== '' && usable(table.defaultGroup)) {
    return decided('default', [table.defaultGroup], null);
  }
  const allowed = client?.policy.allowedGroups ?? [];
  if (client === null || allowed.length === 0) return decided('none', [], null);
  // The upstream must not choose a group for a client that may not use all of them.
  const left = allowed.filter(usable);
  return left.length > 0
    ? decided('allowed', left, null)
    : { refusal: refuseGroup(client, table.groupsOf(model) ?? []) };
}

/** The group that the request itself, or the alias it names, asks for. */
function askedGroup(
  { groupInBody, groupInHeader, groupInPath }: RouteRequest,
  groupInModel: string | null,
  groupOfAlias: string | null,
): { readonly source: RouteSource; readonly group: string } | null {
  const asked = [
    { source: 'body', group: groupInBody },
    { source: 'header', group: groupInHeader },
    { source: 'path', group: groupInPath },
    { source: 'model', group: groupInModel },
    { source: 'alias', group: groupOfAlias },
  ] as const;
  for (const { source, group } of asked) if (group !== null && group !== '') return { source, group };
  return null;
}

function whyNot(
  group: string,
  model: string | null,
  client: Client | null,
  table: RoutingTable,
): 'not_available' | 'not_allowed' | null {
  if (client !== null && !table.allowsGroup(client, group)) return 'not_allowed';
  const available = table.groupsOf(model);
  return available !== null && !available.includes(group) ? 'not_available' : null;
}
