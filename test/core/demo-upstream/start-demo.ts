import OpenAI from 'openai';
import { systemClock } from '../../../electron/core/clock.ts';
import {
  startDemoUpstream,
  type DemoUpstream,
  type DemoUpstreamOptions,
} from '../../../electron/core/demo-upstream/demo-upstream.ts';
import { seededRandom } from '../../../electron/core/demo-upstream/seeded-random.ts';

/** A key that the demo lets in. */
export const demoKey = 'cody-test-key';

/** Starts a demo upstream that is as fast as it can be, without limits; `options` say otherwise. */
export function startDemo(options: Partial<DemoUpstreamOptions> = {}): Promise<DemoUpstream> {
  return startDemoUpstream({
    clock: systemClock,
    random: seededRandom(7),
    tokensPerSecond: 0,
    limits: () => ({ perMinute: 0, perSecond: 0 }),
    ...options,
  });
}

/** The official SDK, pointed at the demo; it tries nothing again. */
export function sdkFor(demo: DemoUpstream): OpenAI {
  return new OpenAI({ baseURL: demo.baseUrl, apiKey: demoKey, maxRetries: 0 });
}

/** Asks the demo with a key. A `body` that is no string, bytes or form is sent as JSON. */
export function ask(
  demo: DemoUpstream,
  path: string,
  body?: unknown,
  init: RequestInit = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has('authorization')) headers.set('authorization', `Bearer ${demoKey}`);
  if (body === undefined) return fetch(`${demo.baseUrl}${path}`, { ...init, headers });
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData;
  if (!isRaw) headers.set('content-type', 'application/json');
  return fetch(`${demo.baseUrl}${path}`, {
    method: 'POST',
    ...init,
    headers,
    body: isRaw ? (body as BodyInit) : JSON.stringify(body),
  });
}

/** A small chat request. */
export function chatRequest(content = 'Hello', extra: Record<string, unknown> = {}): Record<string, unknown> {
  return { model: 'gpt-5.2', messages: [{ role: 'user', content }], ...extra };
}

/** The error of an answer in OpenAI's shape. */
export async function errorOf(
  response: Response,
): Promise<{ code: unknown; message: string; param: unknown }> {
  const body = (await response.json()) as { error: { code: unknown; message: string; param: unknown } };
  return body.error;
}
