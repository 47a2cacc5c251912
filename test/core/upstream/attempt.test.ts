import type { Dispatcher } from 'undici';
import { expect, test } from 'vitest';
import { UpstreamAttempt } from '../../../electron/core/upstream/attempt.ts';
import { openUpstream } from '../../../electron/core/upstream/upstream.ts';
import { HandClock } from '../../support/hand-clock.ts';

test('a request given up while its connection is still being made is not sent once the connection stands', () => {
  const handlers: Dispatcher.DispatchHandler[] = [];
  const upstream = openUpstream({
    baseUrl: 'http://127.0.0.1:9/v1',
    authorization: () => null,
    demo: false,
    connectTimeoutMs: 1_000,
    environment: {},
  });
  const queued = {
    dispatch: (_options: unknown, handler: Dispatcher.DispatchHandler) => handlers.push(handler) > 0,
  };
  const told: string[] = [];
  const attempt = new UpstreamAttempt(
    { ...upstream, dispatcher: queued as unknown as Dispatcher },
    { method: 'POST', path: '/v1/x', headers: [], body: null },
    { firstByteMs: 1_000, idleMs: 1_000 },
    new HandClock(),
    {
      sent: () => told.push('sent'),
      started: () => told.push('started'),
      data: () => told.push('data'),
      ended: () => told.push('ended'),
      failed: () => told.push('failed'),
    },
  );
  attempt.send();
  attempt.abort();
  let aborted: Error | null = null;
  handlers[0]?.onRequestStart?.(
    { abort: (reason: Error) => (aborted = reason) } as unknown as Dispatcher.DispatchController,
    {},
  );
  expect(aborted).toBeInstanceOf(Error);
  expect(told).toEqual([]);
});
