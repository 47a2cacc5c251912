import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateWindows, type RateSlot } from '../../../electron/core/traffic/rate-windows.ts';
import { UnderWay, type LeftStart } from '../../../electron/core/traffic/under-way.ts';
import { AdmissionDesk } from './admission-desk.ts';

const LONGEST_WAY_MS = 20;

/** A start, how long its request takes to the upstream and its answer to begin after that; null for never. */
const start = fc.record({
  passMs: fc.integer({ min: 0, max: 30 }),
  wayMs: fc.integer({ min: 0, max: LONGEST_WAY_MS }),
  answerMs: fc.option(fc.integer({ min: 0, max: 60 })),
});
const window = fc.record({
  limit: fc.integer({ min: 1, max: 6 }),
  lengthMs: fc.integer({ min: 1, max: 60 }),
});

test('the upstream never receives more than a limit allows, however uneven the ways of the requests are', () => {
  fc.assert(
    fc.property(fc.array(window, { maxLength: 3 }), fc.array(start, { maxLength: 150 }), (list, steps) => {
      const windows = new RateWindows(list, 0);
      const underWay = new UnderWay(windows, LONGEST_WAY_MS);
      let unanswered: { left: LeftStart; atMs: number }[] = [];
      const receivedAt: number[] = [];
      let nowMs = 0;
      for (const { passMs, wayMs, answerMs } of steps) {
        const untilMs = nowMs + passMs;
        for (const { left, atMs } of unanswered.toSorted((a, b) => a.atMs - b.atMs)) {
          if (atMs <= untilMs) underWay.arrived(left, atMs);
        }
        unanswered = unanswered.filter(({ atMs }) => atMs > untilMs);
        nowMs = untilMs;
        underWay.settle(nowMs);
        const slot = windows.take(nowMs);
        if (slot === null) continue;
        const left = underWay.left(slot, nowMs);
        receivedAt.push(nowMs + wayMs);
        if (answerMs !== null) unanswered.push({ left, atMs: nowMs + wayMs + answerMs });
      }
      for (const { limit, lengthMs } of list) {
        for (const from of receivedAt) {
          const inStretch = receivedAt.filter((time) => time >= from && time < from + lengthMs);
          expect(inStretch.length).toBeLessThanOrEqual(limit);
        }
      }
    }),
  );
});

test('a start counts from when its answer begins, or half a second after it left', () => {
  const desk = new AdmissionDesk({ windows: [{ limit: 1, lengthMs: 1_000 }] });
  desk.answers = false;
  const first = desk.ask('a');
  desk.askMany(2, 'b');
  desk.clock.advance(200);
  first.slot?.arrived();
  desk.clock.advance(1_049);
  expect(desk.startTimes).toEqual([0]);
  desk.clock.advance(3_000);
  expect(desk.startTimes).toEqual([0, 1_250, 2_800]);
});

test('a start that has left is not given back, and one more is another one', () => {
  const desk = new AdmissionDesk({ windows: [{ limit: 2, lengthMs: 60_000 }] });
  desk.answers = false;
  const { slot, ticket } = desk.ask('a');
  slot?.giveBack();
  slot?.used();
  expect(desk.admission.requeueAtHead(ticket)).toBe(true);
  expect(desk.startedNames).toEqual(['a', 'a']);
  desk.ask('b');
  expect(desk.startedNames).toEqual(['a', 'a']);
});

test('starts are counted in the order in which they left', () => {
  const windows = new RateWindows([], 0);
  const underWay = new UnderWay(windows, LONGEST_WAY_MS);
  const orders = [1, 2, 3].map((atMs) => underWay.left(windows.take(atMs) as RateSlot, atMs).order);
  expect(orders).toEqual([1, 2, 3]);
});
