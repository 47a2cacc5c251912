import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openClientUse } from '../../../electron/core/clients/client-use.ts';
import { Watched } from '../../../electron/core/watched.ts';
import {
  clientPolicy,
  type Client,
  type ClientPolicyPatch,
  type ClientUse,
} from '../../../shared/contract/clients.ts';
import { exchange } from '../../contract/support/in-memory-services.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { modeOf, temporaryFolder } from '../data-folder/temporary-folder.ts';
import { dayMs, msUntilUtcMidnight, utcDay } from '../utc-day.ts';

function client(id: string, policy: ClientPolicyPatch = {}): Client {
  return { id, name: id, createdAt: 0, keyReadable: true, policy: clientPolicy.parse(policy) };
}

async function open(folder: string, clients: Client[], clock = new HandClock()) {
  const list = new Watched<readonly Client[]>(clients);
  const options = { folder, clock, clients: list, dayOf: utcDay, msUntilMidnight: msUntilUtcMidnight };
  return { log: await openClientUse(options), list, clock, file: path.join(folder, 'client-use.json') };
}

const never = { lastSeenAt: null, userAgent: null, lastModel: null, requestsToday: 0, costToday: 0 };
const well = { clientId: 'a', status: 200, end: 'done' } as const;

describe('what a client did of late', () => {
  it('is nothing at first, then when it was seen, as what, with which model, and what it used today', async () => {
    const { log, clock } = await open(await temporaryFolder(), [client('a'), client('b')]);
    expect(log.use.get()).toEqual([
      { clientId: 'a', ...never },
      { clientId: 'b', ...never },
    ]);
    clock.advance(5_000);
    log.seen('a', `Zed/1.0 ${'x'.repeat(1_000)}`);
    log.countStart('a');
    log.finished(exchange(1, { ...well, model: 'o3', cost: 0.5 }));
    log.countStart('a');
    expect(log.use.get()).toEqual([
      {
        clientId: 'a',
        lastSeenAt: 1_700_000_005_000,
        userAgent: `Zed/1.0 ${'x'.repeat(192)}`,
        lastModel: 'o3',
        requestsToday: 2,
        costToday: 0.5,
      },
      { clientId: 'b', ...never },
    ]);
    expect(log.today('a')).toEqual({ requests: 2, cost: 0.5 });
    log.seen('a', null);
    expect(log.use.get()[0]?.userAgent).toBeNull();
  });

  it('has the model of good answers only, and costs that are known', async () => {
    const { log } = await open(await temporaryFolder(), [client('a')]);
    log.finished(exchange(1, { ...well, model: 'good', cost: null }));
    log.finished(exchange(2, { ...well, model: 'none', status: 404, cost: null }));
    log.finished(exchange(3, { ...well, model: 'none', end: 'client_left', cost: 1 }));
    log.finished(exchange(4, { ...well, model: null, cost: -5 }));
    expect(log.use.get()).toMatchObject([{ lastModel: 'good', costToday: 1 }]);
  });

  it('goes with the client, and nobody else is remembered', async () => {
    const folder = await temporaryFolder();
    const { log, list, clock, file } = await open(folder, [client('a'), client('b')]);
    for (const id of ['a', 'b', 'stranger', '', null]) {
      log.seen(id, 'tool');
      expect(log.countStart(id)).toBeNull();
      log.takeBack(id);
      log.finished(exchange(1, { clientId: id }));
    }
    list.set([client('b'), client('c')]);
    expect(log.use.get().map(({ clientId }) => clientId)).toEqual(['b', 'c']);
    expect(log.today('a')).toEqual({ requests: 0, cost: 0 });
    await log.close();
    expect(await readFile(file, 'utf8')).not.toMatch(/"a"|stranger/);
    const again = await open(folder, [client('c')], clock);
    expect(again.log.use.get()).toEqual([{ clientId: 'c', ...never }]);
  });

  it('is told to those who watch, at most once a second, and at midnight', async () => {
    const { log, clock } = await open(await temporaryFolder(), [client('a')]);
    log.seen('a', 'before');
    clock.advance(10_000);
    const told: (readonly ClientUse[])[] = [];
    const stop = log.use.onChange((use) => told.push(use));
    for (let count = 0; count < 25; count += 1) {
      log.countStart('a');
      clock.advance(100);
    }
    expect(told.map(([use]) => use?.requestsToday)).toEqual([10, 20]);
    clock.advance(1_000);
    expect(told).toHaveLength(3);
    clock.advance(msUntilUtcMidnight(clock.wallMs()));
    clock.advance(dayMs);
    expect(told.slice(3).map(([use]) => use?.requestsToday)).toEqual([0, 0]);
    stop();
    log.seen('a', 'after');
    clock.advance(2 * dayMs);
    expect(told).toHaveLength(5);
    expect(clock.timerCount).toBe(0);
  });

  it('is written at most every 10 s, for no eyes but the user’s, and is there at the next start', async () => {
    const folder = await temporaryFolder();
    const { log, clock, file } = await open(folder, [client('a')]);
    log.seen('a', 'Zed/1.0');
    log.countStart('a');
    log.finished(exchange(1, { ...well, model: 'o3', cost: 2 }));
    expect(clock.timerCount).toBe(1);
    clock.advance(9_999);
    expect(await readdir(folder)).toEqual([]);
    clock.advance(1);
    await expect.poll(() => readdir(folder)).toEqual(['client-use.json']);
    expect(await modeOf(file)).toBe('600');
    log.countStart('a');
    await log.close();
    const again = await open(folder, [client('a')], clock);
    expect(again.log.notices).toEqual([]);
    expect(again.log.use.get()).toEqual(log.use.get());
    expect(again.log.today('a')).toEqual({ requests: 2, cost: 2 });
  });
});

