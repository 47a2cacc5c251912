import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActivitySums } from '../../../electron/core/activity/activity-sums.ts';
import type { ActivitySum, ExchangeRecord } from '../../../shared/contract/activity.ts';
import { exchange } from '../../contract/support/in-memory-services.ts';
import { dayMs, utcDay } from '../utc-day.ts';

const firstDay = Date.UTC(2026, 10, 1);
const always = { from: '0000-00-00', to: '9999-99-99' };
const ways = ['client', 'model', 'group', 'day'] as const;

function sumsOf(...records: ExchangeRecord[]): ActivitySums {
  const sums = new ActivitySums(utcDay);
  for (const record of records) sums.add(record);
  return sums;
}

const whole = fc.nat({ max: 100_000 });
const perhaps = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
// Names that run into one another when they are put together carelessly.
const name = fc.constantFrom('', 'a', 'b', 'ab', 'a\nb', '1 a', '\n');

const anyExchange = fc
  .record({
    startedAt: fc.integer({ min: firstDay, max: firstDay + 3 * dayMs }),
    clientId: perhaps(fc.constantFrom('1', '2', '12')),
    askedModel: perhaps(name),
    model: perhaps(name),
    group: perhaps(name),
    status: perhaps(fc.constantFrom(200, 201, 400, 429, 502)),
    tokens: perhaps(fc.record({ input: perhaps(whole), output: perhaps(whole), cached: perhaps(whole) })),
    cost: perhaps(whole),
    waitedMs: perhaps(whole),
    end: fc.constantFrom('done' as const, 'refused', 'failed', 'client_left', 'cut'),
  })
  .map((changes) => exchange(1, changes));

const counted = [
  'exchanges',
  'failed',
  'refused',
  'inputTokens',
  'outputTokens',
  'cachedTokens',
  'cost',
  'waitedMs',
] as const;

function totalOf(sums: readonly ActivitySum[]): Record<string, number> {
  return Object.fromEntries(
    counted.map((field) => [field, sums.reduce((total, sum) => total + sum[field], 0)]),
  );
}

describe('the sums of exchanges', () => {
  it('come to the same, whatever they are added up by, and to what was put in', () => {
    fc.assert(
      fc.property(fc.array(anyExchange, { maxLength: 60 }), (records) => {
        const sums = sumsOf(...records);
        const put = (value: (record: ExchangeRecord) => number | null | undefined): number =>
          records.reduce((total, record) => total + (value(record) ?? 0), 0);
        const isFailed = ({ end, status }: ExchangeRecord): boolean =>
          end !== 'refused' && ((status ?? 0) >= 400 || end === 'failed' || end === 'cut');
        for (const by of ways) {
          expect(totalOf(sums.query({ by, ...always }))).toEqual({
            exchanges: records.length,
            failed: records.filter(isFailed).length,
            refused: records.filter(({ end }) => end === 'refused').length,
            inputTokens: put(({ tokens }) => tokens?.input),
            outputTokens: put(({ tokens }) => tokens?.output),
            cachedTokens: put(({ tokens }) => tokens?.cached),
            cost: put(({ cost }) => cost),
            waitedMs: put(({ waitedMs }) => waitedMs),
          });
        }
      }),
    );
  });

  it('of each key are those of the exchanges that have it', () => {
    fc.assert(
      fc.property(fc.array(anyExchange, { maxLength: 60 }), (records) => {
        const sums = sumsOf(...records);
        const keys = {
          client: (record: ExchangeRecord) => record.clientId ?? '',
          model: (record: ExchangeRecord) => record.model ?? record.askedModel ?? '',
          group: (record: ExchangeRecord) => record.group ?? '',
          day: (record: ExchangeRecord) => utcDay(record.startedAt),
        };
        for (const by of ways) {
          const found = sums.query({ by, ...always });
          const expected = Map.groupBy(records, keys[by]);
          expect(found).toHaveLength(expected.size);
          for (const { key, exchanges } of found) expect(exchanges).toBe(expected.get(key)?.length);
        }
      }),
    );
  });

  it('are told apart, though their names put together are the same', () => {
    const sums = sumsOf(
      exchange(1, { clientId: 'c', model: 'ab', group: 'c' }),
      exchange(2, { clientId: 'c', model: 'a', group: 'bc' }),
      exchange(3, { clientId: 'ca', model: 'b', group: 'c' }),
    );
    const keysBy = (by: (typeof ways)[number]) => sums.query({ by, ...always }).map(({ key }) => key);
    expect(keysBy('client')).toEqual(['c', 'ca']);
    expect(keysBy('model')).toEqual(['a', 'ab', 'b']);
    expect(keysBy('group')).toEqual(['c', 'bc']);
  });

  it('of a span are those of its days, the first and the last included', () => {
    fc.assert(
      fc.property(fc.array(anyExchange), fc.nat({ max: 3 }), fc.nat({ max: 3 }), (records, a, b) => {
        const [from, to] = [utcDay(firstDay + a * dayMs), utcDay(firstDay + b * dayMs)];
        const within = records.filter(({ startedAt }) => {
          const day = utcDay(startedAt);
          return day >= from && day <= to;
        });
        for (const by of ways) {
          expect(sumsOf(...records).query({ by, from, to })).toEqual(
            sumsOf(...within).query({ by, ...always }),
          );
        }
      }),
    );
  });

  it('are given with most exchanges first, days in their order', () => {
    const at = (day: number, model: string) => exchange(1, { startedAt: firstDay + day * dayMs, model });
    const sums = sumsOf(at(2, 'b'), at(2, 'b'), at(0, 'c'), at(1, 'a'));
    expect(sums.query({ by: 'model', ...always }).map(({ key }) => key)).toEqual(['b', 'a', 'c']);
    expect(sums.query({ by: 'day', ...always }).map(({ key }) => key)).toEqual([
      '2026-11-01',
      '2026-11-02',
      '2026-11-03',
    ]);
  });

  it('call a client by the name it was last known by, and everything else by its key', () => {
    const sums = sumsOf(
      exchange(1, { clientId: 'c1', clientName: 'Zed', model: null, askedModel: 'gpt', group: 'openai' }),
      exchange(2, {
        clientId: 'c1',
        clientName: 'Zed Preview',
        model: null,
        askedModel: 'gpt',
        group: 'openai',
      }),
      exchange(3, { clientId: null, clientName: null, model: null, askedModel: null, end: 'refused' }),
    );
    const named = (by: (typeof ways)[number]) =>
      sums.query({ by, ...always }).map(({ key, name }) => [key, name]);
    expect(named('client')).toEqual([
      ['c1', 'Zed Preview'],
      ['', ''],
    ]);
    expect(named('model')).toEqual([
      ['gpt', 'gpt'],
      ['', ''],
    ]);
    sums.nameClients([
      { id: 'c1', name: 'Z' },
      { id: 'c2', name: 'Codex' },
    ]);
    expect(named('client')).toContainEqual(['c1', 'Z']);
    expect([...sums.clientNames]).toEqual([['c1', 'Z']]);
  });

  it('begin anew when they are cleared', () => {
    const sums = sumsOf(exchange(1), exchange(2));
    sums.clear();
    expect(sums.query({ by: 'client', ...always })).toEqual([]);
    sums.add(exchange(3));
    expect(sums.query({ by: 'client', ...always })).toMatchObject([{ exchanges: 1 }]);
  });
});

