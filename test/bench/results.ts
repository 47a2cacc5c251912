import type { ContestantName } from './contestants/contestant.ts';
import type { Figures } from './measures/measure.ts';

/** Why a figure is missing. */
export interface Failure {
  round: number;
  contestant: ContestantName;
  measure: string;
  reason: string;
}

/** The figures of all rounds. A figure is addressed as `measure.figure`; what was not measured gives `undefined`. */
export class Results {
  readonly failures: Failure[] = [];
  readonly #values = new Map<ContestantName, Map<string, Map<number, number>>>();

  /** Notes what a measure gave in one round. */
  record(round: number, contestant: ContestantName, measure: string, figures: Figures): void {
    const own = this.#values.get(contestant) ?? new Map<string, Map<number, number>>();
    this.#values.set(contestant, own);
    for (const [figure, value] of Object.entries(figures)) {
      if (value === undefined) continue;
      const key = `${measure}.${figure}`;
      const rounds = own.get(key) ?? new Map<number, number>();
      own.set(key, rounds.set(round, value));
    }
  }

  /** The median over the rounds. */
  median(contestant: ContestantName, key: string): number | undefined {
    return medianOf([...this.#rounds(contestant, key).values()]);
  }

  /** The median of `combine(one, other)` over the rounds in which both have the figure. */
  paired(
    one: ContestantName,
    other: ContestantName,
    { key, combine }: { key: string; combine: (one: number, other: number) => number },
  ): number | undefined {
    const others = this.#rounds(other, key);
    const values: number[] = [];
    for (const [round, value] of this.#rounds(one, key)) {
      const against = others.get(round);
      if (against !== undefined) values.push(combine(value, against));
    }
    return medianOf(values);
  }

  /** How many times the other's figure this one's is. */
  ratio(one: ContestantName, other: ContestantName, key: string): number | undefined {
    return this.paired(one, other, { key, combine: (a, b) => a / b });
  }

  /** By how much this one's figure is above the other's. */
  difference(one: ContestantName, other: ContestantName, key: string): number | undefined {
    return this.paired(one, other, { key, combine: (a, b) => a - b });
  }

  /** All figures as plain data: contestant, figure, one value per round measured. */
  toJson(): Record<string, Record<string, number[]>> {
    return Object.fromEntries(
      [...this.#values].map(([name, figures]) => [
        name,
        Object.fromEntries([...figures].map(([key, rounds]) => [key, [...rounds.values()]])),
      ]),
    );
  }

  #rounds(contestant: ContestantName, key: string): ReadonlyMap<number, number> {
    return this.#values.get(contestant)?.get(key) ?? new Map<number, number>();
  }
}

function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}
