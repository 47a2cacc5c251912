import { describe, expect, test } from 'vitest';
import { GroupHealth } from '../../../electron/core/routing/group-health.ts';
import { HandClock } from '../../support/hand-clock.ts';

function failing(times: number, maxEntries?: number) {
  const clock = new HandClock();
  const health = new GroupHealth(clock, maxEntries);
  for (let count = 0; count < times; count++) health.failed('a', 'm');
  return { clock, health };
}

describe('a group that fails for a model', () => {
  test('is left alone after the third time in a row, for that model only', () => {
    const { health } = failing(2);
    expect(health.isResting('a', 'm')).toBe(false);
    health.failed('a', 'm');
    expect(health.isResting('a', 'm')).toBe(true);
    expect(health.isResting('a', 'other')).toBe(false);
    expect(health.isResting('a', null)).toBe(false);
    expect(health.isResting('b', 'm')).toBe(false);
  });

  test('begins anew after an answer', () => {
    const { health } = failing(2);
    health.answered('a', 'm');
    health.failed('a', 'm');
    expect(health.isResting('a', 'm')).toBe(false);
  });

  test('is tried again after 30 s, by one exchange', () => {
    const { clock, health } = failing(3);
    clock.advance(29_999);
    expect(health.isResting('a', 'm')).toBe(true);
    clock.advance(1);
    expect(health.isResting('a', 'm')).toBe(false);
    health.trying('a', 'm');
    expect(health.isResting('a', 'm')).toBe(true);
    health.answered('a', 'm');
    expect(health.isResting('a', 'm')).toBe(false);
  });

  test('rests for another 30 s if that one fails', () => {
    const { clock, health } = failing(3);
    clock.advance(30_000);
    health.trying('a', 'm');
    health.failed('a', 'm');
    clock.advance(29_999);
    expect(health.isResting('a', 'm')).toBe(true);
    clock.advance(1);
    expect(health.isResting('a', 'm')).toBe(false);
  });

  test('is left to the next one if the one that tried went away', () => {
    const { clock, health } = failing(3);
    clock.advance(30_000);
    health.trying('a', 'm');
    health.abandoned('a', 'm');
    expect(health.isResting('a', 'm')).toBe(false);
  });

  test('stays with the one that tries it, whoever else that went there before goes away', () => {
    const { clock, health } = failing(2);
    expect(health.trying('a', 'm')).toBe(false);
    health.failed('a', 'm');
    clock.advance(30_000);
    expect(health.trying('a', 'm')).toBe(true);
    expect(health.trying('a', 'm')).toBe(false);
  });

  test('is forgotten when too many others fail', () => {
    const { health } = failing(3, 2);
    health.failed('b', 'm');
    expect(health.isResting('a', 'm')).toBe(true);
    health.failed('c', 'm');
    expect(health.isResting('a', 'm')).toBe(false);
  });
});
