import type { GroupHealth } from '../routing/group-health.ts';

/** What a choice of groups uses. */
export interface GroupChoiceOptions {
  readonly health: GroupHealth;
  /** Called for a group that is passed over because it failed several times of late. */
  readonly onSkipped: (group: string) => void;
}

/**
 * Which of its groups an exchange goes to now: the first, and on from one that failed to the next. Groups that are left
 * alone at the moment are passed over, unless all of them are. Tells the groups' health what came of each try.
 */
export class GroupChoice {
  readonly #groups: readonly string[];
  readonly #model: string | null;
  readonly #options: GroupChoiceOptions;
  /** Decided at the first try, not before: by then a group may have failed others, or be well again. */
  #index: number | null = null;
  /** Whether this exchange is the one that tries its group after a rest, and has not heard yet. */
  #isProbe = false;

  constructor(groups: readonly string[], model: string | null, options: GroupChoiceOptions) {
    this.#groups = groups;
    this.#model = model;
    this.#options = options;
  }

  /** The group for the try that is about to be sent; null: the upstream chooses. */
  current(): string | null {
    if (this.#groups.length === 0) return null;
    this.#index ??= this.#findRested(0) ?? 0;
    const group = this.#groups[this.#index] ?? null;
    if (group !== null && this.#options.health.trying(group, this.#model)) this.#isProbe = true;
    return group;
  }

  /** Whether another group could be tried after the current one. */
  get hasNext(): boolean {
    const { health } = this.#options;
    return this.#groups.slice((this.#index ?? 0) + 1).some((group) => !health.isResting(group, this.#model));
  }

  answered(): void {
    const group = this.#tried;
    this.#isProbe = false;
    if (group !== null) this.#options.health.answered(group, this.#model);
  }

  /** The exchange ended before the current group could answer. */
  abandoned(): void {
    const group = this.#tried;
    if (group !== null && this.#isProbe) this.#options.health.abandoned(group, this.#model);
    this.#isProbe = false;
  }

  /** The current group failed. True if there is another one, which is the current one from now on. */
  failed(): boolean {
    const group = this.#tried;
    if (group === null) return false;
    this.#isProbe = false;
    this.#options.health.failed(group, this.#model);
    const next = this.#findRested((this.#index ?? 0) + 1);
    if (next === null) return false;
    this.#index = next;
    return true;
  }

  get #tried(): string | null {
    return this.#index === null ? null : (this.#groups[this.#index] ?? null);
  }

  /** The place of the first group from `from` on that is not left alone; null for none. Tells of those before it. */
  #findRested(from: number): number | null {
    const { health, onSkipped } = this.#options;
    for (let index = from; index < this.#groups.length; index++) {
      const group = this.#groups[index] ?? '';
      if (!health.isResting(group, this.#model)) return index;
      onSkipped(group);
    }
    return null;
  }
}
