import { clientPolicy, type Client, type ClientPolicyPatch } from '../../shared/contract/clients.ts';
import type { ExchangeRecord } from '../../shared/contract/activity.ts';
import type { routingSettings } from '../../shared/routing-settings.ts';
import { defaultAllowedOrigins, settingsSchema } from '../../shared/settings.ts';
import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { Affinity } from '../../electron/core/affinity/affinity.ts';
import { ActivityLog } from '../../electron/core/activity/activity-log.ts';
import { compileClientRules } from '../../electron/core/clients/client-rules.ts';
import { ClientUseLog } from '../../electron/core/clients/client-use.ts';
import { systemClock, type Clock } from '../../electron/core/clock.ts';
import {
  listen,
  Listening,
  type ListeningLimits,
  usualListeningLimits,
} from '../../electron/core/proxy/listening.ts';
import { KeptFiles } from '../../electron/core/files/kept-files.ts';
import { localDay, msUntilMidnight } from '../../electron/core/local-day.ts';
import { openModels, type Models } from '../../electron/core/models/open-models.ts';
import { createOriginChecks } from '../../electron/core/proxy/admit-client.ts';
import type { ProxyDependencies } from '../../electron/core/proxy/proxy-dependencies.ts';
import type { Refusal } from '../../electron/core/proxy/refusal.ts';
import type { AttemptTimeouts } from '../../electron/core/upstream/attempt.ts';
import { Admission } from '../../electron/core/traffic/admission.ts';
import { formatLimitHeaders } from '../../electron/core/traffic/limit-headers.ts';
import type { RateWindow } from '../../electron/core/traffic/rate-windows.ts';
import { openRouting } from '../../electron/core/routing/open-routing.ts';
import type { GroupHealth } from '../../electron/core/routing/group-health.ts';
import { Watched } from '../../electron/core/watched.ts';
import { createRequestHeaderFilter } from '../../electron/core/upstream/request-headers.ts';
import { askRaw } from '../../electron/core/upstream/ask-raw.ts';
import { openUpstream, type Upstream } from '../../electron/core/upstream/upstream.ts';

export const testCodyKey = 'cody-test-key-that-must-not-leak-0123456789';
export const testClientKey = 'cody-local-0123456789abcdef0123456789abcdef';

/** A real proxy on a free port, in front of a test's upstream, with everything but the host around it. */
export interface TestProxy extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:PORT/v1` */
  readonly baseUrl: string;
  readonly origin: string;
  readonly listening: Listening;
  readonly admission: Admission;
  readonly models: Models;
  readonly health: GroupHealth;
  readonly clientUse: ClientUseLog;
  readonly files: KeptFiles;
  readonly activity: ActivityLog;
  /** The headers that let a client in. */
  readonly auth: { authorization: string };
  records(): ExchangeRecord[];
}

export interface TestProxyOptions {
  readonly upstreamBaseUrl: string;
  readonly clock?: Clock;
  readonly timeouts?: Partial<AttemptTimeouts>;
  readonly connectTimeoutMs?: number;
  readonly codyKey?: string | null;
  readonly allowedOrigins?: readonly string[];
  readonly clientKeyRequired?: boolean;
  readonly extraHeaders?: readonly string[];
  readonly refusal?: Refusal;
  readonly limits?: ListeningLimits;
  readonly demo?: boolean;
  readonly port?: number;
  readonly environment?: Record<string, string>;
  readonly bodyIdleMs?: number;
  readonly windows?: readonly RateWindow[];
  readonly queueLimit?: number;
  readonly retries?: number;
  readonly affinity?: boolean;
  readonly keepAlive?: boolean;
  readonly routing?: z.input<typeof routingSettings>;
  /** What the client of `testClientKey` may do. */
  readonly policy?: ClientPolicyPatch;
  /** Further clients, with the keys of `clientKeyOf`. */
  readonly moreClients?: number;
}

/** The key of the further client of that number, counted from 0. */
export function clientKeyOf(number: number): string {
  return `cody-local-${String(number).padStart(32, '0')}`;
}

/** Starts a proxy; it throws if it cannot listen. */
export async function startTestProxy(options: TestProxyOptions): Promise<TestProxy> {
  const parts = createTestDependencies(options);
  const { clock } = parts.dependencies;
  const listening = await listen(
    options.port ?? 0,
    parts.dependencies,
    options.limits ?? usualListeningLimits,
  );
  if (!(listening instanceof Listening)) throw new Error(`no listener: ${listening.code}`);
  const origin = `http://127.0.0.1:${listening.port}`;
  const { admission, activity, files, health } = parts.dependencies;
  return {
    port: listening.port,
    baseUrl: `${origin}/v1`,
    origin,
    listening,
    admission,
    models: parts.models,
    health,
    clientUse: parts.clientUse,
    files,
    activity,
    auth: { authorization: `Bearer ${testClientKey}` },
    records: () => activity.list(2_000),
    async [Symbol.asyncDispose]() {
      const stopped = listening.stop(0, { code: 'proxy_switched_off', message: 'The test is over.' });
      const closed = parts.close();
      if ('advance' in clock) (clock as { advance(ms: number): void }).advance(10_000);
      await Promise.all([stopped, closed]);
    },
  };
}

