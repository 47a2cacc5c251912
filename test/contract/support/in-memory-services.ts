import { UnknownClientError } from '../../../electron/core/clients/client-registry.ts';
import type { HostServices } from '../../../electron/core/host-services.ts';
import { Watched } from '../../../electron/core/watched.ts';
import type { ExchangeRecord } from '../../../shared/contract/activity.ts';
import type { AppInfo } from '../../../shared/contract/app.ts';
import type { Client } from '../../../shared/contract/clients.ts';
import type { CodyKeyCheck, CodyKeyStatus, SaveCodyKeyResult } from '../../../shared/contract/cody-key.ts';
import type { ListenFailure, ProxyState } from '../../../shared/contract/proxy.ts';
import { settingsSchema, type Settings } from '../../../shared/settings.ts';

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
    { id: 'default', name: 'Default', createdAt: 1_700_000_000_000, keyReadable: true },
  ]);
  const settings = new Watched<Settings>(settingsSchema.parse({}));
  const clientKeys = new Map([['default', 'cody-local-0123456789abcdef0123456789abcdef']]);
  const exchanges = new Map<number, ExchangeRecord>();
  const exchangeListeners = new Set<(changed: ExchangeRecord[]) => void>();
  let nextCheck: CodyKeyCheck = { outcome: 'accepted', modelCount: 21, facts: null };
  let nextListenFailure: ListenFailure | null = null;
  let nextError: Error | null = null;

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
      async create(name) {
        const client = {
          id: `client-${clientList.get().length}`,
          name,
          createdAt: 1_700_000_000_001,
          keyReadable: true,
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
    },
  };

  return {
    services,
    appInfo,
    proxyState,
    keyStatus,
    clientList,
    settings,
    /** How many listeners the procedures hold on the activity. */
    exchangeListenerCount: () => exchangeListeners.size,
    recordExchanges(...changed: ExchangeRecord[]) {
      for (const record of changed) exchanges.set(record.id, record);
      for (const listener of exchangeListeners) listener(changed);
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
    clientName: 'Default',
    method: 'POST',
    path: '/v1/chat/completions',
    model: 'gpt-5-mini',
    status: 200,
    errorCode: null,
    waitedMs: 0,
    tries: 1,
    firstByteMs: 340,
    durationMs: 2_410,
    bytesIn: 512,
    bytesOut: 4_096,
    requestId: `req-${id}`,
    demo: false,
    end: 'done',
    ...changes,
  };
}
