import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DelayedWriter } from '../../../electron/core/data-folder/delayed-writer.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { modeOf, temporaryFolder } from './temporary-folder.ts';

async function start(mayWrite = true) {
  const folder = path.join(await temporaryFolder(), 'data');
  await mkdir(folder);
  const file = path.join(folder, 'counts.json');
  const clock = new HandClock();
  const state = { text: 'none' as string | null, asked: 0 };
  const writer = new DelayedWriter({
    file,
    clock,
    delayMs: 10_000,
    mayWrite,
    text: () => {
      state.asked += 1;
      return state.text;
    },
  });
  return { folder, file, clock, state, writer };
}

describe('a file that is written a while after a change', () => {
  it('is written once for many changes, with what is so then', async () => {
    const { file, clock, state, writer } = await start();
    for (let count = 1; count <= 1_000; count += 1) {
      state.text = String(count);
      writer.changed();
      clock.advance(9);
    }
    expect(state.asked).toBe(0);
    expect(clock.timerCount).toBe(1);
    clock.advance(1_000);
    await expect.poll(() => readFile(file, 'utf8').catch(() => null)).toBe('1000');
    expect(await modeOf(file)).toBe('600');
    expect(state.asked).toBe(1);
    expect(clock.timerCount).toBe(0);
  });

  it('is written at the end, if there is anything new', async () => {
    const { file, clock, state, writer } = await start();
    state.text = 'first';
    writer.changed();
    await writer.close();
    expect(await readFile(file, 'utf8')).toBe('first');
    expect(clock.timerCount).toBe(0);
    await writer.close();
    writer.changed();
    expect(clock.timerCount).toBe(0);
    expect(state.asked).toBe(1);
  });

  it('goes where there is nothing to be kept', async () => {
    const { folder, state, writer } = await start();
    state.text = 'something';
    await writer.write();
    state.text = null;
    await writer.write();
    await writer.write();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is tried again with the next change where it could not be written', async () => {
    const { folder, file, clock, state, writer } = await start();
    await rm(folder, { recursive: true });
    state.text = 'kept';
    await expect(writer.write()).rejects.toThrow(/ENOENT/);
    writer.changed();
    clock.advance(10_000);
    await expect.poll(() => state.asked).toBe(2);
    await mkdir(folder);
    await writer.close();
    expect(await readFile(file, 'utf8')).toBe('kept');
  });

  it('is left alone where it must not be touched', async () => {
    const { folder, clock, state, writer } = await start(false);
    writer.changed();
    expect(clock.timerCount).toBe(0);
    await writer.write();
    await writer.close();
    expect(await readdir(folder)).toEqual([]);
    expect(state.asked).toBe(0);
  });
});
