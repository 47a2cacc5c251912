import type { Client } from '../../../shared/contract/clients.ts';
import type { Route } from '../../../shared/contract/routing.ts';
import type { ModelAlias, RoutingRule, RoutingSettings } from '../../../shared/routing-settings.ts';
import type { ClientRules } from '../clients/client-rules.ts';
import { compilePatterns } from '../patterns/pattern.ts';
import type { KnownModels } from './resolve-model.ts';

/** A rule that is switched on, ready to be asked. */
export interface CompiledRule {
  readonly reference: NonNullable<Route['rule']>;
  readonly groups: readonly string[];
  readonly firstByteMs: number | null;
  readonly alsoIfAsked: boolean;
  readonly fits: (model: string, endpoint: string, clientName: string) => boolean;
}

/** What the upstream's list of models tells of groups; nothing of it need be known. */
export interface GroupsOfModels {
  /** The groups that have a model; null where that is not known. */
  readonly groupsOf: (model: string) => readonly string[] | null;
  /** Whether the upstream lists a model of this name. */
  readonly isModel: (name: string) => boolean;
  /** Whether any model is in a group of this name. */
  readonly isGroup: (name: string) => boolean;
}

/** All that a route is decided by. */
export interface RoutingTable {
  readonly known: KnownModels;
  readonly defaultGroup: string;
  /** The first rule that fits; null for none. */
  readonly findRule: (model: string, endpoint: string, clientName: string) => CompiledRule | null;
  readonly groupsOf: (model: string | null) => readonly string[] | null;
  readonly allowsModel: (client: Client, model: string) => boolean;
  readonly allowsGroup: (client: Client, group: string) => boolean;
}

/**
 * Makes the table of the user's settings, once for each change of them. What is known of models, and what clients may do, is
 * asked anew each time; a client without rules may do anything.
 */
export function createRoutingTable(
  settings: RoutingSettings,
  models: GroupsOfModels,
  rulesOf: (clientId: string) => ClientRules | null,
): RoutingTable {
  const rules = settings.rules.flatMap((rule, index) => (rule.enabled ? [compileRule(rule, index + 1)] : []));
  // Of two aliases of one name the first counts, as with rules.
  const aliases = new Map<string, ModelAlias>(
    settings.aliases.toReversed().map((alias) => [alias.name, alias]),
  );
  const named = new Set([
    settings.defaultGroup,
    ...settings.rules.flatMap(({ groups }) => groups),
    ...settings.aliases.map(({ group }) => group),
  ]);
  return {
    known: {
      isModel: models.isModel,
      isGroup: (name) => named.has(name) || models.isGroup(name),
      alias: (name) => aliases.get(name),
    },
    defaultGroup: settings.defaultGroup,
    findRule: (model, endpoint, clientName) =>
      rules.find((rule) => rule.fits(model, endpoint, clientName)) ?? null,
    groupsOf: (model) => (model === null ? null : models.groupsOf(model)),
    allowsModel: ({ id }, model) => rulesOf(id)?.allowsModel(model) ?? true,
    allowsGroup: ({ id }, group) => rulesOf(id)?.allowsGroup(group) ?? true,
  };
}

function compileRule(rule: RoutingRule, position: number): CompiledRule {
  const fitsModel = compilePatterns(rule.models);
  const fitsEndpoint = compilePatterns(rule.endpoints);
  const fitsClient = compilePatterns(rule.clients);
  return {
    reference: { position, name: rule.name },
    groups: rule.groups,
    firstByteMs: rule.firstByteMs,
    alsoIfAsked: rule.alsoIfAsked,
    fits: (model, endpoint, clientName) =>
      fitsModel(model) && fitsEndpoint(endpoint) && fitsClient(clientName),
  };
}
