import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DemoUpstream } from '../../../../electron/core/demo-upstream/demo-upstream.ts';
import { HandClock } from '../../../support/hand-clock.ts';
import { ask, chatRequest, startDemo } from '../start-demo.ts';

let demo: DemoUpstream;
afterEach(() => demo.close());

/** Counts the tokens that have come, as they come. The first chunk, which only names the role, is none. */
function countTokens(response: Response): { readonly count: number } {
  const seen = { text: '', count: 0 };
  const decoder = new TextDecoder();
  const read = async (): Promise<void> => {
    for await (const piece of response.body ?? []) {
      seen.text += decoder.decode(piece, { stream: true });
      seen.count = seen.text.split('"delta":{"content":"').length - 1;
    }
  };
  void read().catch(() => undefined);
  return seen;
}

describe('streams', () => {
  it('go at the pace that was set, and late tokens come at once', async () => {
    const clock = new HandClock();
    demo = await startDemo({ clock, tokensPerSecond: 10 });
    const response = await ask(demo, '/chat/completions', chatRequest('tokens=40', { stream: true }));
    const seen = countTokens(response);
    await vi.waitFor(() => expect([seen.count, clock.timerCount]).toEqual([0, 1]));
    clock.advance(100);
    await vi.waitFor(() => expect([seen.count, clock.timerCount]).toEqual([1, 1]));
    clock.advance(2000);
    await vi.waitFor(() => expect([seen.count, clock.timerCount]).toEqual([21, 1]));
    clock.advance(2000);
    await vi.waitFor(() => expect(seen.count).toBe(40));
    expect(clock.timerCount).toBe(0);
  });

  it('use no timers where they are to be as fast as possible', async () => {
    const clock = new HandClock();
    demo = await startDemo({ clock });
    const response = await ask(demo, '/chat/completions', chatRequest('tokens=20000', { stream: true }));
    expect((await response.text()).split('\n\n')).toHaveLength(20_000 + 4);
  });

  it('stop at once when the client goes, and leave no timer behind', async () => {
    const clock = new HandClock();
    demo = await startDemo({ clock, tokensPerSecond: 10 });
    const controller = new AbortController();
    const { signal } = controller;
    await ask(demo, '/chat/completions', chatRequest('tokens=1000', { stream: true }), { signal });
    await vi.waitFor(() => expect(clock.timerCount).toBe(1));
    controller.abort();
    await vi.waitFor(() => expect(clock.timerCount).toBe(0));
    expect(demo.requests[0]?.closedEarly).toBe(true);
  });

  it('wait for a client that does not read', async () => {
    demo = await startDemo();
    const socket = connect(demo.port, '127.0.0.1');
    const length = 64 * 1024 * 1024;
    socket.pause();
    socket.write(
      `POST /v1/demo/mirror HTTP/1.1\r\nHost: demo\r\nAuthorization: Bearer k\r\nContent-Length: ${length}\r\n\r\n`,
    );
    socket.write(Buffer.alloc(length));
    // What the demo cannot send back it does not read either: others are served, and nothing moves here.
    let readBytes = -1;
    while (readBytes !== demo.requests[0]?.bodyBytes) {
      readBytes = demo.requests[0]?.bodyBytes ?? 0;
      for (let round = 0; round < 20; round += 1) await (await ask(demo, '/models')).text();
    }
    expect(readBytes).toBeGreaterThan(0);
    expect(readBytes).toBeLessThan(length / 2);
    socket.destroy();
    await vi.waitFor(() => expect(demo.requests[0]?.closedEarly).toBe(true));
  });

  it('note an upload that breaks off', async () => {
    demo = await startDemo();
    const socket = connect(demo.port, '127.0.0.1');
    socket.write(
      'POST /v1/demo/echo HTTP/1.1\r\nHost: demo\r\nAuthorization: Bearer k\r\nContent-Length: 100\r\n\r\nhalf',
    );
    await vi.waitFor(() => expect(demo.requests[0]?.bodyBytes).toBe(4));
    socket.destroy();
    await vi.waitFor(() => expect(demo.requests[0]).toMatchObject({ closedEarly: true, status: null }));
  });

  it('all end when the demo closes', async () => {
    const clock = new HandClock();
    demo = await startDemo({ clock, tokensPerSecond: 1 });
    const response = await ask(demo, '/chat/completions', chatRequest('tokens=1000', { stream: true }));
    await demo.close();
    await expect(response.text()).rejects.toThrow('terminated');
    expect(clock.timerCount).toBe(0);
    expect(demo.requests[0]?.closedEarly).toBe(false);
  });
});
