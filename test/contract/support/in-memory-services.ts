import { changePolicy } from '../../../electron/core/clients/change-policy.ts';
import { UnknownClientError } from '../../../electron/core/clients/client-registry.ts';
import { ErrorForPeople } from '../../../electron/core/error-for-people.ts';
import type { HostServices } from '../../../electron/core/host-services.ts';
import { Watched } from '../../../electron/core/watched.ts';
import type { ActivitySum, ExchangeRecord } from '../../../shared/contract/activity.ts';
import type { AppInfo } from '../../../shared/contract/app.ts';
import { clientPolicy, type Client, type ClientUse } from '../../../shared/contract/clients.ts';
import type { CodyKeyCheck, CodyKeyStatus, SaveCodyKeyResult } from '../../../shared/contract/cody-key.ts';
import type { ListenFailure, ProxyState } from '../../../shared/contract/proxy.ts';
import { settingsSchema, type Settings } from '../../../shared/settings.ts';
import { fewModels, inMemoryModels, inMemoryRouting } from './in-memory-models.ts';

/** A stand-in for the host at its border: real watched values, no disk, no network, no key store. */
export function createInMemoryServices() {
  const proxyState = new Watched<ProxyState>({
    phase: 'off',
    wish: 'unset',
    baseUrl: null,
    addresses: [],
    failure: null,
  });
  const appInfo = new Watched<AppInfo>({
    name: 'cody-desktop',
    version: '0.1.0',
    dataFolder: '/home/ada/.config/cody-desktop',
    demo: true,
    upstreamBaseUrl: 'http://127.0.0.1:49152/v1',
    notices: [],
  });
  const keyStatus = new Watched<CodyKeyStatus>({
    source: 'none',
    store: { name: 'Secret Service', state: 'ready', reason: null },
  });
  const clientList = new Watched<readonly Client[]>([
    {
      id: 'default',
      name: 'Default',
      createdAt: 1_700_000_000_000,
      keyReadable: true,
      policy: clientPolicy.parse({}),
    },
  ]);
  const clientUse = new Watched<readonly ClientUse[]>([
    {
      clientId: 'default',
      lastSeenAt: 1_700_000_000_000,
      userAgent: 'OpenAI/JS 7.57.0',
      lastModel: 'gpt-5-mini',
      requestsToday: 3,
      costToday: 0.25,
    },
  ]);
  const settings = new Watched<Settings>(settingsSchema.parse({}));
  const clientKeys = new Map([['default', 'cody-local-0123456789abcdef0123456789abcdef']]);
  const exchanges = new Map<number, ExchangeRecord>();
  let sums: readonly (ActivitySum & { readonly by: string })[] = [];
  const exchangeListeners = new Set<(changed: ExchangeRecord[]) => void>();
  let nextCheck: CodyKeyCheck = { outcome: 'accepted', modelCount: 21, facts: null };
  let nextListenFailure: ListenFailure | null = null;
  let nextError: Error | null = null;
  const catalogue = new Watched(fewModels);

  const stateFor = (wish: 'on' | 'off'): ProxyState => {
    if (wish === 'off') return { phase: 'off', wish, baseUrl: null, addresses: [], failure: null };
    const { port } = settings.get().proxy;
    if (nextListenFailure?.port === port) {
      return { phase: 'failed', wish, baseUrl: null, addresses: [], failure: nextListenFailure };
    }
    return {
      phase: 'on',
      wish,
      baseUrl: `http://127.0.0.1:${port}/v1`,
      addresses: [`127.0.0.1:${port}`, `[::1]:${port}`],
      failure: null,
    };
  };

  const findClient = (id: string): Client => {
    const found = clientList.get().find((client) => client.id === id);
    if (!found) throw new UnknownClientError();
    return found;
  };

  const services: HostServices = {
    appInfo,
    proxy: {
      state: proxyState,
      async setWish(wish) {
        if (nextError) throw nextError;
        proxyState.set({
          ...proxyState.get(),
          wish,
          phase: wish === 'on' ? 'starting' : 'ending',
          failure: null,
        });
        proxyState.set(stateFor(wish));
        return proxyState.get();
      },
    },
    codyKey: {
      status: keyStatus,
      async save(key): Promise<SaveCodyKeyResult> {
        if (!key.startsWith('cody-')) {
          return { saved: false, code: 'invalid_shape', message: 'A Cody key begins with cody-.' };
        }
        if (nextCheck.outcome === 'refused') {
          return { saved: false, code: 'refused_by_upstream', message: nextCheck.message };
        }
        const source = keyStatus.get().store.state === 'ready' ? 'keychain' : 'memory';
        keyStatus.set({ ...keyStatus.get(), source });
        appInfo.set({ ...appInfo.get(), demo: false, upstreamBaseUrl: settings.get().upstream.baseUrl });
        return { saved: true, status: keyStatus.get(), check: nextCheck, message: 'Saved.' };
      },
      check: async () => nextCheck,
      async remove() {
        keyStatus.set({ ...keyStatus.get(), source: 'none' });
        appInfo.set({ ...appInfo.get(), demo: true });
        return keyStatus.get();
      },
    },
    clients: {
      list: clientList,
      use: clientUse,
      async create(name) {
        const client = {
          id: `client-${clientList.get().length}`,
          name,
          createdAt: 1_700_000_000_001,
          keyReadable: true,
          policy: clientPolicy.parse({}),
        };
        const key = `cody-local-${'a'.repeat(32)}`;
        clientKeys.set(client.id, key);
        clientList.set([...clientList.get(), client]);
        return { client, key };
      },
      async rename(id, name) {
        const renamed = { ...findClient(id), name };
        clientList.set(clientList.get().map((client) => (client.id === id ? renamed : client)));
        return renamed;
      },
      async setPolicy(id, patch) {
        const found = findClient(id);
        const result = changePolicy(found.policy, patch);
        if (!result.ok) throw new ErrorForPeople('BAD_REQUEST', result.message);
        const changed = { ...found, policy: result.policy };
        clientList.set(clientList.get().map((client) => (client.id === id ? changed : client)));
        return changed;
      },
      async revoke(id) {
        findClient(id);
        clientKeys.delete(id);
        clientList.set(clientList.get().filter((client) => client.id !== id));
      },
      async revealKey(id) {
        findClient(id);
        return clientKeys.get(id) ?? null;
      },
    },
    settings: {
      settings,
      async update(patch) {
        const old = settings.get();
        const parsed = settingsSchema.safeParse({
          ...old,
          proxy: { ...old.proxy, ...patch.proxy },
          upstream: { ...old.upstream, ...patch.upstream },
        });
        if (!parsed.success) {
          const problems = parsed.error.issues.map((issue) => ({
            path: issue.path.join('.'),
            message: issue.message,
          }));
          return { updated: false, problems };
        }
        settings.set(parsed.data);
        const { demo } = parsed.data.upstream;
        const noKey = keyStatus.get().source === 'none';
        appInfo.set({ ...appInfo.get(), demo: demo === 'always' || (demo === 'without-key' && noKey) });
        return { updated: true, settings: parsed.data };
      },
    },
    activity: {
      list: (limit) => [...exchanges.values()].toSorted((a, b) => b.id - a.id).slice(0, limit),
      onChange(listener) {
        exchangeListeners.add(listener);
        return () => exchangeListeners.delete(listener);
      },
      sums: ({ by }) => sums.filter((sum) => sum.by === by),
      async clear(what) {
        if (what === 'exchanges') exchanges.clear();
        else sums = [];
      },
    },
    models: inMemoryModels(catalogue),
    routing: inMemoryRouting,
  };

  return {
    services,
    appInfo,
    proxyState,
    keyStatus,
    clientList,
    clientUse,
    catalogue,
    settings,
    /** How many listeners the procedures hold on the activity. */
    exchangeListenerCount: () => exchangeListeners.size,
    recordExchanges(...changed: ExchangeRecord[]) {
      for (const record of changed) exchanges.set(record.id, record);
      for (const listener of exchangeListeners) listener(changed);
    },
    /** Exchanges of earlier days, added up by what `by` says. */
    setSums(...changed: (ActivitySum & { by: string })[]) {
      sums = changed;
    },
    /** The next checks of a key find this. */
    setKeyCheck(check: CodyKeyCheck) {
      nextCheck = check;
    },
    /** Switching on fails like this as long as the port is the failure's. */
    setListenFailure(failure: ListenFailure | null) {
      nextListenFailure = failure;
    },
    /** The proxy's switch throws this, as a service never should. */
    setUnexpectedError(error: Error | null) {
      nextError = error;
    },
  };
}

