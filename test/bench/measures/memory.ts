import { setTimeout as sleep } from 'node:timers/promises';
import type { Entrant } from '../entrant.ts';
import { residentKib } from '../process-figures.ts';
import { type Arena, type Measure, withFreshProcess } from './measure.ts';

const streams = 500;
const idleMs = 3_000;
const slowReaderMs = 2_500;
const sampleEveryMs = 50;
const floodBytes = 200_000_000;
const floodEventBytes = 50_000;

/** 500 streams of one event a second on a fresh, warmed-up process: its memory before, at once, and three seconds on. */
export const heldStreams: Measure = {
  name: 'held',
  rounds: 'few',
  includesDirect: false,
  run: async (arena, entrant) =>
    withFreshProcess(arena, entrant.contestant, async (fresh) => {
      await arena.load.run({
        kind: 'loop',
        request: fresh.chatRequest({ kind: 'chat' }, 'chat'),
        connections: 1,
        durationMs: 1000,
        maxRequests: 1,
      });
      const startKib = residentKib(fresh.workers());
      await warmUp(arena, fresh);
      const beforeKib = residentKib(fresh.workers());
      const { established } = await arena.load.run({
        kind: 'hold',
        request: fresh.chatRequest(
          { kind: 'stream', events: 3600, sizeBytes: 256, intervalMs: 1000 },
          'chat-stream',
        ),
        count: streams,
        stopReading: false,
      });
      const establishedKib = residentKib(fresh.workers());
      if (established < streams) throw new Error(`only ${established} of ${streams} streams came about`);
      await sleep(idleMs);
      const laterKib = residentKib(fresh.workers());
      return {
        startMib: startKib / 1024,
        beforeMib: beforeKib / 1024,
        heldMib: Math.max(establishedKib, laterKib) / 1024,
        kibPerStream: (establishedKib - beforeKib) / streams,
        kibPerStreamLater: (laterKib - beforeKib) / streams,
      };
    }),
};

/** A client that stops reading after the first bytes, while the upstream has 200 MB to send: the most it grows. */
export const slowReader: Measure = {
  name: 'slow-reader',
  rounds: 'few',
  includesDirect: false,
  run: async (arena, entrant) =>
    withFreshProcess(arena, entrant.contestant, async (fresh) => {
      await warmUp(arena, fresh);
      const beforeKib = residentKib(fresh.workers());
      const events = floodBytes / floodEventBytes;
      await arena.load.run({
        kind: 'hold',
        request: fresh.chatRequest(
          { kind: 'stream', events, sizeBytes: floodEventBytes, intervalMs: 0 },
          'chat-stream',
        ),
        count: 1,
        stopReading: true,
      });
      let mostKib = beforeKib;
      for (let passedMs = 0; passedMs < slowReaderMs * arena.pace; passedMs += sampleEveryMs) {
        mostKib = Math.max(mostKib, residentKib(fresh.workers()));
        await sleep(sampleEveryMs);
      }
      return { growthMib: (mostKib - beforeKib) / 1024 };
    }),
};

/** Lets code and heap reach their working size, so that what comes after is the streams' own. */
async function warmUp(arena: Arena, entrant: Entrant): Promise<void> {
  for (const [mode, body] of [
    [{ kind: 'chat' }, 'chat'],
    [{ kind: 'stream', events: 3, sizeBytes: 256, intervalMs: 0 }, 'chat-stream'],
  ] as const) {
    const request = entrant.chatRequest(mode, body);
    await arena.load.run({
      kind: 'loop',
      request,
      connections: 64,
      durationMs: 700 * arena.pace,
      maxRequests: 6000,
    });
  }
}
