import type { Entrant } from './entrant.ts';
import type { Arena, Measure } from './measures/measure.ts';
import type { Results } from './results.ts';

const warmUpMs = 1200;

/** What is to be run. */
export interface Plan {
  entrants: readonly Entrant[];
  measures: readonly Measure[];
  rounds: number;
  results: Results;
  /** Takes a line on how far it is and on what failed. */
  note: (line: string) => void;
}

/**
 * Warms all up, then measures in rounds: each measure goes through the contestants in turn, and who comes first moves on
 * from measure to measure and from round to round. A measure that fails is noted, and the others go on.
 */
export async function runRounds(arena: Arena, plan: Plan): Promise<void> {
  for (const entrant of plan.entrants) await warmUp(arena, entrant);
  for (let round = 0; round < plan.rounds; round += 1) {
    const startMs = performance.now();
    const takesLong = round < Math.min(2, Math.ceil(plan.rounds / 2));
    for (const [index, measure] of plan.measures.entries()) {
      if (measure.rounds === 'few' && !takesLong) continue;
      for (const entrant of inTurn(plan.entrants, round + index)) {
        if (entrant.name === 'direct' && !measure.includesDirect) continue;
        await runOne(arena, plan, { round, measure, entrant });
      }
    }
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    plan.note(`Round ${round + 1} of ${plan.rounds}: ${seconds} s`);
  }
}

async function runOne(
  arena: Arena,
  { results, note }: Plan,
  { round, measure, entrant }: { round: number; measure: Measure; entrant: Entrant },
): Promise<void> {
  try {
    results.record(round, entrant.name, measure.name, await measure.run(arena, entrant));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    results.failures.push({ round, contestant: entrant.name, measure: measure.name, reason });
    note(`${entrant.name} failed at "${measure.name}": ${reason}`);
  }
}

function inTurn<Item>(items: readonly Item[], offset: number): Item[] {
  const at = offset % Math.max(1, items.length);
  return [...items.slice(at), ...items.slice(0, at)];
}

async function warmUp(arena: Arena, entrant: Entrant): Promise<void> {
  const few = { durationMs: (warmUpMs * arena.pace) / 2, connections: 2 };
  const { load } = arena;
  const chat = { kind: 'chat' } as const;
  const stream = { kind: 'stream', events: 2000, sizeBytes: 256, intervalMs: 0 } as const;
  await load.run({
    kind: 'loop',
    request: entrant.chatRequest(chat, 'chat'),
    connections: 16,
    durationMs: warmUpMs * arena.pace,
    maxRequests: 50_000,
  });
  await load.run({
    kind: 'loop',
    request: entrant.chatRequest(stream, 'chat-stream'),
    ...few,
    maxRequests: 50,
  });
  await load.run({
    kind: 'loop',
    request: entrant.chatRequest(chat, 'agent-256k'),
    ...few,
    maxRequests: 100,
  });
  await load.run({ kind: 'loop', request: entrant.chatRequest(chat, 'picture-16m'), ...few, maxRequests: 4 });
}
