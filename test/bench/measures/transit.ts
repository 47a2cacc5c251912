import type { Measure } from './measure.ts';

/** Sixteen streams of an event each 10 ms: the age of an event when it reaches the client. */
export const transit: Measure = {
  name: 'transit',
  rounds: 'each',
  includesDirect: true,
  run: async (arena, entrant) => {
    const result = await arena.load.run({
      kind: 'transit',
      request: entrant.chatRequest(
        { kind: 'stream', events: 100_000, sizeBytes: 256, intervalMs: 10 },
        'chat-stream',
      ),
      streams: 16,
      durationMs: 1000 * arena.pace,
    });
    await arena.upstream.reset();
    if (result.events === 0) throw new Error('no event arrived');
    return { p50Us: result.p50Us, p99Us: result.p99Us };
  },
};
