import { ORPCError } from '@orpc/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ErrorForPeople } from '../../electron/core/error-for-people.ts';
import { clientPolicy } from '../../shared/contract/clients.ts';
import { doorKinds, type OpenDoor } from './support/doors.ts';
import {
  activitySum,
  createInMemoryServices,
  exchange,
  type InMemoryServices,
} from './support/in-memory-services.ts';

describe.each(doorKinds)('the door through $name', ({ open }) => {
  let host: InMemoryServices;
  let opened: OpenDoor;

  beforeEach(async () => {
    host = createInMemoryServices();
    opened = await open(host.services);
  });

  afterEach(() => opened.close());

  it('answers with the state of every area', async () => {
    const { door } = opened;
    expect(await door.app.getInfo()).toEqual(host.appInfo.get());
    expect(await door.proxy.getState()).toEqual(host.proxyState.get());
    expect(await door.codyKey.getStatus()).toEqual(host.keyStatus.get());
    expect(await door.clients.list()).toEqual(host.clientList.get());
    expect(await door.settings.get()).toEqual(host.settings.get());
    expect(await door.activity.list({ limit: 20 })).toEqual([]);
  });

  it('switches the proxy on and answers once it is on', async () => {
    const state = await opened.door.proxy.setWish({ wish: 'on' });
    expect(state).toMatchObject({ phase: 'on', wish: 'on', baseUrl: 'http://127.0.0.1:2639/v1' });
  });

  it('shows a watcher the value now and then each change', async () => {
    const states = await opened.door.proxy.watchState();
    expect((await states.next()).value).toMatchObject({ phase: 'off', wish: 'unset' });
    host.proxyState.set({ ...host.proxyState.get(), phase: 'starting' });
    expect((await states.next()).value).toMatchObject({ phase: 'starting' });
    await opened.door.proxy.setWish({ wish: 'on' });
    expect(await nextWhere(states, (state) => state.phase === 'on')).toMatchObject({ wish: 'on' });
    await states.return();
  });

  it('shows several watchers of several areas their own changes, however many there are', async () => {
    const { door } = opened;
    // More streams than a browser has connections; opened in one turn, as the page does it.
    const [info, states, keys, clients, settings, batches, statesAgain] = await Promise.all([
      door.app.watchInfo(),
      door.proxy.watchState(),
      door.codyKey.watchStatus(),
      door.clients.watch(),
      door.settings.watch(),
      door.activity.watch(),
      door.proxy.watchState(),
    ]);
    expect((await info.next()).value).toEqual(host.appInfo.get());
    expect((await states.next()).value).toEqual(host.proxyState.get());
    expect((await keys.next()).value).toEqual(host.keyStatus.get());
    expect((await clients.next()).value).toEqual(host.clientList.get());
    expect((await settings.next()).value).toEqual(host.settings.get());
    expect((await batches.next()).value).toEqual([]);
    expect((await statesAgain.next()).value).toEqual(host.proxyState.get());

    await info.return();
    await door.proxy.setWish({ wish: 'on' });
    host.recordExchanges(exchange(1));
    expect(await nextWhere(states, (state) => state.phase === 'on')).toMatchObject({ wish: 'on' });
    expect(await nextWhere(statesAgain, (state) => state.phase === 'on')).toMatchObject({ wish: 'on' });
    expect((await batches.next()).value).toEqual([exchange(1)]);
    await Promise.all(
      [states, keys, clients, settings, batches, statesAgain].map((stream) => stream.return()),
    );
  });

  it('begins a watch of the exchanges with the newest, newest first', async () => {
    host.recordExchanges(...Array.from({ length: 60 }, (_, index) => exchange(index + 1)));
    const batches = await opened.door.activity.watch();
    const first = await nextWhere(batches, () => true);
    expect(first.map((record) => record.id)).toEqual(Array.from({ length: 50 }, (_, index) => 60 - index));
    host.recordExchanges(exchange(61, { end: 'open', status: null, durationMs: null }));
    expect((await batches.next()).value).toMatchObject([{ id: 61, end: 'open' }]);
    await batches.return();
  });

  it('skips to the newest value where the reader is slow', async () => {
    const states = await opened.door.settings.watch();
    await states.next();
    for (let port = 3_000; port <= 4_000; port += 1) {
      await host.services.settings.update({ proxy: { port } });
    }
    let readCount = 0;
    await nextWhere(states, (settings) => {
      readCount += 1;
      return settings.proxy.port === 4_000;
    });
    expect(readCount).toBeLessThan(500);
    await states.return();
  });

  it('lets go of the host when a watcher leaves, also while it waits', async () => {
    const first = await opened.door.activity.watch();
    await first.next();
    expect(host.exchangeListenerCount()).toBe(1);
    const pending = first.next().catch(() => undefined);
    await first.return();
    await expect.poll(() => host.exchangeListenerCount()).toBe(0);
    await pending;

    const controller = new AbortController();
    const second = await opened.door.activity.watch(undefined, { signal: controller.signal });
    await second.next();
    expect(host.exchangeListenerCount()).toBe(1);
    const aborted = second.next().then(
      () => 'ended',
      () => 'ended',
    );
    controller.abort();
    expect(await aborted).toBe('ended');
    await expect.poll(() => host.exchangeListenerCount()).toBe(0);
  });

  it('saves a key, says what the check found, and never gives the key back', async () => {
    const secret = 'cody-5f1d7a90c3';
    const result = await opened.door.codyKey.save({ key: secret });
    expect(result).toMatchObject({ saved: true, check: { outcome: 'accepted', modelCount: 21 } });
    const everything = JSON.stringify([
      result,
      await opened.door.codyKey.getStatus(),
      await opened.door.app.getInfo(),
      await opened.door.settings.get(),
    ]);
    expect(everything).not.toContain(secret);
    expect(await opened.door.codyKey.remove()).toMatchObject({ source: 'none' });
  });

  it('creates, renames, reveals and revokes a client', async () => {
    const { door } = opened;
    const { client, key } = await door.clients.create({ name: '  Zed ' });
    expect(client.name).toBe('Zed');
    expect(await door.clients.revealKey({ id: client.id })).toEqual({ key });
    expect(await door.clients.rename({ id: client.id, name: 'Zed Preview' })).toMatchObject({
      name: 'Zed Preview',
    });
    expect(await door.clients.revoke({ id: client.id })).toEqual({ id: client.id });
    expect((await door.clients.list()).map((known) => known.name)).toEqual(['Default']);
  });

  it('changes the named parts of what a client may do, and leaves the rest', async () => {
    const { door } = opened;
    const lists = await door.clients.watch();
    await lists.next();
    const policy = { allowedModels: ['gpt-*'], requestsPerDay: 200 };
    await door.clients.setPolicy({ id: 'default', policy });
    const changed = await door.clients.setPolicy({ id: 'default', policy: { queueLimit: 5 } });
    expect(changed.policy).toEqual({ ...clientPolicy.parse({}), ...policy, queueLimit: 5 });
    const seen = await nextWhere(lists, ([first]) => first?.policy.queueLimit === 5);
    expect(seen).toEqual(await door.clients.list());
    await lists.return();
  });

  it('refuses what no client may be given, and says in a sentence what does not go together', async () => {
    const { door } = opened;
    const beyond = await rejection(door.clients.setPolicy({ id: 'default', policy: { requestsPerDay: -1 } }));
    expect(beyond).toMatchObject({ code: 'BAD_REQUEST', status: 400 });
    const crossed = await rejection(
      door.clients.setPolicy({ id: 'default', policy: { group: 'openai', allowedGroups: ['fal-ai'] } }),
    );
    expect(crossed).toMatchObject({ code: 'BAD_REQUEST', status: 400 });
    expect(crossed.message).toMatch(/own group is openai.*Allow that group too/);
    expect((await door.clients.list())[0]?.policy).toEqual(clientPolicy.parse({}));
    expect(opened.reportedErrors).toEqual([]);
  });

  it('shows a watcher what each client did of late, now and as it changes', async () => {
    const uses = await opened.door.clients.watchUse();
    expect((await uses.next()).value).toEqual(host.clientUse.get());
    host.clientUse.set(host.clientUse.get().map((use) => ({ ...use, requestsToday: 4 })));
    expect((await uses.next()).value).toMatchObject([{ clientId: 'default', requestsToday: 4 }]);
    await uses.return();
  });

  it('adds exchanges up by what is asked, and forgets what is to be forgotten', async () => {
    const { activity } = opened.door;
    host.recordExchanges(exchange(1));
    host.setSums({ ...activitySum('gpt-5-mini'), by: 'model' }, { ...activitySum('2026-11-25'), by: 'day' });
    const span = { from: '2026-11-01', to: '2026-11-30' };
    expect(await activity.sums({ by: 'model', ...span })).toEqual([activitySum('gpt-5-mini')]);
    expect(await activity.sums({ by: 'day', ...span })).toEqual([activitySum('2026-11-25')]);

    expect(await activity.clear({ what: 'sums' })).toEqual({ cleared: true });
    expect(await activity.sums({ by: 'day', ...span })).toEqual([]);
    expect(await activity.list({ limit: 20 })).toEqual([exchange(1)]);
    await activity.clear({ what: 'exchanges' });
    expect(await activity.list({ limit: 20 })).toEqual([]);

    const error = await rejection(activity.sums({ by: 'day', from: 'yesterday', to: '2026-11-30' }));
    expect(JSON.stringify(error.data)).toContain('Write a day as 2026-11-25.');
  });

  it('shows the models as they are known, and asks for them anew', async () => {
    const { models } = opened.door;
    const catalogues = await models.watch();
    expect((await catalogues.next()).value).toEqual(host.catalogue.get());
    expect(await models.refresh()).toMatchObject({ fetchedAt: 1_700_000_000_002 });
    expect((await catalogues.next()).value).toEqual(host.catalogue.get());
    await catalogues.return();
  });

  it('explains what would become of a request', async () => {
    const { routing } = opened.door;
    const question = { model: 'gpt-5.2', endpoint: '/chat/completions', clientId: null, group: '' };
    expect(await routing.explain(question)).toMatchObject({
      outcome: 'routed',
      route: { groups: ['openrouter'], rule: { position: 1 } },
      parameters: { duration: 8 },
    });
    expect(await routing.explain({ ...question, group: 'nowhere' })).toMatchObject({
      outcome: 'refused',
      code: 'group_not_available',
    });
  });

  it('says in a sentence that a client is unknown', async () => {
    for (const call of [
      opened.door.clients.setPolicy({ id: 'gone', policy: { affinity: false } }),
      opened.door.clients.revealKey({ id: 'gone' }),
      opened.door.clients.rename({ id: 'gone', name: 'x' }),
      opened.door.clients.revoke({ id: 'gone' }),
    ]) {
      const error = await rejection(call);
      expect(error).toMatchObject({ code: 'NOT_FOUND', status: 404 });
      expect(error.message).toMatch(/^There is no such client.*\.$/);
    }
  });

  it('refuses input that the contract does not allow, with the words of the contract', async () => {
    const error = await rejection(opened.door.clients.create({ name: '   ' }));
    expect(error).toMatchObject({ code: 'BAD_REQUEST', status: 400 });
    expect(JSON.stringify(error.data)).toContain('Give the client a name');
  });

  it('changes settings as a whole or not at all', async () => {
    const { door } = opened;
    expect(await door.settings.update({ upstream: { demo: 'always' } })).toMatchObject({ updated: true });
    const refused = await door.settings.update({ proxy: { port: 99_999 }, upstream: { demo: 'never' } });
    expect(refused).toMatchObject({ updated: false, problems: [{ path: 'proxy.port' }] });
    expect(await door.settings.get()).toMatchObject({ proxy: { port: 2639 }, upstream: { demo: 'always' } });
  });

  it('hides the words and the stack of an unexpected error, and tells the host of it', async () => {
    const unexpected = new Error('EACCES /home/ada/.config/cody-desktop/secret');
    host.setUnexpectedError(unexpected);
    const error = await rejection(opened.door.proxy.setWish({ wish: 'on' }));
    expect(error).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', message: 'Internal error' });
    expect(JSON.stringify(error)).not.toMatch(/ada|EACCES|at .*\.ts/);
    expect(opened.reportedErrors).toEqual([unexpected]);
  });

  it('passes on the words of an error that is meant for people', async () => {
    const message = 'The clients could not be written to /data/clients.json: no space left. Make room.';
    host.setUnexpectedError(new ErrorForPeople('NOT_WRITTEN', message, { cause: new Error('ENOSPC') }));
    const error = await rejection(opened.door.proxy.setWish({ wish: 'on' }));
    expect(error).toMatchObject({ code: 'NOT_WRITTEN', message });
    expect(JSON.stringify(error)).not.toContain('ENOSPC');
    expect(opened.reportedErrors).toEqual([]);
  });

  it('does not trouble the host with the mistakes of a caller', async () => {
    await rejection(opened.door.clients.create({ name: '   ' }));
    await rejection(opened.door.clients.revoke({ id: 'gone' }));
    expect(opened.reportedErrors).toEqual([]);
  });

  it('says only that something went wrong where the host breaks the contract, and tells the host', async () => {
    const states = await opened.door.proxy.watchState();
    await states.next();
    // @ts-expect-error -- no such phase
    host.proxyState.set({ ...host.proxyState.get(), phase: 'exploded' });
    const inStream = await rejection(states.next());
    expect(inStream).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', message: 'Internal error' });
    const inAnswer = await rejection(opened.door.proxy.getState());
    expect(inAnswer).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', message: 'Internal error' });
    expect(opened.reportedErrors).toHaveLength(2);
  });

  it('ends a watch when the host goes away, and does not keep the watcher waiting', async () => {
    const states = await opened.door.proxy.watchState();
    await states.next();
    const end = states.next().then(
      (result) => (result.done ? 'ended' : 'went on'),
      () => 'ended',
    );
    await opened.close();
    expect(await end).toBe('ended');
  });
});

async function nextWhere<T>(stream: AsyncIterator<T>, matches: (value: T) => boolean): Promise<T> {
  for (;;) {
    const result = await stream.next();
    if (result.done) throw new Error('The stream ended before the value came.');
    if (matches(result.value)) return result.value;
  }
}

async function rejection(call: Promise<unknown>): Promise<ORPCError<string, unknown>> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ORPCError)) throw new Error(`Expected an ORPCError, got ${String(error)}`);
  return error;
}
