import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSettingsStore } from '../../../electron/core/settings/settings-store.ts';
import { settingsSchema, type Settings, type SettingsPatch } from '../../../shared/settings.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { modeOf, temporaryFolder } from '../data-folder/temporary-folder.ts';

const defaults = settingsSchema.parse({});

async function openIn(folder: string, overrides: SettingsPatch = {}) {
  return await openSettingsStore({ folder, clock: new HandClock(), overrides });
}

async function folderWith(contents: unknown): Promise<string> {
  const folder = await temporaryFolder();
  const text = typeof contents === 'string' ? contents : JSON.stringify(contents);
  await writeFile(path.join(folder, 'settings.json'), text);
  return folder;
}

async function fileIn(folder: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(folder, 'settings.json'), 'utf8'));
}

describe('settings', () => {
  it('are the defaults at a first start, and no file is written before the first change', async () => {
    const folder = await temporaryFolder();
    const { service, notices } = await openIn(folder);
    expect(service.settings.get()).toEqual(defaults);
    expect(await service.update({})).toEqual({ updated: true, settings: defaults });
    expect(notices).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('are kept for the next start: what was set and nothing else, for the user alone', async () => {
    const folder = await temporaryFolder();
    const { service } = await openIn(folder);
    expect(await service.update({ proxy: { port: 4000 } })).toMatchObject({ updated: true });
    expect(await fileIn(folder)).toEqual({ version: 1, proxy: { port: 4000 } });
    expect(await modeOf(path.join(folder, 'settings.json'))).toBe('600');
    expect((await openIn(folder)).service.settings.get().proxy.port).toBe(4000);
  });

  it('tell their watchers of each change that is one', async () => {
    const { service } = await openIn(await temporaryFolder());
    const seen: Settings[] = [];
    service.settings.onChange((settings) => seen.push(settings));
    await service.update({ proxy: { port: 4000 } });
    await service.update({ proxy: { port: 4000 } });
    expect(seen.map(({ proxy }) => proxy.port)).toEqual([4000]);
  });

  it('all arrive when many are changed at once', async () => {
    const folder = await temporaryFolder();
    const { service } = await openIn(folder);
    await Promise.all([
      service.update({ proxy: { port: 4000 } }),
      service.update({ limits: { perMinute: 1 } }),
      service.update({ limits: { perSecond: 2 } }),
      service.update({ access: { allowedOrigins: ['https://example.com'] } }),
    ]);
    expect(await fileIn(folder)).toEqual({
      version: 1,
      proxy: { port: 4000 },
      limits: { perMinute: 1, perSecond: 2 },
      access: { allowedOrigins: ['https://example.com'] },
    });
  });

  it('keep what only another version knows', async () => {
    const folder = await folderWith({ version: 1, theme: 'dark', proxy: { port: 1, colour: 'blue' } });
    const { service, notices } = await openIn(folder);
    await service.update({ proxy: { port: 2 } });
    expect(notices).toEqual([]);
    expect(await fileIn(folder)).toEqual({ version: 1, theme: 'dark', proxy: { port: 2, colour: 'blue' } });
  });

  it('hold the upstream’s address in one form, however it was written', async () => {
    const folder = await folderWith({ upstream: { baseUrl: ' https://a.example/v1/models ' } });
    const { service } = await openIn(folder);
    expect(service.settings.get().upstream.baseUrl).toBe('https://a.example/v1');
    await service.update({ upstream: { baseUrl: 'https://b.example/' } });
    expect(service.settings.get().upstream.baseUrl).toBe('https://b.example/v1');
    expect(await fileIn(folder)).toMatchObject({ upstream: { baseUrl: 'https://b.example/v1' } });
  });
});

describe('a change that is not valid', () => {
  it('changes nothing at all, and says what is wrong where', async () => {
    const folder = await temporaryFolder();
    const { service } = await openIn(folder);
    const patch: SettingsPatch = {
      limits: { perMinute: -1 },
      proxy: { port: 4000 },
      upstream: { baseUrl: 'nonsense' },
    };
    expect(await service.update(patch)).toEqual({
      updated: false,
      problems: [
        { path: 'upstream.baseUrl', message: expect.stringContaining('https://codyapi.ru/v1') },
        { path: 'limits.perMinute', message: expect.any(String) },
      ],
    });
    expect(service.settings.get()).toEqual(defaults);
    expect(await readdir(folder)).toEqual([]);
  });

  it('may name a setting that does not exist, or break a rule between two', async () => {
    const { service } = await openIn(await temporaryFolder());
    const unknown = JSON.parse('{"proxy":{"prot":1},"__proto__":{"a":1}}');
    expect(await service.update(unknown)).toMatchObject({
      updated: false,
      problems: [
        { path: 'proxy.prot', message: expect.stringContaining('proxy.port') },
        { path: '__proto__.a' },
      ],
    });
    await service.update({ access: { clientKeyRequired: false } });
    expect(await service.update({ access: { allowedOrigins: ['https://example.com'] } })).toMatchObject({
      updated: false,
      problems: [{ path: 'access.clientKeyRequired' }],
    });
  });

  it.each([
    { proxy: null },
    { proxy: 5 },
    { proxy: { port: '1' } },
    { upstream: { baseUrl: 5 } },
    { limits: { perMinute: {} } },
  ])('may be of the wrong kind: %j', async (patch) => {
    const { service } = await openIn(await temporaryFolder());
    const wrong: SettingsPatch = JSON.parse(JSON.stringify(patch));
    expect(await service.update(wrong)).toMatchObject({ updated: false, problems: [{}] });
    expect(service.settings.get()).toEqual(defaults);
  });

  it('is one that cannot be written, and the next one can', async () => {
    const folder = path.join(await temporaryFolder(), 'data');
    await mkdir(folder);
    const { service } = await openIn(folder);
    await rm(folder, { recursive: true });
    expect(await service.update({ proxy: { port: 4000 } })).toEqual({
      updated: false,
      problems: [{ path: '', message: expect.stringMatching(/could not be written.*ENOENT/) }],
    });
    expect(service.settings.get()).toEqual(defaults);
    await mkdir(folder);
    expect(await service.update({ proxy: { port: 4001 } })).toMatchObject({ updated: true });
  });
});

describe('overrides of one run', () => {
  it('lie on top of the file and are never written into it', async () => {
    const folder = await folderWith({ version: 1, proxy: { port: 4000 } });
    const { service } = await openIn(folder, { proxy: { port: 5000 }, limits: { perMinute: 0 } });
    expect(service.settings.get()).toMatchObject({
      proxy: { port: 5000 },
      limits: { perMinute: 0, perSecond: 20 },
    });
    await service.update({ proxy: { wish: 'on' } });
    expect(service.settings.get().proxy).toEqual({ port: 5000, wish: 'on' });
    expect(await fileIn(folder)).toEqual({ version: 1, proxy: { port: 4000, wish: 'on' } });
  });

  it('yield to a change of the same setting, and to no other', async () => {
    const folder = await folderWith({ version: 1, proxy: { port: 4000 } });
    const { service } = await openIn(folder, { proxy: { port: 5000 }, limits: { perMinute: 0 } });
    await service.update({ proxy: { port: 4000 } });
    expect(service.settings.get()).toMatchObject({ proxy: { port: 4000 }, limits: { perMinute: 0 } });
  });

  it('are all refused when one of them may not be', async () => {
    const folder = await folderWith({ access: { allowedOrigins: ['https://example.com'] } });
    const opened = await openIn(folder, { access: { clientKeyRequired: false }, proxy: { port: 1 } });
    expect(opened.overrideProblems).toMatchObject([{ path: 'access.clientKeyRequired' }]);
    expect(opened.service.settings.get()).toMatchObject({
      access: { clientKeyRequired: true },
      proxy: { port: 2639 },
    });
  });

  it('do not let a change into the file that would be invalid without them', async () => {
    const folder = await folderWith({ access: { clientKeyRequired: false } });
    const { service } = await openIn(folder, { access: { clientKeyRequired: true } });
    expect(await service.update({ access: { allowedOrigins: ['https://example.com'] } })).toMatchObject({
      updated: false,
    });
  });
});
