import { expect, test } from 'vitest';
import { keptFileUrl, readKeptFileName } from '../../../electron/core/files/kept-file-url.ts';

const name = `${'0123456789abcdef'.repeat(2)}.png`;

test('the name of a kept file is read back from its URL', () => {
  const url = keptFileUrl(2639, name);
  expect(url).toBe(`http://127.0.0.1:2639/files/${name}`);
  expect(readKeptFileName(new URL(url).pathname)).toBe(name);
  expect(readKeptFileName(`/files/${name}?as=you&like`)).toBe(name);
});

test.each([
  ['/files/file-abc123'],
  ['/files/file-abc123/content'],
  ['/files'],
  ['/files/'],
  [`/v1/files/${name}`],
  [`/files/${name}/content`],
  [`/files/../${name}`],
  [`/files/${name.toUpperCase()}`],
  [`/files/${name.slice(1)}`],
  [`/files/${name.slice(0, 32)}`],
])('%s is left to the upstream', (target) => {
  expect(readKeptFileName(target)).toBeNull();
});
