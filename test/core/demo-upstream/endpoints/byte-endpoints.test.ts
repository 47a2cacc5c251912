import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DemoUpstream } from '../../../../electron/core/demo-upstream/demo-upstream.ts';
import { ask, errorOf, startDemo } from '../start-demo.ts';

let demo: DemoUpstream;
beforeAll(async () => void (demo = await startDemo()));
afterAll(() => demo.close());

const mib = 1024 * 1024;

/** A stream of so many bytes, made as they are taken. */
function endless(totalBytes: number): ReadableStream<Uint8Array> {
  const piece = new Uint8Array(mib).fill(7);
  let left = totalBytes;
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close();
      controller.enqueue(piece.subarray(0, Math.min(left, piece.length)));
      left -= piece.length;
    },
  });
}

const streamed = (bytes: number): RequestInit =>
  ({ method: 'POST', body: endless(bytes), duplex: 'half' }) as RequestInit;

describe('endpoints for tests of bytes', () => {
  it('echoes length, hash and type of a body', async () => {
    const body = randomBytes(300_000);
    const response = await ask(demo, '/demo/echo', body, {
      headers: { 'content-type': 'application/x-odd' },
    });
    expect(await response.json()).toEqual({
      bytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
      contentType: 'application/x-odd',
    });
  });

  it('mirrors the very bytes while they come', async () => {
    const body = randomBytes(3 * mib);
    const response = await ask(demo, '/demo/mirror', body, { headers: { 'content-type': 'image/x-odd' } });
    expect(response.headers.get('content-type')).toBe('image/x-odd');
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
  });

  it('gives the same bytes each time', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(async () => Buffer.from(await (await ask(demo, '/demo/bytes/200001')).arrayBuffer())),
    );
    expect(one).toHaveLength(200_001);
    expect(other && one?.equals(other)).toBe(true);
    expect(new Set(one).size).toBe(256);
    const wrong = await ask(demo, '/demo/bytes/many');
    expect([wrong.status, (await errorOf(wrong)).code]).toEqual([400, 'invalid_byte_count']);
  });

  it('refuses more than 64 MiB of JSON, having read it away', async () => {
    const response = await ask(demo, '/chat/completions', undefined, streamed(65 * mib));
    expect([response.status, (await errorOf(response)).code]).toEqual([413, 'request_too_large']);
    expect(demo.requests.at(-1)?.bodyBytes).toBe(65 * mib);
  });

  it('refuses it at once where the length is announced, and reads it away all the same', async () => {
    const sent = httpRequest(`${demo.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer k', 'content-length': 65 * mib },
    });
    sent.end(Buffer.alloc(65 * mib));
    const [response] = await once(sent, 'response');
    expect(response.statusCode).toBe(413);
    response.resume();
    await vi.waitFor(() => expect(demo.requests.at(-1)?.bodyBytes).toBe(65 * mib));
    expect((await ask(demo, '/me')).status).toBe(200);
  });
});
