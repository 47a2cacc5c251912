import { expect, test } from 'vitest';
import { EventBoundary } from '../../../electron/core/upstream/event-boundary.ts';

function standsBetweenEvents(...chunks: string[]): boolean {
  const boundary = new EventBoundary();
  for (const chunk of chunks) boundary.see(Buffer.from(chunk));
  return boundary.isBetweenEvents;
}

test.each([
  [[]],
  [['data: 1\n\n']],
  [['data: 1\r\n\r\n']],
  [['data: 1\r\r']],
  [['data: 1\n', '\n']],
  [['data: 1\r', '\n', '\r', '\n']],
  [['data: 1\n\r\n']],
])('something may be added after %j', (chunks) => {
  expect(standsBetweenEvents(...chunks)).toBe(true);
});

test.each([
  [['d']],
  [['data: 1']],
  [['data: 1\n']],
  [['data: 1\r\n']],
  [['data: 1\r\n\r']],
  [['data: 1\n\n', 'd']],
  [['data: 1\n\ndata: 2\r', '\n']],
])('nothing may be added after %j', (chunks) => {
  expect(standsBetweenEvents(...chunks)).toBe(false);
});
