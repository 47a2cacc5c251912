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
}

/**
 * Reads a model's name as a tool sends it: an alias of the user's, a name with a group behind it (`gpt-5.2@openrouter`, also
 * behind an alias), or just a model. Names may have an `@` of their own: one that the upstream lists stays as it is, and so
 * does one of which neither the front is a model or an alias nor the end a group that is known.
 */
export function resolveModel(asked: string, known: KnownModels): ResolvedModel {
  const alias = known.alias(asked);
  if (alias !== undefined) return { model: alias.model, alias, group: null };
  const at = asked.lastIndexOf('@');
  if (at < 1 || at === asked.length - 1 || known.isModel(asked)) {
    return { model: asked, alias: null, group: null };
  }
  const name = asked.slice(0, at);
  const group = asked.slice(at + 1);
  const behind = known.alias(name);
  if (behind !== undefined) return { model: behind.model, alias: behind, group };
  if (known.isModel(name) || known.isGroup(group)) return { model: name, alias: null, group };
  return { model: asked, alias: null, group: null };
}
