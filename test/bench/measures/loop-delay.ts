import type { BodyName } from '../bodies.ts';
import type { Measure } from './measure.ts';

/**
 * Event-loop delay, seen from outside: a second client asks every 3 ms for something that the contestant answers by
 * itself, while a first one sends large bodies one after the other. The pauses between them leave the machine some air, so
 * that what is seen is how long the contestant is at one body, not how long it waits for a processor.
 */
export function loopDelay(body: BodyName, durationMs: number, pauseMs: number): Measure {
  return {
    name: `delay-${body}`,
    rounds: 'each',
    includesDirect: false,
    run: async (arena, entrant) => {
      const forMs = durationMs * arena.pace;
      const passing = arena.load.run({
        kind: 'loop',
        request: entrant.chatRequest({ kind: 'chat' }, body),
        connections: 1,
        durationMs: forMs,
        maxRequests: 5000,
        pauseMs,
      });
      const [probed, passed] = await Promise.all([
        arena.probe.run({ kind: 'probe', request: entrant.healthRequest(), everyMs: 3, durationMs: forMs }),
        passing,
      ]);
      if (passed.failures > 0) throw new Error(`a body did not pass: ${passed.firstFailure ?? ''}`);
      return { p50Ms: probed.p50Ms, p99Ms: probed.p99Ms, maxMs: probed.maxMs };
    },
  };
}
