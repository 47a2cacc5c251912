import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RateWindows, type RateSlot, type RateWindow } from '../../../electron/core/traffic/rate-windows.ts';

const SAFETY_MS = 5;
const window = fc.record({
  limit: fc.integer({ min: 0, max: 6 }),
  lengthMs: fc.integer({ min: 1, max: 60 }),
});
const windowList = fc.array(window, { maxLength: 3 });

const step = fc.record({
  passMs: fc.integer({ min: 0, max: 30 }),
  sendAfterSteps: fc.integer({ min: 0, max: 4 }),
  released: fc.boolean(),
});

function mostInAnyStretch(times: readonly number[], lengthMs: number): number {
  return Math.max(
    0,
    ...times.map((from) => times.filter((time) => time >= from && time < from + lengthMs).length),
  );
}

/** The same promise, counted from a list of all starts. */
function isFree(
  windows: readonly RateWindow[],
  sentAt: readonly number[],
  held: number,
  nowMs: number,
): boolean {
  return windows.every(({ limit, lengthMs }) => {
    const counting = sentAt.filter((time) => time + lengthMs + SAFETY_MS > nowMs).length;
    return limit === 0 || counting + held < limit;
  });
}

function startNow(windows: RateWindows, nowMs: number): boolean {
  const slot = windows.take(nowMs);
  if (slot !== null) windows.sent(slot, nowMs);
  return slot !== null;
}

