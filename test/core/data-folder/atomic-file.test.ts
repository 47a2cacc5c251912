import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  copyAside,
  readJsonFile,
  setAside,
  writeFileAtomically,
} from '../../../electron/core/data-folder/atomic-file.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { modeOf, temporaryFolder } from './temporary-folder.ts';

describe('writing a file', () => {
  it('replaces the old contents, for the user alone, and leaves nothing else behind', async () => {
    const file = path.join(await temporaryFolder(), 'settings.json');
    await writeFile(file, 'old');
    await chmod(file, 0o644);
    await writeFileAtomically(file, 'new ☃');
    expect(await readFile(file, 'utf8')).toBe('new ☃');
    expect(await modeOf(file)).toBe('600');
    expect(await readdir(path.dirname(file))).toEqual(['settings.json']);
  });

  it.skipIf(process.platform === 'win32')(
    'leaves the old file whole when the disk takes only a part',
    async () => {
      const file = path.join(await temporaryFolder(), 'settings.json');
      await writeFile(file, 'old');
      const probe = path.join(import.meta.dirname, 'write-file-probe.ts');
      // A limit on file size acts like a full disk: the first write takes a part, the next one fails.
      const command = 'trap "" XFSZ; ulimit -f 8; exec "$0" "$@"';
      const child = spawnSync('sh', ['-c', command, process.execPath, probe, file, '100000'], {
        encoding: 'utf8',
      });
      expect(child.stdout).toMatch(/EFBIG/);
      expect(await readFile(file, 'utf8')).toBe('old');
      expect(await readdir(path.dirname(file))).toEqual(['settings.json']);
    },
  );

  it('rejects, with nothing left behind, where a folder has the name', async () => {
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, 'settings.json'));
    await expect(writeFileAtomically(path.join(folder, 'settings.json'), 'new')).rejects.toThrow(
      /EISDIR|ENOTEMPTY|EPERM/,
    );
    expect(await readdir(folder)).toEqual(['settings.json']);
  });
});

describe('reading a JSON file', () => {
  it('tells a missing one from a damaged one, and repeats nothing of what is in it', async () => {
    const file = path.join(await temporaryFolder(), 'settings.json');
    expect(await readJsonFile(file)).toEqual({ found: false, missing: true });
    for (const [text, reason] of [
      ['', 'it is not valid JSON (it ends too early)'],
      ['{"key": secret}', 'it is not valid JSON (it holds a character that does not belong there)'],
      ['{\n  secret: 1}', 'it is not valid JSON (at position 4 (line 2 column 3))'],
    ] as const) {
      await writeFile(file, text);
      expect(await readJsonFile(file)).toEqual({ found: false, missing: false, reason });
    }
  });

  it('reads one that an editor saved with a byte-order mark', async () => {
    const file = path.join(await temporaryFolder(), 'settings.json');
    await writeFile(file, '\uFEFF{"proxy":{"port":1}}');
    expect(await readJsonFile(file)).toEqual({ found: true, value: { proxy: { port: 1 } } });
  });
});

describe('setting a file aside', () => {
  it('names it by the time and never overwrites another', async () => {
    const folder = await temporaryFolder();
    const clock = new HandClock();
    const file = path.join(folder, 'settings.json');
    const names: string[] = [];
    for (const text of ['first', 'second', 'third']) {
      await writeFile(file, text);
      names.push(await setAside(file, clock));
    }
    expect(names).toEqual([
      'settings.damaged-20231114-221320.json',
      'settings.damaged-20231114-221320.1.json',
      'settings.damaged-20231114-221320.2.json',
    ]);
    expect((await readdir(folder)).toSorted()).toEqual(names.toSorted());
    expect(await readFile(path.join(folder, names[1] ?? ''), 'utf8')).toBe('second');
  });

  it('leaves the file in place when only a copy is asked for', async () => {
    const file = path.join(await temporaryFolder(), 'settings.json');
    await writeFile(file, 'newer');
    const copies = [
      await copyAside(file, 'newer', new HandClock()),
      await copyAside(file, 'newer', new HandClock()),
    ];
    expect(copies).toEqual(['settings.newer-20231114-221320.json', 'settings.newer-20231114-221320.1.json']);
    expect((await readdir(path.dirname(file))).length).toBe(3);
  });

  it('leaves no empty stand-in where it fails', async () => {
    const folder = await temporaryFolder();
    await expect(setAside(path.join(folder, 'missing.json'), new HandClock())).rejects.toThrow('ENOENT');
    expect(await readdir(folder)).toEqual([]);
  });
});
