import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openActivity } from '../../../electron/core/activity/open-activity.ts';
import type { ExchangeRecord } from '../../../shared/contract/activity.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { modeOf, temporaryFolder } from '../data-folder/temporary-folder.ts';
import { dayMs, utcDay } from '../utc-day.ts';

const always = { from: '0000-00-00', to: '9999-99-99' };
const ways = ['client', 'model', 'group', 'day'] as const;

async function open(folder: string, clock = new HandClock(), keepSums = true) {
  const setting = { keepSums };
  const finished: ExchangeRecord[] = [];
  const activity = await openActivity({
    folder,
    clock,
    dayOf: utcDay,
    keepSums: () => setting.keepSums,
    capacity: 2_000,
    onFinished: (record) => finished.push(record),
  });
  const run = (facts: Partial<ExchangeRecord> = {}): void => {
    const record = activity.log.begin('POST', '/v1/chat/completions');
    Object.assign(
      record,
      { clientId: 'c1', clientName: 'Zed', model: 'gpt-5.2', status: 200, end: 'done' },
      facts,
    );
    activity.log.finished(record);
  };
  const allSums = () => ways.map((by) => activity.service.sums({ by, ...always }));
  return { activity, clock, setting, run, allSums, finished, file: path.join(folder, 'activity-sums.json') };
}

function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

describe('the sums on disk', () => {
  it('are there again at the next start, and go on from where they were', async () => {
    const folder = await temporaryFolder();
    const first = await open(folder);
    first.run({ tokens: { input: 10, output: 20, cached: 5 }, cost: 0.5, waitedMs: 12.5, group: 'openai' });
    first.run({ end: 'refused', status: 403, clientId: null, clientName: null });
    first.clock.advance(dayMs);
    first.run({ model: 'o3', end: 'cut' });
    await first.activity.close();
    expect(await modeOf(first.file)).toBe('600');

    const second = await open(folder, first.clock);
    expect(second.activity.notices).toEqual([]);
    expect(second.allSums()).toEqual(first.allSums());
    second.run();
    expect(second.activity.service.sums({ by: 'client', ...always })).toMatchObject([
      { key: 'c1', name: 'Zed', exchanges: 3, failed: 1, refused: 0, cost: 0.5 },
      { key: '', name: '', exchanges: 1, refused: 1 },
    ]);
  });

  it('are written at most every 10 s', async () => {
    const { file, clock, run } = await open(await temporaryFolder());
    clock.advance(60_000);
    expect(await readText(file)).toBeNull();
    for (let count = 0; count < 100; count += 1) run();
    clock.advance(9_999);
    expect(clock.timerCount).toBe(1);
    clock.advance(1);
    await expect.poll(() => readText(file)).toMatch(/"exchanges":100/);
    expect(clock.timerCount).toBe(0);
  });

  it('have the newest of each day, whichever of the days have changed since they were last written', async () => {
    const folder = await temporaryFolder();
    const { activity, clock, file, run, allSums } = await open(folder);
    const late = activity.log.begin('POST', '/v1/responses');
    for (const model of ['a', 'b', 'c']) {
      run({ model });
      clock.advance(10_000);
      await expect.poll(() => readText(file)).toContain(`"model":"${model}"`);
      clock.advance(dayMs);
    }
    late.model = 'late';
    activity.log.finished(late);
    await activity.close();
    const again = await open(folder, clock);
    expect(again.allSums()).toEqual(allSums());
    expect(again.activity.service.sums({ by: 'day', ...always }).map(({ exchanges }) => exchanges)).toEqual([
      2, 1, 1,
    ]);
  });

  it('have nothing of what was before they were cleared, though the day began anew at once', async () => {
    const folder = await temporaryFolder();
    const { activity, clock, file, run } = await open(folder);
    run({ model: 'before' });
    clock.advance(10_000);
    await expect.poll(() => readText(file)).toContain('before');
    const clearing = activity.service.clear('sums');
    run({ model: 'after' });
    await clearing;
    await activity.close();
    const again = await open(folder, clock);
    expect(again.activity.service.sums({ by: 'model', ...always })).toMatchObject([
      { key: 'after', exchanges: 1 },
    ]);
  });

  it('are given each exchange once, and so is whoever else adds up', async () => {
    const { activity, finished, run } = await open(await temporaryFolder());
    const record = activity.log.begin('GET', '/v1/models');
    activity.log.changed(record);
    expect(activity.service.sums({ by: 'day', ...always })).toEqual([]);
    record.end = 'done';
    activity.log.finished(record);
    activity.log.finished(record);
    run();
    expect(activity.service.sums({ by: 'day', ...always })).toMatchObject([{ exchanges: 2 }]);
    expect(finished).toHaveLength(2);
  });

  it('are forgotten at once when the user clears them, and the exchanges of this run apart', async () => {
    const folder = await temporaryFolder();
    const { activity, file, run, allSums } = await open(folder);
    run();
    await activity.service.clear('exchanges');
    expect(activity.service.list(10)).toEqual([]);
    expect(allSums()[0]).toHaveLength(1);
    run();
    await activity.close();
    await activity.service.clear('sums');
    expect(allSums().flat()).toEqual([]);
    expect(await readText(file)).not.toContain('gpt-5.2');
    expect(activity.service.list(10)).toHaveLength(1);
  });

  it('are said to be there still where clearing could not be written', async () => {
    const folder = path.join(await temporaryFolder(), 'gone');
    const { activity, run } = await open(folder);
    run();
    await expect(activity.service.clear('sums')).rejects.toMatchObject({
      code: 'NOT_WRITTEN',
      message: expect.stringMatching(/activity-sums\.json could not be written.*clear them again/),
    });
  });

  it('go when the user does not want them there, and stay in memory', async () => {
    const folder = await temporaryFolder();
    const { activity, clock, setting, file, run, allSums } = await open(folder);
    run();
    clock.advance(10_000);
    await expect.poll(() => readText(file)).toMatch(/gpt-5\.2/);
    setting.keepSums = false;
    activity.settingsChanged();
    await expect.poll(() => readdir(folder)).toEqual([]);
    run();
    await activity.close();
    expect(await readdir(folder)).toEqual([]);
    expect(allSums()[0]).toMatchObject([{ exchanges: 2 }]);
    setting.keepSums = true;
    activity.settingsChanged();
    await expect.poll(() => readText(file)).toMatch(/"exchanges":2/);
  });

  it('go at the start where they were switched off in between', async () => {
    const folder = await temporaryFolder();
    const first = await open(folder);
    first.run();
    await first.activity.close();
    const second = await open(folder, first.clock, false);
    expect(await readdir(folder)).toEqual([]);
    expect(second.allSums()).toEqual(first.allSums());
  });

  it('hold nothing of what is left out of them', async () => {
    const { activity, file, run } = await open(await temporaryFolder());
    run({ requestId: 'req-1', userAgent: 'tool/1.0', origin: 'https://example.com', errorMessage: 'words' });
    await activity.close();
    expect(await readText(file)).not.toMatch(/req-1|tool|example|words|completions/);
  });
});

