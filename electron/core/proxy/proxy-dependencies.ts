import type { Client } from '../../../shared/contract/clients.ts';
import type { ActivityLog } from '../activity/activity-log.ts';
import type { Affinity } from '../affinity/affinity.ts';
import type { Clock } from '../clock.ts';
import type { Admission } from '../traffic/admission.ts';
import type { AttemptTimeouts } from '../upstream/attempt.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Refusal } from './refusal.ts';
import type { RequestFacts } from './request-facts.ts';

/** What the proxy needs of the rest of the core. All of it is asked anew for each exchange, so changes act at once. */
export interface ProxyDependencies {
  readonly clock: Clock;
  readonly version: string;
  /** Names this running program in the hop header. */
  readonly instanceId: string;
  readonly activity: ActivityLog;
  /** Frees the memory of what has just passed; called now and then during large uploads. */
  readonly freeMemory: () => void;
  /** Takes errors that nobody foresaw. */
  readonly reportError: (error: unknown) => void;
  /** Where exchanges go now, or why they cannot. */
  readonly currentUpstream: () => Upstream | Refusal;
  /** Whether answers come from the demo upstream now; every answer says so then. */
  readonly isDemo: () => boolean;
  readonly admission: Admission;
  readonly affinity: Affinity;
  /** How often a request is sent again when the upstream asks to come again. */
  readonly retries: () => number;
  /** Name, value, …: OpenAI's rate-limit headers with the figures of this moment. */
  readonly limitHeaders: () => readonly string[];
  readonly attemptTimeouts: () => AttemptTimeouts;
  /** How long a client may be silent in the middle of a request's body. */
  readonly bodyIdleMs: number;
  /** Whose key this is; null if it is nobody's. */
  readonly identifyClient: (presentedKey: string) => Client | null;
  readonly clientKeyRequired: () => boolean;
  readonly checkOrigin: (facts: RequestFacts) => Refusal | null;
  /** Which request headers (lower case) go to the upstream. */
  readonly goesUp: (headerName: string) => boolean;
}
