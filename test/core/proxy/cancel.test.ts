import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { startHttpUpstream } from '../../support/http-upstream.ts';
import { openSocket, waitForText } from '../../support/raw-http.ts';
import { startTestProxy, testClientKey, type TestProxy } from '../../support/test-proxy.ts';

async function open(
  proxy: TestProxy,
  lines: readonly string[] = [],
  target = '/v1/chat/completions',
): Promise<Socket> {
  const socket = await openSocket(proxy.port);
  socket.write(
    [
      `POST ${target} HTTP/1.1`,
      `Host: 127.0.0.1:${proxy.port}`,
      `Authorization: Bearer ${testClientKey}`,
      ...lines,
      '',
      '',
    ].join('\r\n'),
  );
  return socket;
}

/** An upstream that tells when a request came and when its connection was closed. */
async function startWatched(answer: (response: ServerResponse) => void = () => undefined) {
  const arrived = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const upstream = await startHttpUpstream((request, response) => {
    request.resume();
    response.on('close', () => closed.resolve());
    arrived.resolve();
    answer(response);
  });
  return { upstream, arrived: arrived.promise, closed: closed.promise };
}

describe('a client that goes away ends the upstream request', () => {
  test('before the first byte of the answer', async () => {
    const { upstream, arrived, closed } = await startWatched();
    await using _upstream = upstream;
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const client = await open(
      proxy,
      ['Content-Type: application/json', 'Content-Length: 2', '', '{}'].slice(0, 2),
    );
    client.write('{}');
    await arrived;
    client.destroy();
    await closed;
    await expect.poll(() => proxy.records()[0]?.end).toBe('client_left');
  });

  test('in the middle of a stream', async () => {
    const { upstream, closed } = await startWatched((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
    });
    await using _upstream = upstream;
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const client = await open(proxy, ['Content-Length: 0']);
    await waitForText(client, 'data: 1');
    client.destroy();
    await closed;
    await expect.poll(() => proxy.records()[0]).toMatchObject({ end: 'client_left', status: 200 });
  });

  test('though it reads nothing and the answer is large', async () => {
    const { upstream, arrived, closed } = await startWatched((response) => {
      response.writeHead(200);
      const push = (): void => {
        while (response.write(Buffer.alloc(256 * 1024)));
        response.once('drain', push);
      };
      push();
    });
    await using _upstream = upstream;
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const client = await open(proxy, ['Content-Length: 0']);
    client.pause();
    await arrived;
    client.destroy();
    await closed;
  });

  test('in the middle of its upload', async () => {
    const { upstream, arrived, closed } = await startWatched();
    await using _upstream = upstream;
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const client = await open(
      proxy,
      ['Content-Type: application/octet-stream', 'Content-Length: 1000000'],
      '/v1/files',
    );
    client.write('x');
    await arrived;
    client.destroy();
    await closed;
    await expect.poll(() => proxy.records()[0]?.end).toBe('client_left');
  });

  test.each([
    ['JSON body', 'application/json', '{"a":'],
    ['form', 'multipart/form-data; boundary=x', '--x\r\n'],
  ])('in the middle of its %s: then nothing is sent up at all', async (_what, type, begin) => {
    let requests = 0;
    await using upstream = await startHttpUpstream((_request, response) => {
      requests++;
      response.end();
    });
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const client = await open(proxy, [`Content-Type: ${type}`, 'Content-Length: 100']);
    client.write(begin);
    await expect.poll(() => proxy.records().length).toBe(1);
    client.destroy();
    await expect.poll(() => proxy.records()[0]?.end).toBe('client_left');
    expect(requests).toBe(0);
  });
});

test('a client that leaves takes no other client with it', async () => {
  const responses: ServerResponse[] = [];
  await using upstream = await startHttpUpstream((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
    responses.push(response);
  });
  await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
  const leaving = await open(proxy, ['Content-Length: 0']);
  await waitForText(leaving, 'data: 1');
  const staying = await open(proxy, ['Content-Length: 0']);
  await waitForText(staying, 'data: 1');
  const [first, second] = responses;
  leaving.destroy();
  if (first) await once(first, 'close');
  const rest = waitForText(staying, 'data: 2');
  second?.end('data: 2\n\n');
  await rest;
  staying.destroy();
});
