import { connect } from 'node:net';
import { request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DemoUpstream } from '../../../../electron/core/demo-upstream/demo-upstream.ts';
import { HandClock } from '../../../support/hand-clock.ts';
import { ask, chatRequest, demoKey, startDemo } from '../start-demo.ts';

let demo: DemoUpstream;
let clock: HandClock;
beforeEach(async () => {
  clock = new HandClock();
  demo = await startDemo({ clock });
});
afterEach(() => demo.close());

/** All the bytes that come back on a socket of its own, or the error that ended it. */
async function raw(path: string): Promise<{ text: string; error: string | undefined }> {
  const socket = connect(demo.port, '127.0.0.1');
  let text = '';
  let error: string | undefined;
  socket.setEncoding('latin1');
  socket.on('data', (piece) => (text += String(piece)));
  socket.on('error', (failure: NodeJS.ErrnoException) => (error = failure.code));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: demo\r\nAuthorization: Bearer k\r\nConnection: close\r\n\r\n`);
  await new Promise((resolve) => socket.once('close', resolve));
  return { text, error };
}

describe('scripted faults', () => {
  it('answers with a status, headers and body of the test', async () => {
    demo.script({ kind: 'status', status: 503, headers: { 'retry-after': '7' }, body: { odd: true } });
    const response = await ask(demo, '/chat/completions', chatRequest());
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
    expect(await response.json()).toEqual({ odd: true });
    demo.script({ kind: 'status', status: 418, body: 'tea' });
    expect(await (await ask(demo, '/me')).text()).toBe('tea');
    demo.script({ kind: 'status', status: 500 });
    expect(await (await ask(demo, '/me')).json()).toMatchObject({
      error: { code: 'demo_fault', type: 'server_error' },
    });
    demo.script({ kind: 'status', status: 204 });
    expect(await (await ask(demo, '/me')).text()).toBe('');
    expect(demo.requests.map(({ status }) => status)).toEqual([503, 418, 500, 204]);
  });

  it('keeps a fault for the request that it is meant for, and for one only', async () => {
    demo.script({ kind: 'status', status: 500, match: { path: '/v1/me', method: 'get' } });
    demo.script({ kind: 'status', status: 501 });
    const statuses = [];
    for (const path of ['/models', '/me', '/me']) statuses.push((await ask(demo, path)).status);
    expect(statuses).toEqual([501, 500, 200]);
  });

  it('cuts an answer after so many bytes of its body', async () => {
    const whole = (await raw('/v1/models')).text.split('\r\n\r\n')[1] ?? '';
    for (const afterBytes of [0, 1, 100]) {
      demo.script({ kind: 'cut', afterBytes });
      const { text, error } = await raw('/v1/models');
      const [head, body] = text.split('\r\n\r\n');
      expect(head).toContain(`content-length: ${whole.length}`);
      expect(body).toBe(whole.slice(0, afterBytes));
      expect(error).toBeUndefined();
    }
    expect(demo.requests.every(({ closedEarly }) => !closedEarly)).toBe(true);
  });

  it('cuts a stream so that its end is missing, even after its last byte', async () => {
    for (const afterBytes of [300, 1_000_000]) {
      demo.script({ kind: 'cut', afterBytes });
      const response = await ask(demo, '/chat/completions', chatRequest('Hi', { stream: true }));
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow('terminated');
    }
  });

  it('resets the connection before any answer', async () => {
    demo.script({ kind: 'reset-before-answer' });
    expect(await raw('/v1/models')).toEqual({ text: '', error: 'ECONNRESET' });
  });

  it('answers with what is no HTTP', async () => {
    demo.script({ kind: 'garbage' });
    expect((await raw('/v1/models')).text).toMatch(/^%%%/);
    demo.script({ kind: 'garbage' });
    await expect(ask(demo, '/models')).rejects.toThrow('fetch failed');
  });

  it('answers with nothing', async () => {
    demo.script({ kind: 'empty' });
    const response = await ask(demo, '/chat/completions', chatRequest());
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('stalls in the middle until the client has had enough', async () => {
    demo.script({ kind: 'stall', afterBytes: 50 });
    const controller = new AbortController();
    const response = await ask(demo, '/chat/completions', chatRequest('Hi', { stream: true }), {
      signal: controller.signal,
    });
    let bytes = 0;
    const reader = response.body?.getReader();
    while (bytes < 50) bytes += (await reader?.read())?.value?.length ?? 0;
    expect(bytes).toBe(50);
    expect(demo.requests[0]?.closedEarly).toBe(false);
    controller.abort();
    await vi.waitFor(() => expect(demo.requests[0]?.closedEarly).toBe(true));
  });

  it('holds the headers back, by the clock', async () => {
    demo.script({ kind: 'slow-headers', delayMs: 5000 });
    let answered = false;
    const response = ask(demo, '/me').then((answer) => {
      answered = true;
      return answer;
    });
    await vi.waitFor(() => expect(clock.timerCount).toBe(1));
    clock.advance(4999);
    expect((await ask(demo, '/models')).status).toBe(200);
    expect(answered).toBe(false);
    clock.advance(1);
    expect((await response).status).toBe(200);
  });

  it('gives early hints first', async () => {
    demo.script({ kind: 'early-hints' });
    const sent = httpRequest(`${demo.baseUrl}/me`, { headers: { authorization: `Bearer ${demoKey}` } });
    const hints: number[] = [];
    sent.on('information', ({ statusCode }) => hints.push(statusCode));
    sent.end();
    const [response] = await once(sent, 'response');
    response.resume();
    await once(response, 'end');
    expect([hints, response.statusCode]).toEqual([[103], 200]);
  });

  it('sends trailers', async () => {
    demo.script({ kind: 'trailers' });
    const sent = httpRequest(`${demo.baseUrl}/me`, { headers: { authorization: `Bearer ${demoKey}` } });
    sent.end();
    const [response] = await once(sent, 'response');
    response.resume();
    await once(response, 'end');
    expect(response.headers).toMatchObject({ trailer: 'x-demo-trailer', 'transfer-encoding': 'chunked' });
    expect(response.trailers).toEqual({ 'x-demo-trailer': 'the-end' });
  });
});
