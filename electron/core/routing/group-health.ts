import type { Clock } from '../clock.ts';

/**
 * Which groups fail for which models at the moment (a circuit breaker): one that failed three times in a row for a model is
 * left alone for 30 s, then tried by one exchange. If that is answered the group is well again; if it fails, another 30 s.
 * In memory, at most `maxEntries` (1,000) groups and models that fail; the oldest goes first.
 */
export class GroupHealth {
  readonly #clock: Clock;
  readonly #maxEntries: number;
  /** Only those that failed of late. */
  readonly #failing = new Map<string, Failing>();

  constructor(clock: Clock, maxEntries = 1_000) {
    this.#clock = clock;
    this.#maxEntries = maxEntries;
  }

  /** Whether the group is left alone now for this model. Changes nothing. */
  isResting(group: string, model: string | null): boolean {
    const failing = this.#failing.get(keyOf(group, model));
    if (failing === undefined || failing.inARow < failuresToRest) return false;
    return failing.isProbed || this.#clock.monotonicMs() < failing.restsUntilMs;
  }

  /**
   * Says that an exchange goes to the group now. True if it is the one that tries it after a rest: others are to stay away
   * until it was `answered`, has `failed` or is `abandoned`.
   */
  trying(group: string, model: string | null): boolean {
    const failing = this.#failing.get(keyOf(group, model));
    if (failing === undefined || failing.inARow < failuresToRest || failing.isProbed) return false;
    failing.isProbed = true;
    return true;
  }

  /** The group answered, with whatever is not its own failure. */
  answered(group: string, model: string | null): void {
    if (this.#failing.size > 0) this.#failing.delete(keyOf(group, model));
  }

  failed(group: string, model: string | null): void {
    const key = keyOf(group, model);
    const inARow = (this.#failing.get(key)?.inARow ?? 0) + 1;
    this.#failing.delete(key);
    this.#failing.set(key, {
      inARow,
      restsUntilMs: this.#clock.monotonicMs() + restMs,
      isProbed: false,
    });
    if (this.#failing.size <= this.#maxEntries) return;
    for (const oldest of this.#failing.keys()) {
      this.#failing.delete(oldest);
      return;
    }
  }

  /** The one that tries it ended without a verdict, as when its client left: the next one may try. */
  abandoned(group: string, model: string | null): void {
    const failing = this.#failing.get(keyOf(group, model));
    if (failing !== undefined) failing.isProbed = false;
  }
}

interface Failing {
  readonly inARow: number;
  readonly restsUntilMs: number;
  /** Whether an exchange is trying it after its rest. */
  isProbed: boolean;
}

const failuresToRest = 3;
const restMs = 30_000;

/** Names come from requests, which may make them as long as they like. */
const longestName = 200;

function keyOf(group: string, model: string | null): string {
  return `${group.slice(0, longestName)}\n${(model ?? '').slice(0, longestName)}`;
}
