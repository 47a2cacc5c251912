import type { BodyName } from '../bodies.ts';
import { loopWithCpu } from './loop.ts';
import type { Measure } from './measure.ts';

const unlimited = 1_000_000;

/** Small chat requests at a number of connections: latency, requests per second, processor time. */
export function smallRequests(connections: number): Measure {
  return {
    name: `c${connections}`,
    rounds: 'each',
    includesDirect: true,
    run: async (arena, entrant) => {
      const result = await loopWithCpu(arena, entrant, {
        mode: { kind: 'chat' },
        body: 'chat',
        connections,
        durationMs: 1400,
        maxRequests: unlimited,
      });
      return {
        p50Ms: result.p50Ms,
        p99Ms: result.p99Ms,
        requestsPerSecond: result.requests / result.seconds,
        cpuUsPerRequest: result.cpuUsPerRequest,
      };
    },
  };
}

/** Large JSON bodies with a small answer: processor time and latency of one. */
export function largeBodies(body: BodyName, durationMs: number): Measure {
  return {
    name: body,
    rounds: 'each',
    includesDirect: false,
    run: async (arena, entrant) => {
      const result = await loopWithCpu(arena, entrant, {
        mode: { kind: 'chat' },
        body,
        connections: 2,
        durationMs,
        maxRequests: 2000,
      });
      return { p50Ms: result.p50Ms, cpuMsPerRequest: result.cpuMsPerRequest };
    },
  };
}

/** Short streams one after the other: time to the first byte of the body. */
export const firstByte: Measure = {
  name: 'first-byte',
  rounds: 'each',
  includesDirect: true,
  run: async (arena, entrant) => {
    const result = await loopWithCpu(arena, entrant, {
      mode: { kind: 'stream', events: 3, sizeBytes: 256, intervalMs: 0 },
      body: 'chat-stream',
      connections: 1,
      durationMs: 900,
      maxRequests: unlimited,
    });
    return { p50Ms: result.firstByteP50Ms, p99Ms: result.firstByteP99Ms };
  },
};

/** Streams of 20,000 events, sent as fast as they are taken, one stream at a time. */
export const burst: Measure = {
  name: 'burst',
  rounds: 'each',
  includesDirect: true,
  run: async (arena, entrant) => {
    const result = await loopWithCpu(arena, entrant, {
      mode: { kind: 'stream', events: 20_000, sizeBytes: 256, intervalMs: 0 },
      body: 'chat-stream',
      connections: 1,
      durationMs: 1200,
      maxRequests: 8,
    });
    return {
      megabytesPerSecond: result.bodyBytes / 1e6 / result.seconds,
      cpuMs: result.cpuMsPerRequest,
    };
  },
};
