import type { ContestantName } from './contestants/contestant.ts';
import type { Results } from './results.ts';
import { keeps, type Target, targets } from './targets.ts';

type Row = readonly string[];

/** The contestant that the targets are for. */
const subject: ContestantName = 'cody';
const missing = '–';

/** The targets: this proxy's value and verdict, and the same value of the others. */
export function targetRows(results: Results, names: readonly ContestantName[]): Row[] {
  const others = names.filter((name) => name !== subject && name !== 'direct');
  const verdict = { true: 'ok', false: 'miss', undefined: missing };
  return [
    ['measure', 'target', 'this proxy', '', ...others],
    ...targets.map((target) => [
      target.label,
      `${target.direction === 'at most' ? '≤' : '≥'} ${target.limit}${unitOf(target)}`,
      cell(target, results, subject),
      verdict[`${keeps(target, results, subject)}`],
      ...others.map((name) => cell(target, results, name)),
    ]),
  ];
}

function cell(target: Target, results: Results, name: ContestantName): string {
  const share = target.share?.(results, name);
  if (share === 0) return 'never';
  const value = target.value(results, name);
  if (value === undefined) return missing;
  const partly = share === undefined || share === 1 ? '' : `${Math.round(share * 100)} %, `;
  return `${partly}${rounded(value)}${unitOf(target)}`;
}

function unitOf(target: Target): string {
  return target.unit === '' ? '' : ` ${target.unit}`;
}

interface FigureRow {
  label: string;
  key: string;
  /** What the second figure of the cell is, after a stroke. */
  second?: string;
  /** Whether the figure is what comes on top of the direct way. */
  added?: boolean;
}

const bodyLabels = {
  'agent-256k': '256-KiB bodies',
  'picture-4m': '4-MiB bodies',
  'picture-16m': '16-MiB bodies',
} as const;

const figureRows: readonly FigureRow[] = [
  ...[1, 16, 64].flatMap((connections) => [
    {
      label: `latency at ${connections}, p50 / p99, ms`,
      key: `c${connections}.p50Ms`,
      second: `c${connections}.p99Ms`,
    },
    {
      label: '  added to direct',
      key: `c${connections}.p50Ms`,
      second: `c${connections}.p99Ms`,
      added: true,
    },
  ]),
  { label: 'requests per second at 1 / 16', key: 'c1.requestsPerSecond', second: 'c16.requestsPerSecond' },
  { label: 'requests per second at 64', key: 'c64.requestsPerSecond' },
  { label: 'CPU per request at 1 / 64, µs', key: 'c1.cpuUsPerRequest', second: 'c64.cpuUsPerRequest' },
  { label: 'first byte of a stream, p50 / p99, ms', key: 'first-byte.p50Ms', second: 'first-byte.p99Ms' },
  { label: '  added to direct', key: 'first-byte.p50Ms', second: 'first-byte.p99Ms', added: true },
  { label: 'event transit, p50 / p99, µs', key: 'transit.p50Us', second: 'transit.p99Us' },
  { label: 'burst of 20,000 events, MB/s', key: 'burst.megabytesPerSecond' },
  { label: '  CPU per burst, ms', key: 'burst.cpuMs' },
  {
    label: 'JSON body 256 KiB, CPU / latency p50, ms',
    key: 'agent-256k.cpuMsPerRequest',
    second: 'agent-256k.p50Ms',
  },
  {
    label: 'JSON body 4 MiB, CPU / latency p50, ms',
    key: 'picture-4m.cpuMsPerRequest',
    second: 'picture-4m.p50Ms',
  },
  ...(['agent-256k', 'picture-4m', 'picture-16m'] as const).map((body) => ({
    label: `event-loop delay with ${bodyLabels[body]}, p99 / most, ms`,
    key: `delay-${body}.p99Ms`,
    second: `delay-${body}.maxMs`,
  })),
  { label: 'memory after one request / warmed up, MiB', key: 'held.startMib', second: 'held.beforeMib' },
  { label: 'memory with 500 streams, MiB', key: 'held.heldMib' },
  {
    label: '  KiB per stream, at once / 3 s later',
    key: 'held.kibPerStream',
    second: 'held.kibPerStreamLater',
  },
  { label: 'slow reader of 200 MB, growth, MiB', key: 'slow-reader.growthMib' },
  { label: '10,000 waiting requests, MiB', key: 'queue.waitingMib' },
  { label: '  to get in line, p50 / p99, µs', key: 'queue.askP50Us', second: 'queue.askP99Us' },
  { label: '  to let one start, p50 / p99, µs', key: 'queue.startP50Us', second: 'queue.startP99Us' },
  { label: '  the longest single decision, ms', key: 'queue.worstMs' },
  {
    label: 'cancel before first byte, share / p50 ms',
    key: 'cancel-before.share',
    second: 'cancel-before.p50Ms',
  },
  { label: 'cancel mid-stream, share / p50 ms', key: 'cancel-mid.share', second: 'cancel-mid.p50Ms' },
  { label: 'cancel not streamed, share / p50 ms', key: 'cancel-plain.share', second: 'cancel-plain.p50Ms' },
  { label: 'start to line / to first connection, ms', key: 'start.announcedMs', second: 'start.acceptedMs' },
];

/** All figures as they were measured, a column for each contestant; rows without any figure are left out. */
export function figureTable(results: Results, names: readonly ContestantName[]): Row[] {
  const rows = figureRows
    .map((row) => [row.label, ...names.map((name) => figureCell(row, results, name))])
    .filter(([, ...cells]) => cells.some((text) => text !== missing));
  return [['figure (median over rounds)', ...names], ...rows];
}

function figureCell(row: FigureRow, results: Results, name: ContestantName): string {
  const read = (key: string): number | undefined => {
    if (row.added !== true) return results.median(name, key);
    return name === 'direct' ? undefined : results.difference(name, 'direct', key);
  };
  const texts = [row.key, ...(row.second === undefined ? [] : [row.second])].map((key) => {
    const value = read(key);
    return value === undefined ? missing : rounded(value);
  });
  return texts.every((text) => text === missing) ? missing : texts.join(' / ');
}

/** Three significant digits, without exponents. */
function rounded(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** Lays rows out for a terminal, columns aligned. */
export function asText(rows: readonly Row[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((text, column) =>
          column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

/** Lays rows out as a Markdown table. */
export function asMarkdown(rows: readonly Row[]): string {
  const line = (row: Row): string => `| ${row.map((text) => text.trim()).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
