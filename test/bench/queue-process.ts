/** Lets ten thousand exchanges wait in an admission and start one by one; prints what that cost as JSON. */
import { Admission } from '../../electron/core/traffic/admission.ts';
import type { AdmissionSlot } from '../../electron/core/traffic/admission-request.ts';
import { HandClock } from '../support/hand-clock.ts';

const waiting = 10_000;
const clients = 50;

const clock = new HandClock();
const admission = new Admission({
  clock,
  settings: () => ({
    windows: [
      { limit: 40, lengthMs: 60_000 },
      { limit: 20, lengthMs: 1_000 },
    ],
    queueLimit: 100_000,
    waitLimitMs: 1e9,
  }),
});
const take = (slot: AdmissionSlot): void => slot.used();
const ask = (index: number): void => {
  admission.request({
    clientId: `client-${index % clients}`,
    lane: index % 5 === 0 ? 'interactive' : 'background',
    onAdmitted: take,
    onRefused: () => undefined,
  });
};

// Warmed up, so that what is measured is the code that runs all day.
for (let index = 0; index < 2_000; index++) ask(index);
clock.advance(4_000_000);

const bytesBefore = heapBytes();
const askedUs: number[] = [];
for (let index = 0; index < waiting; index++) askedUs.push(timeUs(() => ask(index)));
const bytes = heapBytes() - bytesBefore;

const startedUs: number[] = [];
while (admission.waiting > 0) {
  const before = admission.waiting;
  const us = timeUs(() => clock.advance(1_000));
  const started = before - admission.waiting;
  if (started > 0) startedUs.push(us / started);
}
console.log(
  JSON.stringify({
    waitingMib: bytes / 2 ** 20,
    askP50Us: percentile(askedUs, 0.5),
    askP99Us: percentile(askedUs, 0.99),
    startP50Us: percentile(startedUs, 0.5),
    startP99Us: percentile(startedUs, 0.99),
    worstMs: Math.max(...askedUs, ...startedUs) / 1_000,
  }),
);

function heapBytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}

function timeUs(work: () => void): number {
  const startMs = performance.now();
  work();
  return (performance.now() - startMs) * 1_000;
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;
}
