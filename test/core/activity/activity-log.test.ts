import { describe, expect, it } from 'vitest';
import { ActivityLog } from '../../../electron/core/activity/activity-log.ts';
import { exchangeRecord, type ExchangeRecord } from '../../../shared/contract/activity.ts';
import { HandClock } from '../../support/hand-clock.ts';

function start(capacity = 2_000) {
  const clock = new HandClock();
  const finished: ExchangeRecord[] = [];
  const log = new ActivityLog(clock, capacity, (record) => finished.push(record));
  return { clock, log, finished };
}

describe('the log of exchanges', () => {
  it('begins each exchange with nothing known of it but when it came and what for', () => {
    const { log } = start();
    log.begin('GET', `/v1/${'x'.repeat(300)}`);
    const [record] = log.list(1);
    expect(exchangeRecord.strict().parse(record)).toEqual(record);
    expect(record).toMatchObject({
      id: 1,
      startedAt: 1_700_000_000_000,
      method: 'GET',
      path: `/v1/${'x'.repeat(196)}…`,
      end: 'open',
      tries: [],
      route: null,
      tokens: null,
    });
  });

  it('remembers the newest, and no more than it has room for', () => {
    const { log } = start(3);
    for (let count = 1; count <= 5; count += 1) log.begin('GET', `/v1/${count}`);
    expect(log.list(10).map(({ path }) => path)).toEqual(['/v1/5', '/v1/4', '/v1/3']);
    expect(log.list(2).map(({ id }) => id)).toEqual([5, 4]);
  });

  it('tells changes in batches, at most every 50 ms, each exchange once and as it is then', () => {
    const { clock, log } = start();
    const batches: ExchangeRecord[][] = [];
    log.onChange((changed) => batches.push(changed));
    const [first, second] = [log.begin('GET', '/v1/a'), log.begin('GET', '/v1/b')];
    for (let count = 1; count <= 10; count += 1) {
      first.bytesOut = count;
      log.changed(first);
      log.changed(second);
    }
    clock.advance(49);
    expect(batches).toEqual([]);
    clock.advance(1);
    expect(batches.map((batch) => batch.map(({ id, bytesOut }) => [id, bytesOut]))).toEqual([
      [
        [1, 10],
        [2, 0],
      ],
    ]);
    expect(clock.timerCount).toBe(0);
  });

  it('gives copies, which the exchange no longer changes', () => {
    const { clock, log } = start();
    const record = log.begin('POST', '/v1/responses');
    const seen: ExchangeRecord[] = [log.list(1), log.list(1)].flat();
    log.onChange((changed) => seen.push(...changed));
    const oneTry = {
      group: 'openai',
      queuedMs: 0,
      sentMs: null,
      endedMs: null,
      status: null,
      errorCode: null,
    };
    record.tries.push(oneTry);
    log.changed(record);
    clock.advance(50);
    Object.assign(oneTry, { sentMs: 3, status: 200 });
    record.end = 'done';
    expect(seen.map(({ tries }) => tries)).toEqual([[], [], [{ ...oneTry, sentMs: null, status: null }]]);
    expect(seen.every((copy) => copy.end === 'open' && !('isFinished' in copy))).toBe(true);
  });

  it('costs no timer while nobody listens', () => {
    const { clock, log } = start();
    const stop = log.onChange(() => undefined);
    stop();
    const record = log.begin('GET', '/v1/models');
    log.changed(record);
    log.finished(record);
    expect(clock.timerCount).toBe(0);
  });

  it('says once that an exchange is at its end, also if it was pushed out long ago', () => {
    const { clock, log, finished } = start(1);
    const batches: ExchangeRecord[][] = [];
    log.onChange((changed) => batches.push(changed));
    const record = log.begin('GET', '/v1/models');
    log.begin('GET', '/v1/me');
    record.end = 'done';
    log.finished(record);
    log.finished(record);
    expect(finished).toEqual([record]);
    clock.advance(50);
    expect(batches).toMatchObject([[{ id: 1, end: 'done' }]]);
  });

  it('forgets on demand what is at its end; what is open stays and goes on', () => {
    const { clock, log, finished } = start(3);
    const records = ['a', 'b', 'c', 'd'].map((name) => log.begin('GET', `/v1/${name}`));
    const batches: ExchangeRecord[][] = [];
    log.onChange((changed) => batches.push(changed));
    const [, , third] = records;
    for (const record of records) {
      if (record === third) continue;
      record.end = 'done';
      log.finished(record);
    }
    log.clear();
    expect(log.list(10).map(({ path }) => path)).toEqual(['/v1/c']);
    clock.advance(50);
    expect(batches).toEqual([]);

    for (const name of ['e', 'f', 'g']) log.begin('GET', `/v1/${name}`);
    expect(log.list(10).map(({ path }) => path)).toEqual(['/v1/g', '/v1/f', '/v1/e']);
    if (third) log.finished(third);
    expect(finished).toHaveLength(4);
    clock.advance(50);
    expect(batches).toMatchObject([[{ path: '/v1/c' }]]);
  });
});