/** The services and the handles by which a test plays the host. */
export type InMemoryServices = ReturnType<typeof createInMemoryServices>;

/** A finished exchange; `changes` says what is different about it. */
export function exchange(id: number, changes: Partial<ExchangeRecord> = {}): ExchangeRecord {
  return {
    id,
    startedAt: 1_700_000_000_000 + id * 1_000,
    lane: 'background',
    clientId: 'default',
    clientName: 'Default',
    userAgent: 'OpenAI/JS 7.57.0',
    origin: null,
    method: 'POST',
    path: '/v1/chat/completions',
    askedModel: 'gpt-5-mini',
    model: 'gpt-5-mini',
    streamed: false,
    route: { groups: [], source: 'none', rule: null, skipped: [] },
    affinity: null,
    ahead: null,
    waitedMs: 0,
    tries: [{ group: null, queuedMs: 0, sentMs: 1, endedMs: 340, status: 200, errorCode: null }],
    group: null,
    status: 200,
    errorCode: null,
    errorMessage: null,
    remedy: null,
    firstByteMs: 340,
    durationMs: 2_410,
    bytesIn: 512,
    bytesOut: 4_096,
    tokens: { input: 120, output: 900, cached: 0 },
    cost: 0.5,
    requestId: `req-${id}`,
    demo: false,
    fromCache: false,
    end: 'done',
    ...changes,
  };
}

/** Two exchanges of that key, added up. */
export function activitySum(key: string, changes: Partial<ActivitySum> = {}): ActivitySum {
  return {
    key,
    name: key,
    exchanges: 2,
    failed: 0,
    refused: 1,
    inputTokens: 120,
    outputTokens: 900,
    cachedTokens: 0,
    cost: 0.5,
    waitedMs: 12.5,
    ...changes,
  };
}
