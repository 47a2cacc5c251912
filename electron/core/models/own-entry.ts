import type { ModelAlias, RoutingSettings } from '../../../shared/routing-settings.ts';
import type { ListedModel, ModelListing } from './read-catalogue.ts';

/** A name that this program adds to the upstream's models: an alias, or a model with one of its groups. */
export interface OwnEntry {
  readonly id: string;
  /** What the name stands for. */
  readonly aliasFor: string;
  /** The group that the name itself says; null if it says none. */
  readonly group: string | null;
  /** The model of the upstream's that it comes to; null if that is not listed. */
  readonly target: ListedModel | null;
}

/** A model and the group behind the last `@` of its name; null for a name without one. */
function splitGroupName(name: string): { model: string; group: string } | null {
  const at = name.lastIndexOf('@');
  return at <= 0 || at === name.length - 1 ? null : { model: name.slice(0, at), group: name.slice(at + 1) };
}

/** The entries of all aliases, in their order; of two with the same name the first. */
export function aliasEntries(listing: ModelListing | null, { aliases }: RoutingSettings): OwnEntry[] {
  const entries = new Map<string, OwnEntry>();
  for (const alias of aliases) {
    if (!entries.has(alias.name)) entries.set(alias.name, aliasEntry(listing, alias));
  }
  return [...entries.values()];
}

/** The entries `MODEL@GROUP` of a model, one for each of the groups that it is known to have. */
export function groupEntries(target: ListedModel): OwnEntry[] {
  const { id, groups } = target.model;
  return (groups ?? []).map((group) => ({ id: `${id}@${group}`, aliasFor: id, group, target }));
}

/** The entry of a name `MODEL@GROUP`; null if the model is not listed or does not have the group. */
export function findGroupEntry(listing: ModelListing, name: string): OwnEntry | null {
  const split = splitGroupName(name);
  const target = split && listing.models.get(split.model);
  if (!split || !target || !hasGroup(target, split.group)) return null;
  return { id: name, aliasFor: split.model, group: split.group, target };
}

/** Whether a model has a group, or its groups are not known. */
export function hasGroup({ model }: ListedModel, group: string): boolean {
  return model.groups === null || model.groups.includes(group);
}

/**
 * The entry as JSON, in the shape of OpenAI's model object. `cost` and `available_groups` of the model behind it are
 * copied byte for byte; a name that says its group has just that one.
 */
export function formatOwnEntry({ id, aliasFor, group, target }: OwnEntry): Buffer {
  const facts = { id, object: 'model', created: 0, owned_by: 'cody-desktop', alias_for: aliasFor };
  const pieces: Buffer[] = [Buffer.from(JSON.stringify(facts).slice(0, -1))];
  if (target?.cost) pieces.push(Buffer.from(',"cost":'), target.cost);
  const groups = group === null ? (target?.groups ?? null) : Buffer.from(JSON.stringify([group]));
  if (groups !== null) pieces.push(Buffer.from(',"available_groups":'), groups);
  pieces.push(Buffer.from('}'));
  return Buffer.concat(pieces);
}

function aliasEntry(listing: ModelListing | null, { name, model }: ModelAlias): OwnEntry {
  const target = listing?.models.get(model) ?? (listing && findGroupEntry(listing, model)?.target) ?? null;
  return { id: name, aliasFor: model, group: null, target };
}
