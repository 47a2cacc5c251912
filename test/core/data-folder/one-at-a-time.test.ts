import { expect, it } from 'vitest';
import { OneAtATime } from '../../../electron/core/data-folder/one-at-a-time.ts';

it('runs tasks in order, one after the other, past those that fail', async () => {
  const turns = new OneAtATime();
  const seen: string[] = [];
  const task = (name: string, fails = false) =>
    turns.run(async () => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([task('a'), task('b', true), task('c')]);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