describe('a file of sums that cannot be used', () => {
  it.each(['{"version":1,"days":', '[]', '{"version":2,"clients":{},"days":{}}', brokenRow()])(
    'is set aside: %j',
    async (text) => {
      const folder = await temporaryFolder();
      await writeFile(path.join(folder, 'activity-sums.json'), text);
      const { activity, file, run, allSums } = await open(folder);
      const aside = 'activity-sums.damaged-20231114-221320.json';
      expect(activity.notices).toEqual([
        { code: 'activity_sums_set_aside', message: expect.stringMatching(`${aside}.*begin anew`) },
      ]);
      expect(await readText(path.join(folder, aside))).toBe(text);
      run();
      await activity.close();
      expect(await readText(file)).toContain('gpt-5.2');
      const again = await open(folder);
      expect(again.activity.notices).toEqual([]);
      expect(again.allSums()).toEqual(allSums());
    },
  );

  it('is left alone where it cannot be set aside; the sums are then of this run only', async () => {
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, 'activity-sums.json'));
    const { activity, run, allSums } = await open(folder);
    expect(activity.notices).toMatchObject([
      { message: expect.stringMatching(/nor could it be set aside.*this run only/) },
    ]);
    run();
    await activity.close();
    expect(allSums()[0]).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['activity-sums.json']);
  });
});

function brokenRow(): string {
  const row = { clientId: 'c', model: 'm', group: '', exchanges: 1.5, failed: 0, refused: 0 };
  return JSON.stringify({ version: 1, clients: {}, days: { '2026-11-25': [row] } });
}
