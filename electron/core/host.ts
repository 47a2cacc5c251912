import type { AppInfo, Notice } from '../../shared/contract/app.ts';
import type { ProxyState } from '../../shared/contract/proxy.ts';
import type { SettingsPatch } from '../../shared/settings.ts';
import { openActivity } from './activity/open-activity.ts';
import { Affinity } from './affinity/affinity.ts';
import { openClients } from './clients/open-clients.ts';
import type { Clock } from './clock.ts';
import { startDemoUpstream } from './demo-upstream/demo-upstream.ts';
import { KeptFiles } from './files/kept-files.ts';
import type { HostServices } from './host-services.ts';
import { localDay, msUntilMidnight } from './local-day.ts';
import { openModels } from './models/open-models.ts';
import { createYoungGarbageCollector } from './platform/young-garbage.ts';
import { createOriginChecks } from './proxy/admit-client.ts';
import { describeListenError } from './proxy/listen-failure.ts';
import { listen, usualListeningLimits } from './proxy/listening.ts';
import type { ProxyDependencies } from './proxy/proxy-dependencies.ts';
import { ProxySwitch } from './proxy/proxy-switch.ts';
import { openRouting } from './routing/open-routing.ts';
import { checkCodyKey } from './secrets/check-cody-key.ts';
import { openCodyKey } from './secrets/cody-key.ts';
import type { KeyStore } from './secrets/key-store.ts';
import { refuseItself } from './settings/refuse-itself.ts';
import type { SettingProblem } from './settings/settings-rules.ts';
import { openSettingsStore } from './settings/settings-store.ts';
import { formatLimitHeaders } from './traffic/limit-headers.ts';
import { openTraffic } from './traffic/open-traffic.ts';
import { askRaw } from './upstream/ask-raw.ts';
import { askUpstream } from './upstream/ask-upstream.ts';
import { leadsToItself } from './upstream/choose-upstream.ts';
import { CurrentUpstream } from './upstream/current-upstream.ts';
import { createRequestHeaderFilter } from './upstream/request-headers.ts';
import { Watched } from './watched.ts';

/** What the core needs of the world it runs in. Electron's shell, the headless host and tests each bring their own. */
export interface HostPorts {
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
  readonly random: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly readFile: (path: string) => Promise<string>;
  readonly keyStore: KeyStore;
  /** The data folder, already opened for this process alone. */
  readonly dataFolder: string;
  readonly version: string;
  /** Takes errors that nobody foresaw; `describeError` makes them fit to be shown. */
  readonly reportError: (error: unknown) => void;
  /** Settings for this run only. */
  readonly overrides: SettingsPatch;
}

/** The core, put together. Nothing listens until `start` or a wish says so. */
export interface Host {
  readonly services: HostServices;
  /** Brings the proxy to where the user wants it: on unless it was switched off, or only if it was switched on. */
  start(when: 'unless-off' | 'only-if-on'): Promise<ProxyState>;
  /** A client key that works and can be shown to the user. */
  printableClientKey(): Promise<string>;
  /** Tells of a further port that this program listens on, so that it cannot become the upstream. */
  addOwnPort(port: number): void;
  /** Ends open exchanges after `graceMs`, closes everything. */
  close(graceMs: number): Promise<void>;
}

export type CreateHostResult = { ok: true; host: Host } | { ok: false; problems: readonly SettingProblem[] };

