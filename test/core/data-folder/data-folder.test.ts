import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDataFolder } from '../../../electron/core/data-folder/data-folder.ts';
import { modeOf, temporaryFolder } from './temporary-folder.ts';

const probe = path.join(import.meta.dirname, 'data-folder-probe.ts');

async function openInOtherProcess(folder: string) {
  const child = spawn(process.execPath, [probe, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  const answer: unknown = JSON.parse(first.value ?? 'null');
  return {
    answer,
    pid: child.pid,
    stderr: () => stderr,
    async end(how: 'by itself' | 'SIGKILL') {
      const ended = once(child, 'exit');
      if (how === 'SIGKILL') child.kill('SIGKILL');
      else child.stdin.end();
      await ended;
    },
  };
}

describe('opening the data folder', () => {
  it('makes the folder and those above it, for the user alone', async () => {
    const folder = path.join(await temporaryFolder(), 'above', 'data');
    const opened = await openDataFolder(folder);
    expect(opened).toMatchObject({ ok: true, folder });
    expect(await modeOf(folder)).toBe('700');
    expect(await modeOf(path.join(folder, 'lock.db'))).toBe('600');
    expect(await modeOf(path.join(folder, 'lock.pid'))).toBe('600');
  });

  it('makes an empty folder private and leaves the mode of one with files alone', async () => {
    const above = await temporaryFolder();
    const [empty, shared] = [path.join(above, 'empty'), path.join(above, 'shared')];
    for (const folder of [empty, shared]) {
      await mkdir(folder);
      await chmod(folder, 0o755);
    }
    await writeFile(path.join(shared, 'something.txt'), 'else');
    await openDataFolder(empty);
    await openDataFolder(shared);
    expect([await modeOf(empty), await modeOf(shared)]).toEqual(['700', '755']);
  });

  it('says who has the folder while another process has it, and gets it once that one is done', async () => {
    const folder = await temporaryFolder();
    const other = await openInOtherProcess(folder);
    expect(other.answer).toMatchObject({ ok: true });
    expect(await openDataFolder(folder)).toEqual({
      ok: false,
      code: 'in_use',
      pid: other.pid,
      message: expect.stringContaining(`in use by another running Cody Desktop (process ${other.pid})`),
    });
    await other.end('by itself');
    expect(other.stderr()).toBe('');
    expect(await openDataFolder(folder)).toMatchObject({ ok: true });
  });

  it('takes the folder over from a process that was killed', async () => {
    const folder = await temporaryFolder();
    const other = await openInOtherProcess(folder);
    await other.end('SIGKILL');
    expect(await readdir(folder)).toContain('lock.pid');
    const opened = await openDataFolder(folder);
    expect(opened).toMatchObject({ ok: true });
    expect(await openInOtherProcess(folder)).toMatchObject({ answer: { code: 'in_use', pid: process.pid } });
  });

  it('cannot be opened twice in one process, and can be again after its release', async () => {
    const folder = await temporaryFolder();
    const first = await openDataFolder(folder);
    expect(await openDataFolder(folder)).toMatchObject({ ok: false, code: 'in_use', pid: process.pid });
    if (first.ok) await first.release();
    const second = await openDataFolder(folder);
    expect(second).toMatchObject({ ok: true });
    if (first.ok) await first.release();
    expect(await openDataFolder(folder)).toMatchObject({ ok: false, code: 'in_use' });
  });

  it('says what to do where no folder can be', async () => {
    const file = path.join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    expect(await openDataFolder(path.join(file, 'data'))).toEqual({
      ok: false,
      code: 'not_writable',
      message: expect.stringMatching(/cannot be used: ENOTDIR.*--data-dir DIR/),
    });
  });
});
