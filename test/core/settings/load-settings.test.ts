import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSettingsStore } from '../../../electron/core/settings/settings-store.ts';
import { settingsSchema } from '../../../shared/settings.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { modeOf, temporaryFolder } from '../data-folder/temporary-folder.ts';

const defaults = settingsSchema.parse({});

async function openIn(folder: string) {
  return await openSettingsStore({ folder, clock: new HandClock() });
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

describe('a settings file that cannot be used', () => {
  const aside = 'settings.damaged-20231114-221320.json';

  it.each(['{"proxy": {"port": 40', '', '[]', '"text"', 'null'])(
    'is set aside whole when nothing of it can be read: %j',
    async (text) => {
      const folder = await folderWith(text);
      const { service, notices } = await openIn(folder);
      expect(service.settings.get()).toEqual(defaults);
      expect(await readdir(folder)).toEqual([aside]);
      expect(await readFile(path.join(folder, aside), 'utf8')).toBe(text);
      expect(notices).toEqual([
        {
          code: 'settings_set_aside',
          message: expect.stringMatching(`could not be used: it .*${aside}.*defaults`),
        },
      ]);
    },
  );

  it('loses only its invalid values, and the others are there at the next start too', async () => {
    const text = JSON.stringify({
      version: 1,
      mine: true,
      proxy: { port: 'high', wish: 'on' },
      upstream: { baseUrl: 'https://ann:secret@example.com' },
      access: { allowedOrigins: ['https://a.example', '*', 5, 'https://b.example'] },
      limits: 'none',
    });
    const folder = await folderWith(text);
    const { service, notices } = await openIn(folder);
    const kept = {
      version: 1,
      mine: true,
      proxy: { wish: 'on' },
      upstream: {},
      access: { allowedOrigins: ['https://a.example', 'https://b.example'] },
    };
    expect(await fileIn(folder)).toEqual(kept);
    expect(await modeOf(path.join(folder, 'settings.json'))).toBe('600');
    expect(await readFile(path.join(folder, aside), 'utf8')).toBe(text);
    expect(service.settings.get()).toEqual(settingsSchema.parse(kept));
    expect(notices).toHaveLength(1);
    for (const words of [
      'proxy.port: ',
      'access.allowedOrigins.1: ',
      'limits: ',
      'upstream.baseUrl: ',
      aside,
    ]) {
      expect(notices[0]?.message).toContain(words);
    }
    expect(notices[0]?.message).not.toContain('secret');

    const again = await openIn(folder);
    expect(again.notices).toEqual([]);
    expect(again.service.settings.get()).toEqual(settingsSchema.parse(kept));
  });

  it('is made safe when it lets websites in without a key', async () => {
    const folder = await folderWith({
      access: { clientKeyRequired: false, allowedOrigins: ['https://example.com'] },
    });
    const { service, notices } = await openIn(folder);
    expect(service.settings.get().access).toEqual({
      clientKeyRequired: true,
      allowedOrigins: ['https://example.com'],
    });
    expect(notices).toHaveLength(1);
  });

  it('stays in place, with one copy, when a newer version wrote it', async () => {
    const text = JSON.stringify({ version: 7, proxy: { port: 4000 } });
    const folder = await folderWith(text);
    const { service, notices } = await openIn(folder);
    await openIn(folder);
    expect(service.settings.get()).toEqual(defaults);
    const copy = 'settings.newer-20231114-221320.json';
    expect((await readdir(folder)).toSorted()).toEqual(['settings.json', copy]);
    expect(notices).toMatchObject([{ message: expect.stringMatching(`newer version.*version 7.*${copy}`) }]);
    await service.update({ proxy: { port: 5000 } });
    expect(await readFile(path.join(folder, copy), 'utf8')).toBe(text);
    expect(await fileIn(folder)).toEqual({ version: 1, proxy: { port: 5000 } });
  });

  it.skipIf(process.getuid?.() === 0)(
    'is never overwritten when it can be neither read nor set aside',
    async () => {
      const folder = await folderWith('{');
      await chmod(folder, 0o500);
      const { service, notices } = await openIn(folder);
      expect(notices).toMatchObject([{ message: expect.stringContaining('nor could it be set aside') }]);
      await chmod(folder, 0o700);
      expect(await service.update({ proxy: { port: 1 } })).toMatchObject({
        updated: false,
        problems: [{ path: '' }],
      });
      expect(await readFile(path.join(folder, 'settings.json'), 'utf8')).toBe('{');
    },
  );

  it('is left alone when it is a folder', async () => {
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, 'settings.json'));
    const { service, notices } = await openIn(folder);
    expect(notices).toMatchObject([{ message: expect.stringContaining('nor could it be set aside') }]);
    expect(await service.update({ proxy: { port: 1 } })).toMatchObject({
      updated: false,
      problems: [{ path: '' }],
    });
    expect(await readdir(folder)).toEqual(['settings.json']);
  });
});
