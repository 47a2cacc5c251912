import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateWindows } from '../../../../electron/core/demo-upstream/account/rate-windows.ts';

describe('rate windows', () => {
  it('never let in more than the limits in any window, and their advice is right and not too late', () => {
    const limits = { perMinute: 6, perSecond: 2 };
    fc.assert(
      fc.property(fc.array(fc.nat(8000), { maxLength: 60 }), (pausesMs) => {
        const windows = new RateWindows();
        const accepted: number[] = [];
        let nowMs = 0;
        for (const pauseMs of pausesMs) {
          nowMs += pauseMs;
          const waitSeconds = windows.tryAccept(nowMs, limits);
          if (waitSeconds !== null) {
            const soonerMs = nowMs + (waitSeconds - 1) * 1000;
            expect(waitSeconds).toBeGreaterThanOrEqual(1);
            const inMinute = accepted.filter((atMs) => atMs > soonerMs - 60_000).length;
            const inSecond = accepted.filter((atMs) => atMs > soonerMs - 1000).length;
            expect(inMinute >= limits.perMinute || inSecond >= limits.perSecond).toBe(true);
            nowMs += waitSeconds * 1000;
            expect(windows.tryAccept(nowMs, limits)).toBeNull();
          }
          accepted.push(nowMs);
          expect(accepted.filter((atMs) => atMs > nowMs - 60_000).length).toBeLessThanOrEqual(
            limits.perMinute,
          );
          expect(accepted.filter((atMs) => atMs > nowMs - 1000).length).toBeLessThanOrEqual(limits.perSecond);
        }
      }),
    );
  });

  it('let all in where there are no limits', () => {
    const windows = new RateWindows();
    for (let count = 0; count < 1000; count += 1) {
      expect(windows.tryAccept(0, { perMinute: 0, perSecond: 0 })).toBeNull();
    }
  });
});