describe('a daily cap', () => {
  it('on requests is never overrun, however many run at once, and frees at midnight', async () => {
    const { log, clock } = await open(await temporaryFolder(), [client('a', { requestsPerDay: 3 })]);
    // All of them are let in before the first is sent.
    expect(Array.from({ length: 5 }, () => log.checkBudget('a'))).toEqual([null, null, null, null, null]);
    const refusals = Array.from({ length: 5 }, () => log.countStart('a'));
    expect(refusals.map((refusal) => refusal?.code ?? null)).toEqual([
      null,
      null,
      null,
      'budget_exceeded',
      'budget_exceeded',
    ]);
    expect(log.today('a').requests).toBe(3);
    expect(log.checkBudget('a')?.retryAfterMs).toBe(msUntilUtcMidnight(clock.wallMs()));
    clock.advance(msUntilUtcMidnight(clock.wallMs()) - 1);
    expect(log.checkBudget('a')).not.toBeNull();
    clock.advance(1);
    expect(log.checkBudget('a')).toBeNull();
    expect(log.today('a')).toEqual({ requests: 0, cost: 0 });
  });

  it('holds whatever comes in whatever order', () => {
    const step = fc.constantFrom('start', 'back', 'look');
    return fc.assert(
      fc.asyncProperty(fc.nat({ max: 5 }), fc.array(step), async (cap, steps) => {
        const { log } = await open('/nonexistent', [client('a', { requestsPerDay: cap + 1 })]);
        let running = 0;
        for (const what of steps) {
          if (what === 'start') running += log.countStart('a') === null ? 1 : 0;
          if (what === 'back' && running > 0) {
            log.takeBack('a');
            running -= 1;
          }
          expect(running).toBeLessThanOrEqual(cap + 1);
          expect(log.today('a').requests).toBe(running);
          expect(log.checkBudget('a') === null).toBe(running <= cap);
        }
      }),
    );
  });

  it('on cost ends the day for the client once what was answered comes to it', async () => {
    const { log } = await open(await temporaryFolder(), [client('a', { costPerDay: 1 })]);
    log.countStart('a');
    expect(log.checkBudget('a')).toBeNull();
    log.finished(exchange(1, { ...well, cost: 0.4 }));
    expect(log.checkBudget('a')).toBeNull();
    log.finished(exchange(2, { ...well, cost: 0.6 }));
    expect(log.countStart('a')?.message).toMatch(/cap of 1 on the cost/);
    expect(log.today('a').requests).toBe(1);
  });

  it('is that of the moment, also for requests that came before it was changed', async () => {
    const { log, list } = await open(await temporaryFolder(), [client('a', { requestsPerDay: 1 })]);
    log.countStart('a');
    expect(log.checkBudget('a')).not.toBeNull();
    list.set([client('a', { requestsPerDay: 2 })]);
    expect(log.countStart('a')).toBeNull();
    list.set([client('a')]);
    expect(log.countStart('a')).toBeNull();
    expect(log.today('a').requests).toBe(3);
  });

  it('holds over a restart of the same day, and not into the next', async () => {
    const folder = await temporaryFolder();
    const clients = [client('a', { requestsPerDay: 1 })];
    const first = await open(folder, clients);
    first.log.countStart('a');
    await first.log.close();
    const second = await open(folder, clients, first.clock);
    expect(second.log.countStart('a')).not.toBeNull();
    first.clock.advance(dayMs);
    const third = await open(folder, clients, first.clock);
    expect(third.log.countStart('a')).toBeNull();
  });

  it('is given back what never reached the upstream, but not into another day', async () => {
    const { log, clock } = await open(await temporaryFolder(), [client('a', { requestsPerDay: 1 })]);
    log.countStart('a');
    log.takeBack('a');
    expect(log.countStart('a')).toBeNull();
    clock.advance(dayMs);
    log.takeBack('a');
    expect(log.today('a').requests).toBe(0);
  });
});

describe('a file of what clients did that cannot be used', () => {
  it.each(['{', '{"version":1,"day":"2023-11-14","clients":[{"id":"a"}]}'])(
    'is set aside: %j',
    async (text) => {
      const folder = await temporaryFolder();
      await writeFile(path.join(folder, 'client-use.json'), text);
      const { log } = await open(folder, [client('a')]);
      const aside = 'client-use.damaged-20231114-221320.json';
      expect(log.notices).toEqual([
        { code: 'client_use_set_aside', message: expect.stringMatching(`${aside}.*daily caps, begin anew`) },
      ]);
      expect(await readFile(path.join(folder, aside), 'utf8')).toBe(text);
      log.countStart('a');
      await log.close();
      expect((await open(folder, [client('a')])).log.today('a').requests).toBe(1);
    },
  );

  it('is left alone where it cannot be set aside', async () => {
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, 'client-use.json'));
    const { log, clock } = await open(folder, [client('a')]);
    expect(log.notices).toMatchObject([{ message: expect.stringContaining('nor could it be set aside') }]);
    log.countStart('a');
    expect(clock.timerCount).toBe(0);
    await log.close();
    expect(await readdir(folder)).toEqual(['client-use.json']);
  });
});
