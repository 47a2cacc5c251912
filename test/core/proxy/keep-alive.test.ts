import OpenAI from 'openai';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { HandClock } from '../../support/hand-clock.ts';
import { startNotingUpstream } from '../../support/noting-upstream.ts';
import { openSocket } from '../../support/raw-http.ts';
import { startTestProxy, testClientKey, type TestProxyOptions } from '../../support/test-proxy.ts';

/** A start of which the upstream says nothing counts from half a second after it left, and a margin. */
const halfASecondAndMargin = 550;
const event = (text: string): string => `data: {"choices":[{"index":0,"delta":{"content":"${text}"}}]}\n\n`;

/** A proxy under a clock moved by hand, before an upstream whose answers the test gives when it likes. */
async function start(options: Partial<TestProxyOptions> = {}) {
  const clock = new HandClock();
  const responses: ServerResponse[] = [];
  const upstream = await startNotingUpstream(() => ({
    instead: (_request, response) => void responses.push(response),
  }));
  const proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl, clock, ...options });
  return {
    clock,
    proxy,
    responses,
    sdk: new OpenAI({ baseURL: proxy.baseUrl, apiKey: testClientKey, maxRetries: 0 }),
    /** Sends a request on a connection of its own and collects what comes back. */
    ask: async (body = '{"model":"m","stream":true}') => {
      const socket = await openSocket(proxy.port);
      const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\nAuthorization: Bearer ${testClientKey}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
      socket.write(head + body);
      return new Received(socket);
    },
    arrived: (count: number) => expect.poll(() => responses.length).toBe(count),
    /** The upstream's answer to the request of that number begins as an event stream. */
    beginStream: (number: number): ServerResponse => {
      const response = responses[number] as ServerResponse;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return response;
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

/** What has come on a connection, without the marks of its chunks. */
class Received {
  readonly socket: Socket;
  #text = '';

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
    });
  }

  get all(): string {
    return this.#text;
  }

  get body(): string {
    const [, ...rest] = this.#text.split('\r\n\r\n');
    return rest
      .join('\r\n\r\n')
      .replaceAll(/(?:^|\r\n)[0-9a-f]+\r\n/g, '')
      .replace(/\r\n$/, '');
  }

  async bodyIs(expected: string): Promise<void> {
    await expect.poll(() => this.body).toBe(expected);
  }
}

