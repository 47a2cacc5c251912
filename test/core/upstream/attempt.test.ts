import type { Dispatcher } from 'undici';
import { expect, test } from 'vitest';
import { UpstreamAttempt } from '../../../electron/core/upstream/attempt.ts';
import { openUpstream } from '../../../electron/core/upstream/upstream.ts';
import { HandClock } from '../../support/hand-clock.ts';

/** An attempt whose connection the test makes and breaks, and what it tells. */
function startAttempt() {
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
      failed: ({ code }) => told.push(`failed: ${code}`),
    },
  );
  attempt.send();
  const aborted: Error[] = [];
  const controller = {
    abort: (reason: Error) => aborted.push(reason),
  } as unknown as Dispatcher.DispatchController;
  return { attempt, handler: handlers[0], controller, aborted, told };
}

test('a request given up while its connection is still being made is not sent once the connection stands', () => {
  const { attempt, handler, controller, aborted, told } = startAttempt();
  attempt.abort();
  handler?.onRequestStart?.(controller, {});
  expect(aborted[0]).toBeInstanceOf(Error);
  expect(told).toEqual([]);
});

test.each(['ETIMEDOUT', 'EHOSTUNREACH', 'UNHEARD_OF'])(
  'a connection that is lost with %s once the request is on its way was not one that could not be made',
  (code) => {
    const lost = Object.assign(new Error('lost'), { code });
    const before = startAttempt();
    before.handler?.onResponseError?.(before.controller, lost);
    expect(before.told).toEqual([
      expect.stringMatching(/^failed: upstream_(?:connect_timeout|unreachable)$/),
    ]);
    const after = startAttempt();
    after.handler?.onRequestStart?.(after.controller, {});
    after.handler?.onResponseError?.(after.controller, lost);
    expect(after.told).toEqual(['sent', 'failed: upstream_reset']);
  },
);
