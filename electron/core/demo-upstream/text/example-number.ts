import { numberIn, type JsonRecord } from '../json-value.ts';

/** A number that fits the schema's minimum, maximum, their exclusive kin and multipleOf; near 1 where that is free. */
export function exampleNumber(schema: JsonRecord, whole: boolean, variant: number): number {
  const step = numberIn(schema, 'multipleOf') ?? (whole ? 1 : undefined);
  const { lowest, highest } = bounds(schema, step);
  if (step === undefined) {
    const start = Math.min(Math.max(1, lowest), highest);
    if (variant === 0) return start;
    return highest === Infinity ? start + variant : start + (highest - start) * (variant / (variant + 1));
  }
  const first = Math.ceil(Math.max(Math.min(1, highest), lowest) / step) * step;
  const fitting = first > highest ? Math.floor(highest / step) * step : first;
  const moved = fitting + variant * step;
  return moved <= highest ? moved : fitting - variant * step;
}

function bounds(schema: JsonRecord, step: number | undefined): { lowest: number; highest: number } {
  const minimum = numberIn(schema, 'minimum') ?? -Infinity;
  const maximum = numberIn(schema, 'maximum') ?? Infinity;
  const above = numberIn(schema, 'exclusiveMinimum') ?? -Infinity;
  const below = numberIn(schema, 'exclusiveMaximum') ?? Infinity;
  // How far from a bound that must not be touched: a step, or, between two such bounds, a part of the way.
  const top = Math.min(maximum, below);
  const bottom = Math.max(minimum, above);
  const margin = step ?? (Number.isFinite(top - bottom) ? (top - bottom) / 4 : 1);
  const lowest = above >= minimum ? nextAbove(above, margin, step) : minimum;
  const highest = below <= maximum ? nextBelow(below, margin, step) : maximum;
  return { lowest, highest };
}

function nextAbove(bound: number, margin: number, step: number | undefined): number {
  return step === undefined ? bound + margin : (Math.floor(bound / step) + 1) * step;
}

function nextBelow(bound: number, margin: number, step: number | undefined): number {
  return step === undefined ? bound - margin : (Math.ceil(bound / step) - 1) * step;
}