describe('a client that waits for a stream', () => {
  const oneAMinute = { windows: [{ limit: 1, lengthMs: 60_000 }] };

  test('in the queue gets its 200 after 15 s and a comment every 10 s, and then the answer', async () => {
    await using it = await start(oneAMinute);
    await it.ask();
    await it.arrived(1);
    const second = await it.ask();
    await expect.poll(() => it.proxy.admission.waiting).toBe(1);
    const third = await it.ask();
    await expect.poll(() => it.proxy.admission.waiting).toBe(2);
    it.clock.advance(14_999);
    expect(third.all).toBe('');
    it.clock.advance(1);
    await second.bodyIs(': waiting, 0 ahead\n');
    await third.bodyIs(': waiting, 1 ahead\n');
    expect(third.all).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(third.all).toContain('content-type: text/event-stream');
    expect(third.all).toContain('x-ratelimit-remaining-requests: 0');
    it.clock.advance(9_999);
    it.clock.advance(1);
    await third.bodyIs(': waiting, 1 ahead\n'.repeat(2));
    it.clock.advance(35_000 + halfASecondAndMargin);
    await it.arrived(2);
    const upstream = it.beginStream(1);
    upstream.end(event('hello'));
    const waits = second.body.replace(event('hello'), '');
    expect(waits).toMatch(/^(?:: waiting[a-z0-9, ]*\n)+$/);
    await expect.poll(() => second.body.endsWith(event('hello'))).toBe(true);
  });

  test('is understood by the official SDK', async () => {
    await using it = await start(oneAMinute);
    await it.ask();
    await it.arrived(1);
    const waiting = it.sdk.chat.completions.create({ model: 'm', messages: [], stream: true });
    await expect.poll(() => it.proxy.admission.waiting).toBe(1);
    it.clock.advance(25_000);
    const stream = await waiting;
    it.clock.advance(35_000 + halfASecondAndMargin);
    await it.arrived(2);
    it.beginStream(1).end(`${event('a')}${event('b')}data: [DONE]\n\n`);
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('ab');
  });

  test('of the upstream hears that it is not forgotten either', async () => {
    await using it = await start();
    const client = await it.ask();
    await it.arrived(1);
    it.clock.advance(15_000);
    await client.bodyIs(': waiting for the upstream\n');
    it.beginStream(0).end(event('late'));
    await client.bodyIs(`: waiting for the upstream\n${event('late')}`);
    expect(it.proxy.records()[0]).toMatchObject({ status: 200, end: 'done', requestId: null });
  });

  test('gets comments between two events of a stream that falls silent, never inside one', async () => {
    await using it = await start();
    const client = await it.ask();
    await it.arrived(1);
    const upstream = it.beginStream(0);
    upstream.write(event('a'));
    await client.bodyIs(event('a'));
    it.clock.advance(15_000);
    it.clock.advance(10_000);
    await client.bodyIs(`${event('a')}: waiting for the upstream\n`);
    upstream.write('data: {"half');
    await expect.poll(() => client.body.endsWith('half')).toBe(true);
    it.clock.advance(10_000);
    it.clock.advance(10_000);
    upstream.end('"}\n\n');
    await client.bodyIs(`${event('a')}: waiting for the upstream\ndata: {"half"}\n\n`);
  });

  test('gets none while the answer comes as it should', async () => {
    await using it = await start();
    const client = await it.ask();
    await it.arrived(1);
    const upstream = it.beginStream(0);
    for (const word of ['a', 'b', 'c', 'd']) {
      upstream.write(event(word));
      await expect.poll(() => client.body.endsWith(event(word))).toBe(true);
      it.clock.advance(9_000);
    }
    expect(client.body).toBe(['a', 'b', 'c', 'd'].map(event).join(''));
  });

  test('does not keep a dead upstream alive: the idle clock runs on', async () => {
    await using it = await start({ timeouts: { idleMs: 60_000 } });
    const client = await it.ask();
    await it.arrived(1);
    it.beginStream(0).write(event('a'));
    await client.bodyIs(event('a'));
    for (let count = 0; count < 6; count++) it.clock.advance(10_000);
    await expect.poll(() => client.body).toContain('upstream_idle_timeout');
    expect(client.body).toContain('event: error\ndata: {"error":');
    expect(client.body.indexOf('event: error')).toBeGreaterThan(client.body.lastIndexOf(': waiting'));
  });

  test('that was kept waiting in vain gets an error event in OpenAI’s shape', async () => {
    await using it = await start({ windows: [{ limit: 1, lengthMs: 600_000 }] });
    await it.ask();
    await it.arrived(1);
    const waiting = it.sdk.chat.completions.create({ model: 'm', messages: [], stream: true });
    await expect.poll(() => it.proxy.admission.waiting).toBe(1);
    it.clock.advance(15_000);
    const stream = await waiting;
    const read = (async () => {
      for await (const chunk of stream) void chunk;
    })();
    const failed = expect(read).rejects.toMatchObject({ code: 'queue_timeout' });
    it.clock.advance(105_000);
    await failed;
    expect(it.proxy.records().find(({ id }) => id === 2)).toMatchObject({
      end: 'cut',
      status: 429,
      errorCode: 'queue_timeout',
    });
  });

  test.each([
    [400, '{"error":{"message":"no such model","code":"model_not_found"}}', 'model_not_found'],
    [200, '{"choices":[]}', 'upstream_invalid_answer'],
    [502, '<html>bad gateway</html>', 'upstream_invalid_answer'],
  ])('gets an answer of %s that is no stream as an error event', async (status, body, code) => {
    await using it = await start();
    const client = await it.ask();
    await it.arrived(1);
    it.clock.advance(15_000);
    await client.bodyIs(': waiting for the upstream\n');
    it.responses[0]?.writeHead(status, { 'content-type': 'application/json' }).end(body);
    await expect.poll(() => client.body).toContain('event: error\ndata: {"error":');
    const [, data = ''] = client.body.split('data: ');
    expect((JSON.parse(data) as { error: { code: string } }).error.code).toBe(code);
    await expect.poll(() => it.proxy.records()[0]).toMatchObject({ status, end: 'done' });
  });

  test('gets a stream that the upstream sends in one piece, with its length', async () => {
    await using it = await start();
    const client = await it.ask();
    await it.arrived(1);
    it.clock.advance(15_000);
    await client.bodyIs(': waiting for the upstream\n');
    const headers = { 'content-type': 'text/event-stream', 'content-length': event('whole').length };
    it.responses[0]?.writeHead(200, headers).end(event('whole'));
    await client.bodyIs(`: waiting for the upstream\n${event('whole')}`);
  });

  test('gets the answer of another group if the first fails after the wait began', async () => {
    const routing = { rules: [{ groups: ['one', 'two'] }] };
    await using it = await start({ routing });
    const client = await it.ask();
    await it.arrived(1);
    it.clock.advance(15_000);
    await client.bodyIs(': waiting for the upstream\n');
    it.responses[0]?.writeHead(503).end('busy');
    await it.arrived(2);
    it.beginStream(1).end(event('two'));
    await client.bodyIs(`: waiting for the upstream\n${event('two')}`);
  });
});

test('a client that does not ask for a stream waits as it always did', async () => {
  await using it = await start();
  const client = await it.ask('{"model":"m"}');
  await it.arrived(1);
  it.clock.advance(60_000);
  it.responses[0]?.end('{"ok":true}');
  await expect.poll(() => client.all).toContain('{"ok":true}');
  expect(client.all).not.toContain(': waiting');
});

test('comments can be switched off', async () => {
  await using it = await start({ keepAlive: false });
  const client = await it.ask();
  await it.arrived(1);
  it.clock.advance(60_000);
  it.beginStream(0).end(event('a'));
  await client.bodyIs(event('a'));
});
