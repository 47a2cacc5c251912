import type { DemoState } from './demo-state.ts';
import type { DemoExchange } from './http/exchange.ts';
import { refusal, type Refusal } from './refusal.ts';
import { findRoute, type Route } from './routes.ts';

/** Answers one exchange as the upstream would: key, path, method and rate are checked in this order, then the endpoint has it. */
export async function routeExchange(state: DemoState, exchange: DemoExchange): Promise<void> {
  const found = findRoute(exchange.path);
  if (exchange.method === 'OPTIONS' && found) {
    exchange.body.drain();
    if (await exchange.answer.open(204, { allow: allowedMethods(found.route) })) exchange.answer.end();
    return;
  }
  const wrongKey = checkKey(state, exchange);
  if (wrongKey) return exchange.refuse(wrongKey);
  if (!found) return exchange.refuse(unknownPath(exchange));
  const refused = checkMethod(exchange, found.route) ?? checkRate(state, found.route);
  if (refused) return exchange.refuse(refused);
  await found.route.endpoint(state, exchange, found.rest);
}

function checkKey(state: DemoState, exchange: DemoExchange): Refusal | null {
  const key = /^Bearer +(\S+)$/i.exec(exchange.request.headers.authorization ?? '')?.[1];
  if (key !== undefined && state.acceptKey(key)) return null;
  const message =
    key === undefined
      ? 'You did not provide an API key. Send it as Authorization: Bearer YOUR_KEY.'
      : 'Incorrect API key provided. Send a key that this upstream knows.';
  return refusal(401, 'invalid_api_key', message);
}

function unknownPath(exchange: DemoExchange): Refusal {
  const message = `Unknown request URL: ${exchange.method} ${exchange.path}. The demo does not play this one.`;
  return refusal(404, 'unknown_url', message);
}

function allowedMethods({ method }: Route): string {
  return method === 'GET' ? 'GET, HEAD, OPTIONS' : 'POST, OPTIONS';
}

function checkMethod(exchange: DemoExchange, route: Route): Refusal | null {
  const method = exchange.method === 'HEAD' ? 'GET' : exchange.method;
  if (method === route.method) return null;
  const allow = allowedMethods(route);
  const message = `Not allowed to ${exchange.method} ${exchange.path}. Allowed: ${allow}.`;
  return refusal(405, 'method_not_allowed', message, { headers: { allow } });
}

function checkRate(state: DemoState, route: Route): Refusal | null {
  if (!route.isInference) return null;
  const limits = state.limits();
  const waitSeconds = state.rates.tryAccept(state.clock.monotonicMs(), limits);
  if (waitSeconds === null) return null;
  const message = `Rate limit reached: ${limits.perMinute} requests a minute, ${limits.perSecond} a second. Try again in ${waitSeconds} s.`;
  const headers = { 'retry-after': String(waitSeconds) };
  return refusal(429, 'rate_limit_exceeded', message, { type: 'requests', headers });
}
