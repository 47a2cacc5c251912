import type { Client } from '../../../shared/contract/clients.ts';
import type { ActivityLog } from '../activity/activity-log.ts';
import type { Affinity } from '../affinity/affinity.ts';
import type { ClientUseLog } from '../clients/client-use.ts';
import type { Clock } from '../clock.ts';
import type { AnswerRewriter } from '../files/answer-rewriter.ts';
import type { KeptFiles } from '../files/kept-files.ts';
import type { CacheAnswer, CacheQuestion } from '../models/answer-from-cache.ts';
import type { GroupHealth } from '../routing/group-health.ts';
import type { RoutingTable } from '../routing/routing-table.ts';
import type { Admission } from '../traffic/admission.ts';
import type { AnswerHead } from '../upstream/answer-headers.ts';
import type { AttemptTimeouts } from '../upstream/attempt.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { OriginChecks } from './admit-client.ts';
import type { Refusal } from './refusal.ts';

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
  /** What a route is decided by. */
  readonly routingTable: () => RoutingTable;
  readonly health: GroupHealth;
  /** The answer to a question whose answer is kept for all; null for any other. Rejects only if the signal aborts. */
  readonly askKept: (question: CacheQuestion, signal: AbortSignal) => Promise<CacheAnswer> | null;
  /** The `cost` of a model; null where it is not known or no number. */
  readonly costOf: (model: string) => number | null;
  /** The pictures that answers lead to by `url`. */
  readonly files: KeptFiles;
  /** How often a request is sent again when the upstream asks to come again. */
  readonly retries: () => number;
  /** Whether clients that wait for a stream are kept waiting by comments. */
  readonly keepsAlive: () => boolean;
  /** Name, value, …: OpenAI's rate-limit headers with the figures of this moment. */
  readonly limitHeaders: () => readonly string[];
  readonly attemptTimeouts: () => AttemptTimeouts;
  /** How long a client may be silent in the middle of a request's body. */
  readonly bodyIdleMs: number;
  /** Whose key this is; null if it is nobody's. */
  readonly identifyClient: (presentedKey: string) => Client | null;
  readonly clientKeyRequired: () => boolean;
  /** What clients did of late, against their daily caps. */
  readonly clientUse: Pick<ClientUseLog, 'seen' | 'checkBudget' | 'countStart' | 'takeBack'>;
  /** The checks of a request's origin, as settings and clients have it now. */
  readonly originChecks: () => OriginChecks;
  /** Which request headers (lower case) go to the upstream. */
  readonly goesUp: (headerName: string) => boolean;
}

/** What an exchange needs: the same, and what is the listener's own. */
export interface ExchangeDependencies extends ProxyDependencies {
  /** Takes the pictures out of an answer and serves them on this listener; null where the answer holds none that can be read. */
  readonly createPictureRewriter: (head: AnswerHead) => AnswerRewriter | null;
  /** Says that an exchange has left the queue. */
  readonly queueMoved: () => void;
}
