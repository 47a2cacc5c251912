import type { ContestantName } from './contestants/contestant.ts';
import type { Results } from './results.ts';

/** One line of the table of targets: how the value comes about, and what it must keep. */
export interface Target {
  label: string;
  limit: number;
  direction: 'at most' | 'at least';
  unit: '' | 'ms' | 'KiB' | 'MiB';
  /** The value of one contestant; `undefined` if it was not measured. */
  value(results: Results, name: ContestantName): number | undefined;
  /** The share of cases in which the value came about at all; less than 1 is a miss whatever the value. */
  share?(results: Results, name: ContestantName): number | undefined;
}

/** A ratio of the same figure of two contestants. */
function ratio(
  label: string,
  { figure, to, limit, direction = 'at most' }: Pick<Target, 'limit'> & Partial<Target> & RatioOf,
): Target {
  const value = (results: Results, name: ContestantName): number | undefined =>
    results.ratio(name, to, figure);
  return { label: `${label} / ${to}`, limit, direction, unit: '', value };
}

interface RatioOf {
  figure: string;
  to: ContestantName;
}

function cancelled(label: string, measure: string): Target {
  return {
    label: `client gone → upstream closed, ${label}: all, p50`,
    limit: 5,
    direction: 'at most',
    unit: 'ms',
    value: (results, name) => results.median(name, `${measure}.p50Ms`),
    share: (results, name) => results.median(name, `${measure}.share`),
  };
}

/** The promises that the README makes, in its order. */
export const targets: readonly Target[] = [
  ratio('p50 at 1 connection', { figure: 'c1.p50Ms', to: 'nginx', limit: 1.7 }),
  ratio('CPU per request at 64 connections', { figure: 'c64.cpuUsPerRequest', to: 'nginx', limit: 3 }),
  ratio('requests per second at 64', {
    figure: 'c64.requestsPerSecond',
    to: 'nginx',
    limit: 0.7,
    direction: 'at least',
  }),
  ratio('requests per second at 64', {
    figure: 'c64.requestsPerSecond',
    to: 'portkey',
    limit: 7,
    direction: 'at least',
  }),
  ratio('p99 at 16', { figure: 'c16.p99Ms', to: 'nginx', limit: 1.2 }),
  ratio('first byte of a stream p50', { figure: 'first-byte.p50Ms', to: 'nginx', limit: 1.5 }),
  ratio('burst of 20,000 events, MB/s', {
    figure: 'burst.megabytesPerSecond',
    to: 'direct',
    limit: 0.75,
    direction: 'at least',
  }),
  ratio('burst of 20,000 events, CPU', { figure: 'burst.cpuMs', to: 'nginx', limit: 2.2 }),
  ratio('JSON body 256 KiB, CPU', { figure: 'agent-256k.cpuMsPerRequest', to: 'nginx', limit: 5 }),
  ratio('JSON body 4 MiB, CPU', { figure: 'picture-4m.cpuMsPerRequest', to: 'nginx', limit: 3.6 }),
  ratio('event-loop delay p99 with 4-MiB bodies', { figure: 'delay-picture-4m.p99Ms', to: 'pipe', limit: 2 }),
  ratio('event-loop delay p99 with 16-MiB bodies', {
    figure: 'delay-picture-16m.p99Ms',
    to: 'pipe',
    limit: 2,
  }),
  {
    label: 'KiB per held stream of 500',
    limit: 50,
    direction: 'at most',
    unit: 'KiB',
    value: (results, name) => results.median(name, 'held.kibPerStream'),
  },
  cancelled('before first byte', 'cancel-before'),
  cancelled('mid-stream', 'cancel-mid'),
  cancelled('not streamed', 'cancel-plain'),
  {
    label: 'what traffic control adds to a request at no load, p50',
    limit: 0.15,
    direction: 'at most',
    unit: 'ms',
    value: (results, name) =>
      name === 'cody' ? results.difference('cody', 'cody-plain', 'c1.p50Ms') : undefined,
  },
  {
    label: '10,000 waiting requests',
    limit: 40,
    direction: 'at most',
    unit: 'MiB',
    value: (results, name) => results.median(name, 'queue.waitingMib'),
  },
  {
    label: 'a decision with 10,000 waiting, p99',
    limit: 1,
    direction: 'at most',
    unit: 'ms',
    value: (results, name) => {
      const [ask, start] = ['queue.askP99Us', 'queue.startP99Us'].map((key) => results.median(name, key));
      return ask === undefined || start === undefined ? undefined : Math.max(ask, start) / 1_000;
    },
  },
  {
    label: 'start to listening',
    limit: 400,
    direction: 'at most',
    unit: 'ms',
    value: (results, name) =>
      results.median(name, 'start.announcedMs') ?? results.median(name, 'start.acceptedMs'),
  },
];

/** Whether a contestant keeps a target; `undefined` if that was not measured. */
export function keeps(target: Target, results: Results, name: ContestantName): boolean | undefined {
  const share = target.share?.(results, name);
  if (share !== undefined && share < 1) return false;
  const value = target.value(results, name);
  if (value === undefined) return undefined;
  return target.direction === 'at most' ? value <= target.limit : value >= target.limit;
}
