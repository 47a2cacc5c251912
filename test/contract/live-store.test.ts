import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ControlServer } from '../../electron/headless/control/control-server.ts';
import { createHttpDoor } from '../../renderer/door/http-door.ts';
import { keptExchanges, mergeExchanges } from '../../renderer/live/live-state.ts';
import { createLiveStore, retryDelayMs, type LiveStore } from '../../renderer/live/live-store.ts';
import { enter, startTestControlServer } from './support/doors.ts';
import { createInMemoryServices, exchange, type InMemoryServices } from './support/in-memory-services.ts';

describe('the window follows the host', () => {
  let host: InMemoryServices;
  let server: ControlServer;
  let store: LiveStore;
  let ending: AbortController;
  let running: Promise<void>;
  /** The waits between tries: the test decides when each is over. */
  let waits: { delayMs: number; end: () => void }[];

  beforeEach(async () => {
    host = createInMemoryServices();
    server = await startTestControlServer(host.services);
    waits = [];
    ending = new AbortController();
    const origin = server.url.slice(0, -1);
    const door = createHttpDoor({ url: `${origin}/rpc`, headers: { cookie: await enter(server), origin } });
    store = createLiveStore(door, (delayMs, signal) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => resolve(), { once: true });
      waits.push({ delayMs, end: resolve });
      return promise;
    });
    running = store.run(ending.signal);
  });

  afterEach(async () => {
    ending.abort();
    await running;
    await server.close();
  });

  it('knows nothing until every part has come, then shows all and each change', async () => {
    expect(store.getState()).toEqual({ connection: 'connecting', host: null });
    await expect.poll(() => store.getState().connection).toBe('live');
    expect(store.getState().host).toMatchObject({
      app: host.appInfo.get(),
      proxy: host.proxyState.get(),
      settings: host.settings.get(),
      exchanges: [],
    });
    host.recordExchanges(exchange(1, { end: 'open' }), exchange(2));
    await expect.poll(() => store.getState().host?.exchanges.map((each) => each.id)).toEqual([2, 1]);
    host.recordExchanges(exchange(1));
    await expect
      .poll(() => store.getState().host?.exchanges.map((each) => each.end))
      .toEqual(['done', 'done']);
  });

  it('keeps what it knew while the host is away, and tries again more and more seldom', async () => {
    await expect.poll(() => store.getState().connection).toBe('live');
    await server.close();
    await expect.poll(() => store.getState().connection).toBe('lost');
    expect(store.getState().host?.proxy).toEqual(host.proxyState.get());
    for (let tries = 1; tries < 7; tries += 1) {
      await expect.poll(() => waits.length).toBe(tries);
      waits.at(-1)?.end();
    }
    await expect
      .poll(() => waits.map((wait) => wait.delayMs))
      .toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  it('says that the session is gone when the program was started anew', async () => {
    await expect.poll(() => store.getState().connection).toBe('live');
    const { port } = server;
    await server.close();
    await expect.poll(() => waits.length).toBe(1);
    server = await startTestControlServer(host.services, { port });
    waits.at(-1)?.end();
    await expect.poll(() => store.getState().connection).toBe('no-session');
  });

  it('lets go of the host when the window is done', async () => {
    await expect.poll(() => host.exchangeListenerCount()).toBe(1);
    ending.abort();
    await running;
    await expect.poll(() => host.exchangeListenerCount()).toBe(0);
    expect(waits).toEqual([]);
  });
});

describe('what the window keeps', () => {
  it('never waits longer than five seconds between tries', () => {
    expect(retryDelayMs(1)).toBe(250);
    expect(retryDelayMs(1_000)).toBe(5_000);
  });

  it('is the newest exchanges, each in its latest state', () => {
    const many = Array.from({ length: 30 }, (_, index) => exchange(index + 1));
    const kept = mergeExchanges([exchange(30, { end: 'open' }), exchange(29)], many);
    expect(kept.map((record) => record.id)).toEqual(
      Array.from({ length: keptExchanges }, (_, index) => 30 - index),
    );
    expect(kept[0]?.end).toBe('done');
  });
});
