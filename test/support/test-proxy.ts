import type { Client } from '../../shared/contract/clients.ts';
import type { ExchangeRecord } from '../../shared/contract/activity.ts';
import { defaultAllowedOrigins } from '../../shared/settings.ts';
import { Affinity } from '../../electron/core/affinity/affinity.ts';
import { ActivityLog } from '../../electron/core/activity/activity-log.ts';
import { systemClock, type Clock } from '../../electron/core/clock.ts';
import {
  listen,
  Listening,
  type ListeningLimits,
  usualListeningLimits,
} from '../../electron/core/proxy/listening.ts';
import { createOriginGuard } from '../../electron/core/proxy/origin-guard.ts';
import type { Refusal } from '../../electron/core/proxy/refusal.ts';
import type { AttemptTimeouts } from '../../electron/core/upstream/attempt.ts';
import { Admission } from '../../electron/core/traffic/admission.ts';
import { formatLimitHeaders } from '../../electron/core/traffic/limit-headers.ts';
import type { RateWindow } from '../../electron/core/traffic/rate-windows.ts';
import { createRequestHeaderFilter } from '../../electron/core/upstream/request-headers.ts';
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
}

const testClient: Client = { id: 'test', name: 'Test', createdAt: 0, keyReadable: true };

/** Starts a proxy; it throws if it cannot listen. */
export async function startTestProxy(options: TestProxyOptions): Promise<TestProxy> {
  const clock = options.clock ?? systemClock;
  const activity = new ActivityLog(clock, 2_000);
  const codyKey = options.codyKey === undefined ? testCodyKey : options.codyKey;
  const upstream: Upstream = openUpstream({
    baseUrl: options.upstreamBaseUrl,
    authorization: () => (codyKey === null ? null : `Bearer ${codyKey}`),
    demo: options.demo ?? false,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    environment: options.environment ?? {},
  });
  const admission = new Admission({
    clock,
    settings: () => ({
      windows: options.windows ?? [],
      queueLimit: options.queueLimit ?? 200,
      waitLimitMs: 120_000,
    }),
  });
  const listening = await listen(
    options.port ?? 0,
    {
      clock,
      version: '0.0.0-test',
      freeMemory: () => undefined,
      reportError: (error) => {
        throw error;
      },
      instanceId: 'test-instance',
      activity,
      currentUpstream: () => options.refusal ?? upstream,
      isDemo: () => options.demo ?? false,
      admission,
      affinity: new Affinity({ clock, key: new Uint8Array(32), enabled: () => options.affinity ?? true }),
      retries: () => options.retries ?? 1,
      limitHeaders: () => formatLimitHeaders(admission.figures(clock.monotonicMs())),
      attemptTimeouts: () => ({ firstByteMs: 600_000, idleMs: 300_000, ...options.timeouts }),
      bodyIdleMs: options.bodyIdleMs ?? 30_000,
      identifyClient: (key) => (key === testClientKey ? testClient : null),
      clientKeyRequired: () => options.clientKeyRequired ?? true,
      checkOrigin: createOriginGuard(options.allowedOrigins ?? defaultAllowedOrigins),
      goesUp: createRequestHeaderFilter(options.extraHeaders ?? []),
    },
    options.limits ?? usualListeningLimits,
  );
  if (!(listening instanceof Listening)) throw new Error(`no listener: ${listening.code}`);
  const origin = `http://127.0.0.1:${listening.port}`;
  return {
    port: listening.port,
    baseUrl: `${origin}/v1`,
    origin,
    listening,
    admission,
    auth: { authorization: `Bearer ${testClientKey}` },
    records: () => activity.list(2_000),
    async [Symbol.asyncDispose]() {
      const stopped = listening.stop(0, { code: 'proxy_switched_off', message: 'The test is over.' });
      const destroyed = upstream.dispatcher.destroy();
      if ('advance' in clock) (clock as { advance(ms: number): void }).advance(10_000);
      await Promise.all([stopped, destroyed]);
    },
  };
}
