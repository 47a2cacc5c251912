import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBudget } from '../../../electron/core/clients/budget.ts';

const capped = { requestsPerDay: 100, costPerDay: 2.5 };
const hour = 3_600_000;

describe('a daily budget', () => {
  it('lets pass what is below both caps, and everything where there is no cap', () => {
    expect(checkBudget(capped, { requests: 99, cost: 2.49 }, hour)).toBeNull();
    const uncapped = { requestsPerDay: 0, costPerDay: 0 };
    expect(checkBudget(uncapped, { requests: 1e6, cost: 1e6 }, hour)).toBeNull();
  });

  it('refuses what is beyond a cap, whatever the other', () => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), fc.nat({ max: 5 }), (requests, cost) => {
        const refused = checkBudget(capped, { requests, cost }, hour) !== null;
        expect(refused).toBe(requests >= 100 || cost >= 2.5);
      }),
    );
  });

  it('says which cap, how much is used, when it may send again and what to do', () => {
    const byRequests = checkBudget(capped, { requests: 100, cost: 9 }, 3 * hour + 720_000);
    expect(byRequests).toEqual({
      code: 'budget_exceeded',
      retryAfterMs: 3 * hour + 720_000,
      message:
        'This client has a cap of 100 requests a day and has sent 100 today. It may send again at midnight, 3 hours ' +
        '12 minutes from now. To let it go on today, raise the cap among the clients in Cody Desktop.',
    });
    const byCost = checkBudget({ requestsPerDay: 0, costPerDay: 0.3 }, { requests: 1, cost: 0.1 + 0.2 }, 1);
    expect(byCost?.message).toMatch(
      /cap of 0\.3 on the cost.*used up 0\.3 today.*midnight, 1 minute from now/,
    );
    const one = checkBudget({ requestsPerDay: 1, costPerDay: 0 }, { requests: 1, cost: 0 }, hour);
    expect(one?.message).toMatch(/cap of 1 request a day.*midnight, 1 hour from now/);
  });
});