/** The composition root: makes the areas of the core and ties them together, and nothing else. */
export async function createHost(ports: HostPorts): Promise<CreateHostResult> {
  const { clock, dataFolder, environment } = ports;
  const store = await openSettingsStore({ folder: dataFolder, clock, overrides: ports.overrides });
  if (store.overrideProblems.length > 0) return { ok: false, problems: store.overrideProblems };
  const { settings } = store.service;

  const [codyKey, clients, traffic] = await Promise.all([
    openCodyKey({
      store: ports.keyStore,
      environment,
      readFile: ports.readFile,
      check: (authorization) =>
        checkCodyKey({
          get: (path) =>
            askUpstream(settings.get().upstream.baseUrl, path, authorization, keyCheckMs, environment),
        }),
    }),
    openClients({
      folder: dataFolder,
      clock,
      store: ports.keyStore,
      randomBytes: ports.randomBytes,
      dayOf: localDay,
      msUntilMidnight,
    }),
    openTraffic(dataFolder, clock, settings),
  ]);
  const activity = await openActivity({
    folder: dataFolder,
    clock,
    dayOf: localDay,
    keepSums: () => settings.get().activity.keepSums,
    capacity: rememberedExchanges,
    onFinished: (record) => clients.use.finished(record),
  });

  const instanceId = ports.randomBytes(12).toString('base64url');
  const morePorts: number[] = [];
  const ownPorts = (): number[] => [...morePorts, proxy.listeningPort ?? settings.get().proxy.port];
  const upstream = new CurrentUpstream({
    settings,
    keyFacts: () => ({ hasKey: codyKey.hasKey(), isUnreadable: codyKey.isUnreadable() }),
    authorization: () => codyKey.authorization(),
    startDemo: () =>
      startDemoUpstream({
        clock,
        random: ports.random,
        tokensPerSecond: demoTokensPerSecond,
        limits: () => settings.get().limits,
      }),
    ownPorts,
    environment,
    reportError: ports.reportError,
  });
  const models = openModels(
    { clock, ask: (path) => askRaw(upstream.get(), path, { clock, instanceId }) },
    () => settings.get().routing,
  );
  const { catalogue } = models;
  const routing = openRouting({
    clock,
    settings,
    models: {
      groupsOf: (model) => catalogue.groupsOf(model),
      isModel: (name) => catalogue.known(name) !== null,
      isGroup: (name) => catalogue.groups.has(name),
    },
    rulesOf: (clientId) => clients.registry.rulesOf(clientId),
    findClient: (id) => clients.service.list.get().find((client) => client.id === id) ?? null,
  });
  const affinity = new Affinity({
    clock,
    key: ports.randomBytes(32),
    enabled: () => settings.get().affinity.enabled,
  });
  const files = new KeptFiles({ clock, randomBytes: ports.randomBytes });

  const makeOriginChecks = () =>
    createOriginChecks(settings.get().access.allowedOrigins, clients.service.list.get());
  const makeHeaderFilter = () => createRequestHeaderFilter(settings.get().upstream.extraHeaders);
  const originChecks = new Watched(makeOriginChecks());
  const goesUp = new Watched(makeHeaderFilter());
  const dependencies: ProxyDependencies = {
    clock,
    version: ports.version,
    reportError: ports.reportError,
    freeMemory: createYoungGarbageCollector(),
    instanceId,
    activity: activity.log,
    currentUpstream: () => upstream.get(),
    isDemo: () => upstream.choice.get().demo,
    admission: traffic.admission,
    affinity,
    routingTable: routing.table,
    health: routing.health,
    askKept: models.ask,
    costOf: (model) => catalogue.costOf(model),
    files,
    retries: () => settings.get().queue.retries,
    keepsAlive: () => settings.get().streams.keepAlive,
    limitHeaders: () => formatLimitHeaders(traffic.admission.figures(clock.monotonicMs())),
    attemptTimeouts: () => settings.get().timeouts,
    bodyIdleMs,
    identifyClient: (key) => clients.registry.identify(key),
    clientKeyRequired: () => settings.get().access.clientKeyRequired,
    clientUse: clients.use,
    originChecks: () => originChecks.get(),
    goesUp: (name) => goesUp.get()(name),
  };
  const proxy = new ProxySwitch({
    listen: (port) => listen(port, dependencies, usualListeningLimits),
    describeListenError: (error) => describeListenError(error, ports.platform),
    port: () => settings.get().proxy.port,
    savedWish: () => settings.get().proxy.wish,
    saveWish: async (wish) => {
      const result = await store.service.update({ proxy: { wish } });
      return result.updated ? null : result.problems.map(({ message }) => message).join(' ');
    },
  });

  const notices: readonly Notice[] = [
    ...store.notices,
    ...clients.notices,
    ...activity.notices,
    ...codyKey.notices,
  ];
  const describe = (): AppInfo => {
    const { demo, baseUrl } = upstream.choice.get();
    return {
      name: 'cody-desktop',
      version: ports.version,
      dataFolder,
      demo,
      upstreamBaseUrl: baseUrl,
      notices: [...notices],
    };
  };
  await upstream.refresh();
  const appInfo = new Watched(describe());
  // While tools can come, so that their first requests are routed by what is known of their models.
  const prefetchModels = (): void => {
    if (proxy.listeningPort !== null) catalogue.prefetch();
  };
  const upstreamChanged = (): void => {
    traffic.admission.forgetUpstream();
    models.forget();
    prefetchModels();
  };
  proxy.state.onChange(prefetchModels);
  upstream.choice.onChange(() => {
    appInfo.set(describe());
    upstreamChanged();
  });
  codyKey.service.status.onChange(() => void upstream.refresh().then(upstreamChanged));
  settings.onChange(() => {
    originChecks.set(makeOriginChecks());
    goesUp.set(makeHeaderFilter());
    activity.settingsChanged();
    void upstream.refresh();
    void proxy.applyPort();
  });
  clients.service.list.onChange((list) => {
    originChecks.set(makeOriginChecks());
    activity.nameClients(list);
  });

  return {
    ok: true,
    host: {
      services: {
        appInfo,
        proxy,
        codyKey: codyKey.service,
        clients: clients.service,
        settings: refuseItself(store.service, (baseUrl) => leadsToItself(baseUrl, ownPorts())),
        activity: activity.service,
        models: catalogue.service,
        routing: routing.service,
      },
      start: async (when) => {
        const { wish } = settings.get().proxy;
        const wanted = when === 'unless-off' ? wish !== 'off' : wish === 'on';
        return wanted ? await proxy.start() : proxy.state.get();
      },
      printableClientKey: () => clients.registry.printableKey(),
      addOwnPort: (port) => void morePorts.push(port),
      close: async (graceMs) => {
        await proxy.close(graceMs);
        files.clear();
        await Promise.all([activity.close(), clients.close(), traffic.close()]);
        await upstream.close();
      },
    },
  };
}

/** The pace of the demo's streams: about that of a good model. */
const demoTokensPerSecond = 60;
/** How long a client may be silent in the middle of a request's body. */
const bodyIdleMs = 30_000;
const keyCheckMs = 10_000;
const rememberedExchanges = 2_000;
