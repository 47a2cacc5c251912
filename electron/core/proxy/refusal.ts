import type { Remedy } from '../../../shared/contract/activity.ts';
import { proxyErrors, type ErrorBody, type ProxyErrorCode } from '../../../shared/proxy-error.ts';
import type { AdmissionRefusal, AdmissionRequest } from '../traffic/admission-request.ts';

/** An error of the proxy itself, as a value: its code and what to tell the client. */
export interface Refusal {
  readonly code: ProxyErrorCode;
  /** What happened and what to do next, without anything secret. */
  readonly message: string;
  /** The request's field that is at fault, if it is one. */
  readonly param?: string;
  /** When to come again, in milliseconds from now: becomes `Retry-After`. */
  readonly retryAfterMs?: number;
  /** What the user could do at once to let such a request through, if there is such a thing. */
  readonly remedy?: Remedy;
}

/** Why admission let an exchange not start, in words; `place` says which limits were its client's own. */
export function queueRefusal(
  { code, retryAfterMs }: AdmissionRefusal,
  place: Pick<AdmissionRequest, 'queueLimit' | 'waitLimitMs'>,
): Refusal {
  const own = code === 'queue_full' ? place.queueLimit : place.waitLimitMs;
  if (own !== undefined) return { code, message: ownQueueMessages[code], retryAfterMs };
  return { code, message: queueMessages[code], retryAfterMs, remedy: { kind: 'raise_queue_limit' } };
}

const queueMessages = {
  queue_full:
    'Too many requests wait for the limits of the Cody key. Send fewer at once, or raise queue.limit in the settings.',
  queue_timeout:
    'The request waited for its turn too long. Try again later, send fewer at once, or raise queue.waitMs in the settings.',
} as const;

const ownQueueMessages = {
  queue_full:
    'As many requests of this client wait as may. Send fewer at once, or let more of them wait, among the clients of Cody Desktop.',
  queue_timeout:
    'The request waited for its turn as long as those of this client may. Try again later, or let them wait longer, among the clients of Cody Desktop.',
} as const;

/** The body of a refusal, in OpenAI's shape. */
export function refusalBody(refusal: Refusal): ErrorBody {
  const { type } = proxyErrors[refusal.code];
  return { error: { message: refusal.message, type, code: refusal.code, param: refusal.param ?? null } };
}

/** Name, value, name, value …: the headers of a refusal's answer, whose body has `byteCount` bytes. */
export function refusalHeaders(refusal: Refusal, byteCount: number): string[] {
  const { retry } = proxyErrors[refusal.code];
  const headers = ['content-type', 'application/json; charset=utf-8', 'content-length', String(byteCount)];
  // Read by the official SDKs before they decide by status: openai-node `src/client.ts`, `shouldRetry`.
  if (retry !== undefined) headers.push('x-should-retry', String(retry));
  if (refusal.retryAfterMs !== undefined) {
    headers.push('retry-after', String(Math.max(1, Math.ceil(refusal.retryAfterMs / 1000))));
  }
  headers.push('x-cody-error', refusal.code);
  return headers;
}

/** The refusal as a server-sent event, for an answer that has begun; the SDKs throw it as an API error. */
export function refusalEvent(refusal: Refusal): string {
  return `event: error\ndata: ${JSON.stringify(refusalBody(refusal))}\n\n`;
}
