import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { KeptFiles, keptFileLifeMs, maxKeptBytes } from '../../../electron/core/files/kept-files.ts';
import { HandClock } from '../../support/hand-clock.ts';

const png = { extension: 'png', contentType: 'image/png' };
const mebibyte = 1024 * 1024;

function keepFiles() {
  const clock = new HandClock();
  const files = new KeptFiles({ clock, randomBytes });
  /** Keeps so many mebibytes; memory that is never written to costs nothing. */
  const keep = (mebibytes: number): string => {
    const name = files.keep(Buffer.alloc(mebibytes * mebibyte), png);
    if (name === null) throw new Error('it was not kept');
    return name;
  };
  return { clock, files, keep };
}

test('a file is found by its name, with its type', () => {
  const { clock, files } = keepFiles();
  const bytes = Buffer.from('a picture');
  const name = files.keep(bytes, { extension: 'webp', contentType: 'image/webp' }) ?? '';
  expect(name).toMatch(/^[0-9a-f]{32}\.webp$/);
  expect(files.find(name)).toEqual({
    bytes,
    contentType: 'image/webp',
    untilMs: clock.monotonicMs() + keptFileLifeMs,
  });
});

test('nobody guesses a name: each has 128 random bits of its own, and nothing else finds a file', () => {
  const sizes: number[] = [];
  const files = new KeptFiles({
    clock: new HandClock(),
    randomBytes: (size) => {
      sizes.push(size);
      return randomBytes(size);
    },
  });
  const bytes = Buffer.from('the same');
  const first = files.keep(bytes, png) ?? '';
  const second = files.keep(bytes, png) ?? '';
  expect(sizes).toEqual([16, 16]);
  expect(first).not.toBe(second);
  for (const other of ['', first.slice(0, -4), first.toUpperCase(), `${first} `, '__proto__', 'constructor'])
    expect(files.find(other)).toBeNull();
});

test('after ten minutes a file is gone, younger ones are not', () => {
  const { clock, files, keep } = keepFiles();
  const old = keep(1);
  clock.advance(60_000);
  const young = keep(2);
  clock.advance(keptFileLifeMs - 60_001);
  expect(files.find(old)).not.toBeNull();
  clock.advance(1);
  expect(files.find(old)).toBeNull();
  expect(files.find(young)).not.toBeNull();
  expect(files.byteCount).toBe(2 * mebibyte);
  clock.advance(60_000);
  expect(files.find(young)).toBeNull();
  expect(files.byteCount).toBe(0);
});

test('a file is not found after its time even if the timer comes late', () => {
  let nowMs = 0;
  const files = new KeptFiles({
    clock: { wallMs: () => 0, monotonicMs: () => nowMs, setTimer: () => ({ refresh() {}, cancel() {} }) },
    randomBytes,
  });
  const name = files.keep(Buffer.from('x'), png) ?? '';
  nowMs = keptFileLifeMs;
  expect(files.find(name)).toBeNull();
});

test('one timer is enough for all files, and none is left without files', () => {
  const { clock, files, keep } = keepFiles();
  expect(clock.timerCount).toBe(0);
  for (let count = 0; count < 5; count++) {
    keep(1);
    clock.advance(1000);
  }
  expect(clock.timerCount).toBe(1);
  clock.advance(keptFileLifeMs);
  expect([clock.timerCount, files.byteCount]).toEqual([0, 0]);
});

test('beyond 256 MiB the oldest go, and only as many as needed', () => {
  const { files, keep } = keepFiles();
  const [a, b, c] = [keep(100), keep(100), keep(56)];
  expect(files.byteCount).toBe(maxKeptBytes);
  const d = keep(1);
  expect([a, b, c, d].map((name) => files.find(name) !== null)).toEqual([false, true, true, true]);
  const e = keep(200);
  expect([b, c, d, e].map((name) => files.find(name) !== null)).toEqual([false, false, true, true]);
  expect(files.byteCount).toBe(201 * mebibyte);
});

test('a file larger than all that may be kept is refused, and the others stay', () => {
  const { files, keep } = keepFiles();
  const name = keep(1);
  expect(files.keep(Buffer.alloc(maxKeptBytes + 1), png)).toBeNull();
  expect(files.find(name)).not.toBeNull();
  expect(files.keep(Buffer.alloc(maxKeptBytes), png)).not.toBeNull();
  expect(files.find(name)).toBeNull();
});

test('at the end all is let go of, the timer too', () => {
  const { clock, files, keep } = keepFiles();
  const name = keep(1);
  files.clear();
  expect([files.find(name), files.byteCount, clock.timerCount]).toEqual([null, 0, 0]);
  keep(1);
  clock.advance(keptFileLifeMs);
  expect(files.byteCount).toBe(0);
});

test('what has gone, by time or for room, is held by nobody: its memory is free', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  const { clock, files } = keepFiles();
  const keepWatched = (mebibytes: number): WeakRef<Buffer> => {
    const bytes = Buffer.alloc(mebibytes * mebibyte);
    files.keep(bytes, png);
    return new WeakRef(bytes);
  };
  const pushedOut = keepWatched(200);
  const expiring = keepWatched(100);
  clock.advance(60_000);
  const young = keepWatched(1);
  clock.advance(keptFileLifeMs - 60_000);
  await setImmediate();
  collectGarbage();
  expect([pushedOut, expiring, young].map((file) => file.deref() !== undefined)).toEqual([
    false,
    false,
    true,
  ]);
});
