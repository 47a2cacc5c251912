import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localDay, msUntilMidnight } from '../../electron/core/local-day.ts';

const hour = 3_600_000;

describe('days of the machine', () => {
  let zoneBefore: string | undefined;
  beforeEach(() => {
    zoneBefore = process.env['TZ'];
  });
  afterEach(() => {
    if (zoneBefore === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zoneBefore;
  });

  test.each([
    ['UTC', '2026-11-25T23:59:59.999Z', '2026-11-25', 1],
    ['UTC', '2026-11-26T00:00:00Z', '2026-11-26', 24 * hour],
    ['Europe/Moscow', '2026-11-25T21:30:00Z', '2026-11-26', 23.5 * hour],
    ['America/New_York', '2026-11-26T03:00:00Z', '2026-11-25', 2 * hour],
    // Days of 23 and of 25 hours.
    ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29', 23 * hour],
    ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25', 25 * hour],
    // A day that begins at one o'clock, and the hour before it.
    ['Africa/Cairo', '2026-04-23T21:00:00Z', '2026-04-23', hour],
    ['Africa/Cairo', '2026-04-23T22:00:00Z', '2026-04-24', 23 * hour],
  ])('in %s, %s is of %s and has %d ms left', (zone, moment, day, left) => {
    process.env['TZ'] = zone;
    const wallMs = Date.parse(moment);
    expect(localDay(wallMs)).toBe(day);
    expect(msUntilMidnight(wallMs)).toBe(left);
    expect(localDay(wallMs + left)).not.toBe(day);
    expect(localDay(wallMs + left - 1)).toBe(day);
  });
});