/** Everything that a proxy needs, real but for the host around it, and how to end it. */
export function createTestDependencies(options: TestProxyOptions): {
  readonly dependencies: ProxyDependencies;
  readonly models: Models;
  readonly clientUse: ClientUseLog;
  readonly close: () => Promise<void>;
} {
  const clock = options.clock ?? systemClock;
  const clients = makeClients(options);
  const list = [...clients.values()];
  const clientUse = new ClientUseLog(
    { folder: '', clock, clients: new Watched(list), dayOf: localDay, msUntilMidnight },
    { value: null, notices: [], mayWrite: false },
  );
  const activity = new ActivityLog(clock, 2_000, (record) => clientUse.finished(record));
  const codyKey = options.codyKey === undefined ? testCodyKey : options.codyKey;
  const upstream: Upstream = openUpstream({
    baseUrl: options.upstreamBaseUrl,
    authorization: () => (codyKey === null ? null : `Bearer ${codyKey}`),
    demo: options.demo ?? false,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    environment: options.environment ?? {},
  });
  const currentUpstream = (): Upstream | Refusal => options.refusal ?? upstream;
  const admission = new Admission({
    clock,
    settings: () => ({
      windows: options.windows ?? [],
      queueLimit: options.queueLimit ?? 200,
      waitLimitMs: 120_000,
    }),
  });
  const instanceId = 'test-instance';
  const settings = new Watched(settingsSchema.parse({ routing: options.routing ?? {} }));
  const models = openModels(
    { clock, ask: (path) => askRaw(currentUpstream(), path, { clock, instanceId }) },
    () => settings.get().routing,
  );
  const { catalogue } = models;
  const rules = new Map(list.map(({ id, policy }) => [id, compileClientRules(policy)]));
  const routing = openRouting({
    clock,
    settings,
    models: {
      groupsOf: (model) => catalogue.groupsOf(model),
      isModel: (name) => catalogue.known(name) !== null,
      isGroup: (name) => catalogue.groups.has(name),
    },
    rulesOf: (clientId) => rules.get(clientId) ?? null,
    findClient: (id) => list.find((client) => client.id === id) ?? null,
  });
  const originChecks = createOriginChecks(options.allowedOrigins ?? defaultAllowedOrigins, list);
  const dependencies: ProxyDependencies = {
    clock,
    version: '0.0.0-test',
    freeMemory: () => undefined,
    reportError: (error) => {
      throw error;
    },
    instanceId,
    activity,
    currentUpstream,
    isDemo: () => options.demo ?? false,
    admission,
    affinity: new Affinity({ clock, key: new Uint8Array(32), enabled: () => options.affinity ?? true }),
    routingTable: routing.table,
    health: routing.health,
    askKept: models.ask,
    costOf: (model) => catalogue.costOf(model),
    files: new KeptFiles({ clock, randomBytes }),
    retries: () => options.retries ?? 1,
    keepsAlive: () => options.keepAlive ?? true,
    limitHeaders: () => formatLimitHeaders(admission.figures(clock.monotonicMs())),
    attemptTimeouts: () => ({ firstByteMs: 600_000, idleMs: 300_000, ...options.timeouts }),
    bodyIdleMs: options.bodyIdleMs ?? 30_000,
    identifyClient: (key) => clients.get(key) ?? null,
    clientKeyRequired: () => options.clientKeyRequired ?? true,
    clientUse,
    originChecks: () => originChecks,
    goesUp: createRequestHeaderFilter(options.extraHeaders ?? []),
  };
  const close = async (): Promise<void> => {
    await Promise.all([upstream.dispatcher.destroy(), clientUse.close()]);
  };
  return { dependencies, models, clientUse, close };
}

/** The clients by their keys. */
function makeClients({ policy = {}, moreClients = 0 }: TestProxyOptions): Map<string, Client> {
  const client = (id: string, name: string, own: ClientPolicyPatch): Client => {
    return { id, name, createdAt: 0, keyReadable: true, policy: clientPolicy.parse(own) };
  };
  const clients = new Map([[testClientKey, client('test', 'Test', policy)]]);
  for (let number = 0; number < moreClients; number++) {
    clients.set(clientKeyOf(number), client(`more-${number}`, `More ${number}`, {}));
  }
  return clients;
}
