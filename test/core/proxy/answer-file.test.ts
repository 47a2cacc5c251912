import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { KeptFiles, keptFileLifeMs } from '../../../electron/core/files/kept-files.ts';
import { answerFile } from '../../../electron/core/proxy/answer-file.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { sendRaw } from '../../support/raw-http.ts';

const picture = Buffer.from('\x89PNG\r\n\x1a\n, say', 'latin1');

/** A server that answers with a kept picture under its name; `get` asks for it. */
async function servePicture() {
  const clock = new HandClock();
  const files = new KeptFiles({ clock, randomBytes });
  const name = files.keep(picture, { extension: 'png', contentType: 'image/png' }) ?? '';
  const server = createServer((request, response) => {
    answerFile(request, response, request.url?.slice(1) ?? '', files, ['x-added', 'yes'], clock);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    clock,
    port,
    name,
    get: (init: RequestInit = {}, asked = name) => fetch(`http://127.0.0.1:${port}/${asked}`, init),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function errorOf(answer: Response) {
  const { error } = (await answer.json()) as { error: { code: string; message: string; type: string } };
  return { status: answer.status, header: answer.headers.get('x-cody-error'), ...error };
}

async function bytesOf(answer: Response): Promise<string> {
  return Buffer.from(await answer.arrayBuffer()).toString('latin1');
}

describe('a kept picture', () => {
  test('comes whole, with headers under which a browser shows it and can do nothing else with it', async () => {
    await using served = await servePicture();
    served.clock.advance(400);
    const answer = await served.get();
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(picture.length),
      'cache-control': 'private, max-age=599, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
      'content-disposition': 'inline',
      'accept-ranges': 'bytes',
      'x-added': 'yes',
    });
    expect(await bytesOf(answer)).toBe(picture.toString('latin1'));
  });

  test('shows its headers alone when only these are asked for, whatever range', async () => {
    await using served = await servePicture();
    const answer = await served.get({ method: 'HEAD', headers: { range: 'bytes=1-2' } });
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, String(picture.length)]);
    expect(await bytesOf(answer)).toBe('');
  });

  test('comes in parts', async () => {
    await using served = await servePicture();
    const answer = await served.get({ headers: { range: 'bytes=1-3' } });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes 1-3/${picture.length}`);
    expect(answer.headers.get('content-length')).toBe('3');
    expect(await bytesOf(answer)).toBe('PNG');
  });

  test('comes whole where the range depends on a condition', async () => {
    await using served = await servePicture();
    const answer = await served.get({ headers: { range: 'bytes=1-3', 'if-range': '"abc"' } });
    expect([answer.status, (await bytesOf(answer)).length]).toEqual([200, picture.length]);
  });

  test('has no bytes behind its end', async () => {
    await using served = await servePicture();
    const answer = await served.get({ headers: { range: 'bytes=500-' } });
    expect(answer.headers.get('content-range')).toBe(`bytes */${picture.length}`);
    expect(await errorOf(answer)).toMatchObject({ status: 416, code: 'range_not_satisfiable' });
  });

  test('is gone after ten minutes, and the answer says what to do', async () => {
    await using served = await servePicture();
    served.clock.advance(keptFileLifeMs);
    const answer = await served.get();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-added')).toBe('yes');
    expect(await errorOf(answer)).toEqual({
      status: 404,
      header: 'file_not_found',
      code: 'file_not_found',
      type: 'invalid_request_error',
      param: null,
      message: expect.stringMatching(/ten minutes.*b64_json/),
    });
  });

  test('does not answer to another name', async () => {
    await using served = await servePicture();
    const other = `${'0'.repeat(32)}.png`;
    expect(await errorOf(await served.get({}, other))).toMatchObject({ status: 404, code: 'file_not_found' });
    expect((await served.get({ method: 'HEAD' }, other)).status).toBe(404);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('cannot be asked for by %s', async (method) => {
    await using served = await servePicture();
    const answer = await served.get({ method });
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
    expect(await errorOf(answer)).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });

  test('comes also to a request that brings a body', async () => {
    await using served = await servePicture();
    const head = `GET /${served.name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 9\r\n\r\n`;
    expect((await sendRaw(served.port, `${head}123456789`)).status).toBe(200);
  });
});
