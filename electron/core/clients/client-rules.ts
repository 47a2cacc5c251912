import type { ClientPolicy } from '../../../shared/contract/clients.ts';
import { compilePatterns } from '../patterns/pattern.ts';

/** A policy's lists, ready to be asked for each request. */
export interface ClientRules {
  /** Whether any of the patterns fits the model's whole name; where there are none, any model is allowed. */
  allowsModel(model: string): boolean;
  /** Whether the group is in the list, whatever its case; where that is empty, any group is allowed. */
  allowsGroup(group: string): boolean;
}

/** Makes the rules of a policy: once for each change of it, not for each request. */
export function compileClientRules({
  allowedModels,
  allowedGroups,
}: Pick<ClientPolicy, 'allowedModels' | 'allowedGroups'>): ClientRules {
  const groups = new Set(allowedGroups.map((group) => group.toLowerCase()));
  return {
    allowsModel: compilePatterns(allowedModels),
    allowsGroup: (group) => groups.size === 0 || groups.has(group.toLowerCase()),
  };
}
