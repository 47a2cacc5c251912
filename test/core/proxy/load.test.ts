import { expect, test } from 'vitest';
import { startDemoUpstream } from '../../../electron/core/demo-upstream/demo-upstream.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { accountOf, leastSpanMs, startLoad } from '../../support/load.ts';
import { startTestProxy } from '../../support/test-proxy.ts';

const windows = [
  { limit: 40, lengthMs: 60_000 },
  { limit: 20, lengthMs: 1_000 },
];
const plan = { clients: 12, exchangesPerClient: 25, atOnce: 5 };

test('twelve tools with 300 exchanges never meet the limits, and none of them waits longer than another', async () => {
  const clock = new HandClock();
  const demo = await startDemoUpstream({
    clock,
    random: Math.random,
    tokensPerSecond: 0,
    limits: () => ({ perMinute: 40, perSecond: 20 }),
  });
  await using proxy = await startTestProxy({
    upstreamBaseUrl: demo.baseUrl,
    clock,
    windows,
    moreClients: plan.clients,
  });
  const load = startLoad(proxy, plan);
  let uncontested: number[] | null = null;
  /** Nothing can happen any more but by the clock: all that is under way waits for its turn. */
  const settled = (): boolean =>
    load.isOver || (load.underWay === proxy.admission.waiting && load.underWay > 0);
  for (;;) {
    await expect.poll(settled, { interval: 5, timeout: 10_000 }).toBe(true);
    if (load.isOver) break;
    // Before anybody had to wait there was nothing to be shared out.
    uncontested ??= [...load.answered];
    if (load.allWantMore) {
      const shares = load.answered.map((count, client) => count - (uncontested?.[client] ?? 0));
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    }
    const before = proxy.admission.waiting;
    while (proxy.admission.waiting === before) clock.advance(50);
  }
  const account = accountOf(demo, [60_000, 1_000]);
  await demo.close();

  expect(load.failures).toEqual([]);
  expect(load.answered).toEqual(Array.from({ length: 12 }, () => 25));
  expect(account).toMatchObject({ received: 300, refused: 0 });
  expect(account.mostInWindows).toEqual([40, 20]);
  const least = leastSpanMs(300, windows);
  expect(least).toBe(420_000);
  expect(account.spanMs / least).toBeLessThan(1.05);
  expect(proxy.records().filter(({ status }) => status !== 200)).toEqual([]);
}, 60_000);
