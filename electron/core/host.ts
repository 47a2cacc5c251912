import type { AppInfo, Notice } from '../../shared/contract/app.ts';
import type { ProxyState } from '../../shared/contract/proxy.ts';
import type { Settings, SettingsPatch } from '../../shared/settings.ts';
import { ActivityLog } from './activity/activity-log.ts';
import { Affinity } from './affinity/affinity.ts';
import { openClientRegistry } from './clients/client-registry.ts';
import type { Clock } from './clock.ts';
import { startDemoUpstream } from './demo-upstream/demo-upstream.ts';
import type { HostServices } from './host-services.ts';
import { createYoungGarbageCollector } from './platform/young-garbage.ts';
import { describeListenError } from './proxy/listen-failure.ts';
import { listen, usualListeningLimits } from './proxy/listening.ts';
import { createOriginGuard } from './proxy/origin-guard.ts';
import { ProxySwitch } from './proxy/proxy-switch.ts';
import { checkCodyKey } from './secrets/check-cody-key.ts';
import { openCodyKey } from './secrets/cody-key.ts';
import type { KeyStore } from './secrets/key-store.ts';
import { refuseItself } from './settings/refuse-itself.ts';
import type { SettingProblem } from './settings/settings-rules.ts';
import { openSettingsStore } from './settings/settings-store.ts';
import { askUpstream } from './upstream/ask-upstream.ts';
import { leadsToItself } from './upstream/choose-upstream.ts';
import { Admission, type AdmissionSettings } from './traffic/admission.ts';
import { RememberedStarts } from './traffic/remembered-starts.ts';
import { formatLimitHeaders } from './traffic/limit-headers.ts';
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

  const [codyKey, clients] = await Promise.all([
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
    openClientRegistry({ folder: dataFolder, clock, store: ports.keyStore, randomBytes: ports.randomBytes }),
  ]);

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

  const starts = new RememberedStarts(dataFolder, clock);
  const admission = new Admission({
    clock,
    settings: () => admissionSettings(settings.get()),
    onStart: () => starts.changed(() => admission.startTimes()),
  });
  admission.restoreStartTimes(await starts.read());
  const affinity = new Affinity({
    clock,
    key: ports.randomBytes(32),
    enabled: () => settings.get().affinity.enabled,
  });
  const freeMemory = createYoungGarbageCollector();
  const activity = new ActivityLog(clock, rememberedExchanges);
  const guards = new Watched(makeGuards(settings.get()));
  const proxy = new ProxySwitch({
    listen: (port) =>
      listen(
        port,
        {
          clock,
          version: ports.version,
          reportError: ports.reportError,
          freeMemory,
          instanceId: ports.randomBytes(12).toString('base64url'),
          activity,
          currentUpstream: () => upstream.get(),
          isDemo: () => upstream.choice.get().demo,
          admission,
          affinity,
          retries: () => settings.get().queue.retries,
          limitHeaders: () => formatLimitHeaders(admission.figures(clock.monotonicMs())),
          attemptTimeouts: () => settings.get().timeouts,
          bodyIdleMs,
          identifyClient: (key) => clients.identify(key),
          clientKeyRequired: () => settings.get().access.clientKeyRequired,
          checkOrigin: (facts) => guards.get().checkOrigin(facts),
          goesUp: (name) => guards.get().goesUp(name),
        },
        usualListeningLimits,
      ),
    describeListenError: (error) => describeListenError(error, ports.platform),
    port: () => settings.get().proxy.port,
    savedWish: () => settings.get().proxy.wish,
    saveWish: async (wish) => {
      const result = await store.service.update({ proxy: { wish } });
      return result.updated ? null : result.problems.map(({ message }) => message).join(' ');
    },
  });

  const notices: readonly Notice[] = [...store.notices, ...clients.notices, ...codyKey.notices];
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
  upstream.choice.onChange(() => appInfo.set(describe()));
  settings.onChange((changed) => {
    guards.set(makeGuards(changed));
    admission.settingsChanged();
    void upstream.refresh();
    void proxy.applyPort();
  });
  codyKey.service.status.onChange(() => void upstream.refresh());

  return {
    ok: true,
    host: {
      services: {
        appInfo,
        proxy,
        codyKey: codyKey.service,
        clients: clients.service,
        settings: refuseItself(store.service, (baseUrl) => leadsToItself(baseUrl, ownPorts())),
        activity,
      },
      start: async (when) => {
        const { wish } = settings.get().proxy;
        const wanted = when === 'unless-off' ? wish !== 'off' : wish === 'on';
        return wanted ? await proxy.start() : proxy.state.get();
      },
      printableClientKey: () => clients.printableKey(),
      addOwnPort: (port) => void morePorts.push(port),
      close: async (graceMs) => {
        await proxy.close(graceMs);
        await starts.write(admission.startTimes());
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

function admissionSettings({ limits, queue }: Pick<Settings, 'limits' | 'queue'>): AdmissionSettings {
  return {
    windows: [
      { limit: limits.perMinute, lengthMs: 60_000 },
      { limit: limits.perSecond, lengthMs: 1_000 },
    ],
    queueLimit: queue.limit,
    waitLimitMs: queue.waitMs,
  };
}

function makeGuards({ access, upstream }: Pick<Settings, 'access' | 'upstream'>) {
  return {
    checkOrigin: createOriginGuard(access.allowedOrigins),
    goesUp: createRequestHeaderFilter(upstream.extraHeaders),
  };
}
