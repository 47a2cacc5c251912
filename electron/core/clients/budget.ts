import type { ClientPolicy } from '../../../shared/contract/clients.ts';

/** What a client has used up of a day. */
export interface DayUse {
  readonly requests: number;
  readonly cost: number;
}

/** Why a client may not send any more today: an error of the proxy's own. */
export interface BudgetRefusal {
  readonly code: 'budget_exceeded';
  /** Which cap it is, how much of it is used, when that ends and what to do. */
  readonly message: string;
  /** Until the next day begins. */
  readonly retryAfterMs: number;
}

/**
 * Whether a client may send one more request today: null if it may. The cap on requests is never overrun; that on cost is
 * reached by the request that goes over it, whose cost is known only once it was answered.
 */
export function checkBudget(
  policy: Pick<ClientPolicy, 'requestsPerDay' | 'costPerDay'>,
  today: DayUse,
  msUntilMidnight: number,
): BudgetRefusal | null {
  const used = describeUse(policy, today);
  if (used === null) return null;
  const message =
    `${used} It may send again at midnight, ${describeDuration(msUntilMidnight)} from now. ` +
    `To let it go on today, raise the cap among the clients in Cody Desktop.`;
  return { code: 'budget_exceeded', message, retryAfterMs: msUntilMidnight };
}

function describeUse(
  { requestsPerDay, costPerDay }: Pick<ClientPolicy, 'requestsPerDay' | 'costPerDay'>,
  { requests, cost }: DayUse,
): string | null {
  if (requestsPerDay > 0 && requests >= requestsPerDay) {
    return `This client has a cap of ${plural(requestsPerDay, 'request')} a day and has sent ${requests} today.`;
  }
  if (costPerDay > 0 && cost >= costPerDay) {
    return `This client has a cap of ${costPerDay} on the cost of its requests a day and has used up ${roundCost(cost)} today.`;
  }
  return null;
}

/** Sums of decimal fractions have digits that nobody has asked for, such as 0.30000000000000004. */
function roundCost(cost: number): number {
  return Number(cost.toPrecision(6));
}

function describeDuration(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const parts = [hours > 0 ? plural(hours, 'hour') : '', rest > 0 ? plural(rest, 'minute') : ''];
  return parts.filter((part) => part !== '').join(' ');
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
