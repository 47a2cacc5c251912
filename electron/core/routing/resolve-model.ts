import type { ModelAlias } from '../../../shared/routing-settings.ts';

/** What is known of models when a name is read. */
export interface KnownModels {
  /** Whether the upstream lists a model of this very name. */
  readonly isModel: (name: string) => boolean;
  /** Whether this is the name of a group, as far as the upstream or the settings name any. */
  readonly isGroup: (name: string) => boolean;
  /** The alias of that name. */
  readonly alias: (name: string) => ModelAlias | undefined;
}

/** What a model's name came to. */
export interface ResolvedModel {
  /** What is sent. */
  readonly model: string;
  readonly alias: ModelAlias | null;
  /** The group that the name itself asks for, as `MODEL@GROUP`. */
  readonly group: string | null;
  /** The group that the alias asks for, by its own field or by the model it stands for. */
  readonly groupOfAlias: string | null;
}

/**
 * Reads a model's name as a tool sends it: an alias of the user's, a name with a group behind it (`gpt-5.2@openrouter`, also
 * behind an alias), or just a model. Names may have an `@` of their own: one that the upstream lists stays as it is, and so
 * does one of which neither the front is a model or an alias nor the end a group that is known.
 */
export function resolveModel(asked: string, known: KnownModels): ResolvedModel {
  const alias = known.alias(asked);
  if (alias !== undefined) return standFor(alias, null, known);
  const split = splitGroup(asked, known);
  if (split === null) return { model: asked, alias: null, group: null, groupOfAlias: null };
  const behind = known.alias(split.name);
  if (behind !== undefined) return standFor(behind, split.group, known);
  return isKnown(split, known)
    ? { model: split.name, alias: null, group: split.group, groupOfAlias: null }
    : { model: asked, alias: null, group: null, groupOfAlias: null };
}

/** What an alias comes to; what it stands for is no alias itself. */
function standFor(alias: ModelAlias, group: string | null, known: KnownModels): ResolvedModel {
  const split = splitGroup(alias.model, known);
  if (split === null || !isKnown(split, known)) {
    return { model: alias.model, alias, group, groupOfAlias: alias.group || null };
  }
  return { model: split.name, alias, group, groupOfAlias: alias.group || split.group };
}

/** What stands before and behind the last `@` of a name that is no model's; null where that is nothing. */
function splitGroup(name: string, known: KnownModels): NameAndGroup | null {
  const at = name.lastIndexOf('@');
  if (at < 1 || at === name.length - 1 || known.isModel(name)) return null;
  return { name: name.slice(0, at), group: name.slice(at + 1) };
}

function isKnown({ name, group }: NameAndGroup, known: KnownModels): boolean {
  return known.isModel(name) || known.isGroup(group);
}

interface NameAndGroup {
  readonly name: string;
  readonly group: string;
}
