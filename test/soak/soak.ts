import { systemClock } from '../../electron/core/clock.ts';
import { startDemoUpstream } from '../../electron/core/demo-upstream/demo-upstream.ts';
import { accountOf, leastSpanMs, startLoad } from '../support/load.ts';
import { startTestProxy } from '../support/test-proxy.ts';

/**
 * `npm run soak`: the load of `test/core/proxy/load.test.ts` in real time, with Cody's true limits: twelve tools, 300
 * exchanges, some seven minutes. Prints what the upstream counted; ends with code 1 if anything of it is not as promised.
 */
const windows = [
  { limit: 40, lengthMs: 60_000 },
  { limit: 20, lengthMs: 1_000 },
];
const plan = { clients: 12, exchangesPerClient: 25, atOnce: 5 };
const exchanges = plan.clients * plan.exchangesPerClient;

const demo = await startDemoUpstream({
  clock: systemClock,
  random: Math.random,
  tokensPerSecond: 0,
  limits: () => ({ perMinute: 40, perSecond: 20 }),
});
const proxy = await startTestProxy({ upstreamBaseUrl: demo.baseUrl, windows, moreClients: plan.clients });
const load = startLoad(proxy, plan);
const startedMs = performance.now();
const say = setInterval(() => {
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  const answered = load.answered.reduce((sum, count) => sum + count, 0);
  console.log(`${seconds} s: ${answered} of ${exchanges} answered, ${proxy.admission.waiting} wait`);
}, 30_000);
await load.done;
clearInterval(say);

const { received, refused, mostInWindows, spanMs } = accountOf(demo, [60_000, 1_000]);
const overOptimum = spanMs / leastSpanMs(exchanges, windows);
const lines: readonly (readonly [what: string, seen: string, isRight: boolean])[] = [
  ['received by the upstream', `${received}`, received === exchanges],
  ['refused by the upstream with 429', `${refused}`, refused === 0],
  ['failures that tools saw', load.failures.join(', ') || '0', load.failures.length === 0],
  ['most in any minute', `${mostInWindows[0]} of 40`, (mostInWindows[0] ?? 0) <= 40],
  ['most in any second', `${mostInWindows[1]} of 20`, (mostInWindows[1] ?? 0) <= 20],
  ['answered per tool', [...new Set(load.answered)].join(', '), new Set(load.answered).size === 1],
  ['time', `${Math.round(spanMs / 1_000)} s, ${overOptimum.toFixed(3)} × the least`, overOptimum < 1.05],
];
for (const [what, seen, isRight] of lines) console.log(`${isRight ? 'ok    ' : 'WRONG '} ${what}: ${seen}`);
process.exitCode = lines.every(([, , isRight]) => isRight) ? 0 : 1;
await proxy[Symbol.asyncDispose]();
await demo.close();