describe('what is remembered in sums is bounded', () => {
  const limits = { days: 3, rows: 10, rowsOfDay: 5 };
  const on = (day: number, changes: Partial<ExchangeRecord> = {}) =>
    exchange(1, { startedAt: firstDay + day * dayMs, ...changes });

  function days(sums: ActivitySums): string[] {
    return sums.query({ by: 'day', ...always }).map(({ key }) => key);
  }

  it('to so many days: the oldest goes, and with it the names of clients that are no more', () => {
    const sums = new ActivitySums(utcDay, limits);
    sums.add(on(0, { clientId: 'gone', clientName: 'Gone' }));
    for (const day of [1, 2, 3]) sums.add(on(day));
    expect(days(sums)).toEqual(['2026-11-02', '2026-11-03', '2026-11-04']);
    expect([...sums.clientNames.keys()]).toEqual(['default']);
  });

  it('to so many rows: the oldest days go until there is room', () => {
    const sums = new ActivitySums(utcDay, limits);
    for (const day of [0, 1]) for (const model of ['a', 'b', 'c', 'd', 'e']) sums.add(on(day, { model }));
    sums.add(on(2));
    expect(days(sums)).toEqual(['2026-11-02', '2026-11-03']);
    for (const model of ['a', 'b', 'c', 'd']) sums.add(on(2, { model }));
    expect(days(sums)).toEqual(['2026-11-02', '2026-11-03']);
  });

  it('to so many rows of one day: what is too much is added up by client alone', () => {
    const sums = new ActivitySums(utcDay, limits);
    sums.add(on(0));
    for (let made = 0; made < 1_000; made += 1) sums.add(on(1, { model: `made-up-${made}`, group: 'x' }));
    expect(days(sums)).toEqual(['2026-11-01', '2026-11-02']);
    expect(sums.query({ by: 'client', ...always })).toMatchObject([{ key: 'default', exchanges: 1_001 }]);
    expect(sums.query({ by: 'model', ...always }).map(({ key, exchanges }) => [key, exchanges])).toEqual([
      ['', 995],
      ['gpt-5-mini', 1],
      ['made-up-0', 1],
      ['made-up-1', 1],
      ['made-up-2', 1],
      ['made-up-3', 1],
      ['made-up-4', 1],
    ]);
  });

  it('but today stays, though the machine’s clock has fallen back behind all other days', () => {
    const sums = new ActivitySums(utcDay, limits);
    for (const day of [10, 11, 12, 0]) sums.add(on(day));
    expect(days(sums)).toEqual(['2026-11-01', '2026-11-12', '2026-11-13']);
  });

  it('to names of a length', () => {
    const sums = sumsOf(on(0, { model: 'm'.repeat(5_000), group: 'g'.repeat(5_000) }));
    expect(sums.query({ by: 'model', ...always })[0]?.key).toBe('m'.repeat(200));
    expect(sums.query({ by: 'group', ...always })[0]?.key).toBe('g'.repeat(200));
  });
});