describe('rate windows', () => {
  test('the upstream never receives more than a limit allows, however late or uneven requests arrive', () => {
    const jittered = fc.tuple(step, fc.integer({ min: 0, max: SAFETY_MS }));
    fc.assert(
      fc.property(windowList, fc.array(jittered, { maxLength: 150 }), (list, steps) => {
        const windows = new RateWindows(list, SAFETY_MS);
        const unsent: { slot: RateSlot; atStep: number; jitterMs: number }[] = [];
        const receivedAt: number[] = [];
        let nowMs = 0;
        for (const [index, [{ passMs, sendAfterSteps }, jitterMs]] of steps.entries()) {
          nowMs += passMs;
          const slot = windows.take(nowMs);
          if (slot !== null) unsent.push({ slot, atStep: index + sendAfterSteps, jitterMs });
          for (const start of unsent.filter(({ atStep }) => atStep === index)) {
            windows.sent(start.slot, nowMs);
            receivedAt.push(nowMs + start.jitterMs);
          }
        }
        for (const { limit, lengthMs } of list) {
          if (limit > 0) expect(mostInAnyStretch(receivedAt, lengthMs)).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  test('a start is free exactly when every window has room, and what is refused or released costs none of them', () => {
    fc.assert(
      fc.property(windowList, fc.array(step, { maxLength: 150 }), (list, steps) => {
        const windows = new RateWindows(list, SAFETY_MS);
        let held: { slot: RateSlot; atStep: number; released: boolean }[] = [];
        const sentAt: number[] = [];
        let nowMs = 0;
        for (const [index, { passMs, sendAfterSteps, released }] of steps.entries()) {
          nowMs += passMs;
          const free = isFree(list, sentAt, held.length, nowMs);
          expect(windows.earliestStartMs(nowMs) === nowMs).toBe(free);
          const slot = windows.take(nowMs);
          expect(slot !== null).toBe(free);
          if (slot !== null) held.push({ slot, atStep: index + sendAfterSteps, released });
          for (const start of held.filter(({ atStep }) => atStep === index)) {
            if (start.released) windows.release(start.slot);
            else windows.sent(start.slot, nowMs);
            if (!start.released) sentAt.push(nowMs);
          }
          held = held.filter(({ atStep }) => atStep > index);
        }
      }),
    );
  });

  test('the time named for the next start is the first at which there is one', () => {
    fc.assert(
      fc.property(
        windowList,
        fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 }),
        (list, pauses) => {
          const windows = new RateWindows(list, SAFETY_MS);
          const sentAt: number[] = [];
          let nowMs = 0;
          for (const pauseMs of pauses) {
            nowMs += pauseMs;
            const earliestMs = windows.earliestStartMs(nowMs);
            if (earliestMs > nowMs) expect(isFree(list, sentAt, 0, earliestMs - 1)).toBe(false);
            expect(isFree(list, sentAt, 0, earliestMs)).toBe(true);
            nowMs = earliestMs;
            expect(startNow(windows, nowMs)).toBe(true);
            sentAt.push(nowMs);
          }
        },
      ),
    );
  });

  test('what is left and when it comes back agree with the starts', () => {
    fc.assert(
      fc.property(
        windowList,
        fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 }),
        (list, pauses) => {
          const windows = new RateWindows(list, SAFETY_MS);
          const sentAt: number[] = [];
          let nowMs = 0;
          for (const pauseMs of pauses) {
            nowMs += pauseMs;
            if (startNow(windows, nowMs)) sentAt.push(nowMs);
            const counting = list.map(({ lengthMs }) =>
              sentAt.filter((time) => time + lengthMs + SAFETY_MS > nowMs),
            );
            expect(windows.remaining(nowMs)).toEqual(
              list.map(({ limit }, index) =>
                limit === 0 ? Infinity : limit - (counting[index]?.length ?? 0),
              ),
            );
            expect(windows.resetMs(nowMs)).toEqual(
              list.map(({ lengthMs }, index) => {
                const oldestMs = counting[index]?.[0];
                return oldestMs === undefined ? 0 : oldestMs + lengthMs + SAFETY_MS - nowMs;
              }),
            );
          }
        },
      ),
    );
  });

  test('after a restart the windows stand as if there had been none', () => {
    fc.assert(
      fc.property(windowList, fc.array(fc.nat(30), { maxLength: 60 }), fc.nat(60), (list, pauses, awayMs) => {
        const before = new RateWindows(list, SAFETY_MS);
        let nowMs = 0;
        for (const pauseMs of pauses) startNow(before, (nowMs += pauseMs));
        const ages = before.snapshot(nowMs).map((ageMs) => ageMs + awayMs);
        nowMs += awayMs;
        const after = new RateWindows(list, SAFETY_MS);
        after.restore(7, ages.toReversed());
        expect(after.remaining(7)).toEqual(before.remaining(nowMs));
        expect(after.resetMs(7)).toEqual(before.resetMs(nowMs));
        expect(after.earliestStartMs(7) - 7).toBe(before.earliestStartMs(nowMs) - nowMs);
      }),
    );
  });

  test('a start that is held for long counts from when it was sent', () => {
    const windows = new RateWindows([{ limit: 1, lengthMs: 1000 }]);
    const slot = windows.take(0);
    expect(windows.take(90_000)).toBeNull();
    if (slot !== null) windows.sent(slot, 100_000);
    expect(windows.earliestStartMs(100_000)).toBe(101_050);
  });

  test('a start that was sent cannot be released, nor one that was released be sent', () => {
    const windows = new RateWindows([{ limit: 2, lengthMs: 1000 }]);
    const [sent, released] = [windows.take(0), windows.take(0)];
    if (sent === null || released === null) throw new Error('both are free');
    windows.sent(sent, 0);
    windows.release(sent);
    windows.release(released);
    windows.sent(released, 0);
    windows.release(released);
    expect(windows.remaining(0)).toEqual([1]);
  });

  test('a limit that is set while running finds the starts of before', () => {
    const windows = new RateWindows([{ limit: 0, lengthMs: 1000 }]);
    for (let start = 0; start < 500; start += 1) startNow(windows, start);
    windows.windows = [{ limit: 300, lengthMs: 60_000 }];
    expect(windows.remaining(500)).toEqual([0]);
    expect(windows.earliestStartMs(500)).toBe(200 + 60_050);
  });

  test('a damaged memory of starts is passed over, and one from the future counts as now', () => {
    const windows = new RateWindows([{ limit: 5, lengthMs: 1000 }]);
    windows.restore(0, [Number.NaN, Infinity, -9_000_000, 10]);
    expect(windows.remaining(0)).toEqual([3]);
    expect(windows.remaining(1050)).toEqual([5]);
  });

  test('a large limit is kept to, and its starts leave one by one', () => {
    const windows = new RateWindows([{ limit: 5000, lengthMs: 10_000 }], 0);
    for (let start = 0; start < 6000; start += 1) expect(startNow(windows, start)).toBe(start < 5000);
    for (let nowMs = 10_000; nowMs < 12_000; nowMs += 1) {
      expect(startNow(windows, nowMs)).toBe(true);
      expect(windows.take(nowMs)).toBeNull();
    }
  });
});
