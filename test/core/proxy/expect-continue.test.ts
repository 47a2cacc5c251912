import { describe, expect, test } from 'vitest';
import { startNotingUpstream } from '../../support/noting-upstream.ts';
import { openSocket, readUntilClose, waitForText } from '../../support/raw-http.ts';
import { startTestProxy, testClientKey } from '../../support/test-proxy.ts';

const form =
  '--B\r\nContent-Disposition: form-data; name="model"\r\n\r\nm\r\n--B\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\nx\r\n--B--\r\n';

/** The head of a request that waits for 100 before it sends its body, which is `form` or JSON. */
function head(
  port: number,
  contentType: string,
  length: number,
  version = '1.1',
  key = testClientKey,
): string {
  return `POST /v1/images/edits HTTP/${version}\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${key}\r\nContent-Type: ${contentType}\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`;
}

describe('a client that asks before it sends its body', () => {
  test.each([
    ['application/json', '{"model":"m"}'],
    ['multipart/form-data; boundary=B', form],
    ['application/octet-stream', 'x'],
  ])('is told to go on once it is let in: %s', async (type, body) => {
    await using upstream = await startNotingUpstream();
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const socket = await openSocket(proxy.port);
    socket.write(head(proxy.port, type, body.length));
    await waitForText(socket, 'HTTP/1.1 100 Continue\r\n\r\n');
    const answer = readUntilClose(socket);
    socket.write(body);
    expect((await answer).status).toBe(200);
    expect(upstream.requests.map((request) => request.body)).toEqual([body]);
    expect(upstream.requests[0]?.headers).not.toHaveProperty('expect');
  });

  test('hears a refusal instead', async () => {
    await using proxy = await startTestProxy({ upstreamBaseUrl: 'http://127.0.0.1:9/v1' });
    const socket = await openSocket(proxy.port);
    const answer = readUntilClose(socket);
    socket.write(head(proxy.port, 'application/json', 2, '1.1', 'wrong'));
    await expect.poll(() => proxy.records()[0]?.status).toBe(401);
    socket.write('{}');
    expect((await answer).status).toBe(401);
  });

  test('is not told so in HTTP/1.0, which knows no 100', async () => {
    await using upstream = await startNotingUpstream();
    await using proxy = await startTestProxy({ upstreamBaseUrl: upstream.baseUrl });
    const socket = await openSocket(proxy.port);
    const answer = readUntilClose(socket);
    socket.write(`${head(proxy.port, 'application/json', 2, '1.0')}{}`);
    expect((await answer).status).toBe(200);
  });
});
