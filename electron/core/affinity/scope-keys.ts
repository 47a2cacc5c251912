import type { KeyedHash } from './keyed-hash.ts';

/** Within what conversations are told apart: none goes on with another client, model or group. Null: none was named. */
export interface AffinityScope {
  readonly clientId: string | null;
  readonly model: string | null;
  /** The group of the route; a route that changes group is another scope and knows nothing of this one. */
  readonly group: string | null;
}

/** The hashes of scopes. Those of the last few are kept, since there are few and each request has one. */
export class ScopeKeys {
  readonly #keyed: KeyedHash;
  #kept: KeptScope[] = [];

  constructor(keyed: KeyedHash) {
    this.#keyed = keyed;
  }

  of(scope: AffinityScope): string {
    for (const kept of this.#kept) if (isSame(kept, scope)) return kept.key;
    const { clientId, model, group } = scope;
    const key = this.#keyed.name(['scope', orNothing(clientId), orNothing(model), orNothing(group)]);
    this.#kept = [{ clientId, model, group, key }, ...this.#kept.slice(0, maxKept - 1)];
    return key;
  }
}

interface KeptScope extends AffinityScope {
  readonly key: string;
}

function isSame(one: AffinityScope, other: AffinityScope): boolean {
  return one.model === other.model && one.clientId === other.clientId && one.group === other.group;
}

/** Tells "none" from every name. */
function orNothing(name: string | null): string {
  return name === null ? '' : `=${name}`;
}

const maxKept = 32;
