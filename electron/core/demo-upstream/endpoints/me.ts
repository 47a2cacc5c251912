import type { DemoState } from '../demo-state.ts';
import type { DemoExchange } from '../http/exchange.ts';

/** GET /v1/me: facts about the demo's key. The real service's shape is unknown; this is only one that it might have. */
export async function me(state: DemoState, exchange: DemoExchange): Promise<void> {
  const { perMinute, perSecond } = state.limits();
  await exchange.sendJson({
    object: 'account',
    name: 'Cody Desktop demo',
    plan: 'demo',
    credits: state.credits.left,
    limits: { requests_per_minute: perMinute, requests_per_second: perSecond },
  });
}
