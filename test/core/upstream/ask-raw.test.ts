import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { askRaw } from '../../../electron/core/upstream/ask-raw.ts';
import { openUpstream } from '../../../electron/core/upstream/upstream.ts';
import type { ClockTimer } from '../../../electron/core/clock.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { askedKey, sendJson, startAskedUpstream } from '../../support/asked-upstream.ts';

/** A clock that knows how often the timers of each length were begun anew: with each byte that was seen. */
class NotingClock extends HandClock {
  readonly #refreshed: number[] = [];

  refreshed(delayMs: number): number {
    return this.#refreshed.filter((delay) => delay === delayMs).length;
  }

  override setTimer(delayMs: number, callback: () => void): ClockTimer {
    const timer = super.setTimer(delayMs, callback);
    const refresh = (): void => {
      this.#refreshed.push(delayMs);
      timer.refresh();
    };
    return { refresh, cancel: () => timer.cancel() };
  }
}

describe('a question to the upstream', () => {
  test('carries the key and names this program, and its answer comes as it is', async () => {
    const seen: IncomingHttpHeaders[] = [];
    await using it = await startAskedUpstream((request, response) => {
      seen.push(request.headers);
      response
        .setHeader('x-request-id', 'req-1')
        .setHeader('set-cookie', 'a=b')
        .setHeader('retry-after', '7');
      sendJson(response, '{"n": 0.10}', 418);
    });
    expect(await it.ask('/me')).toEqual({
      status: 418,
      contentType: 'application/json',
      bytes: Buffer.from('{"n": 0.10}'),
      requestId: 'req-1',
      headers: ['x-request-id', 'req-1', 'retry-after', '7'],
    });
    expect(it.asked).toEqual(['GET /v1/me']);
    expect(seen[0]).toMatchObject({
      authorization: `Bearer ${askedKey}`,
      accept: 'application/json',
      'accept-encoding': 'identity',
      'x-cody-hop': 'test-instance',
    });
    expect(it.clock.timerCount).toBe(0);
  });

  test('is answered without a coding, whatever the upstream sends', async () => {
    await using it = await startAskedUpstream((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"data":[]}'));
    });
    const outcome = await it.ask('/models');
    expect('bytes' in outcome && outcome.bytes.toString()).toBe('{"data":[]}');
    expect('headers' in outcome && outcome.headers.map((part) => part.toLowerCase())).not.toContain(
      'content-encoding',
    );
  });

  test.each([
    ['in a coding that nobody knows', 'rot13', 'x'],
    ['whose gzip is damaged', 'gzip', 'x'],
    ['that swells to more than 8 MiB', 'gzip', gzipSync(Buffer.alloc(9 * 1024 * 1024))],
  ])('with an answer %s has failed', async (_name, coding, body) => {
    await using it = await startAskedUpstream((_request, response) => {
      response.writeHead(200, { 'content-encoding': coding }).end(body);
    });
    expect(await it.ask('/models')).toMatchObject({ failed: { code: 'upstream_invalid_answer' } });
  });

  test('is given up when more than 8 MiB come', async () => {
    const closed = Promise.withResolvers<void>();
    await using it = await startAskedUpstream((_request, response) => {
      response.on('close', () => closed.resolve());
      response.on('drain', () => response.write(Buffer.alloc(1024 * 1024)));
      response.write(Buffer.alloc(1024 * 1024));
    });
    expect(await it.ask('/models')).toMatchObject({ failed: { code: 'upstream_invalid_answer' } });
    await closed.promise;
    expect(it.clock.timerCount).toBe(0);
  });

  test('waits 15 s for the first byte', async () => {
    const asked = Promise.withResolvers<void>();
    await using it = await startAskedUpstream(() => asked.resolve());
    const outcome = it.ask('/models');
    await asked.promise;
    it.clock.advance(15_000);
    const message = expect.stringMatching(/127\.0\.0\.1:\d+ sent no answer within 15 s/);
    expect(await outcome).toEqual({ failed: { code: 'upstream_first_byte_timeout', message } });
    expect(it.clock.timerCount).toBe(0);
  });

  test('waits 30 s for each further byte', async () => {
    const clock = new NotingClock();
    await using it = await startAskedUpstream(
      (_request, response) => void response.writeHead(200).write('{'),
    );
    const outcome = askRaw(it.upstream, '/models', { clock, instanceId: 'x' });
    await expect.poll(() => clock.refreshed(30_000)).toBe(1);
    clock.advance(29_999);
    expect(clock.timerCount).toBe(2);
    clock.advance(1);
    const message = expect.stringContaining('fell silent. Try again.');
    expect(await outcome).toEqual({ failed: { code: 'upstream_idle_timeout', message } });
    expect(clock.timerCount).toBe(0);
  });

  test('waits a minute for the whole, also where a byte comes now and then', async () => {
    const clock = new NotingClock();
    const answering = Promise.withResolvers<ServerResponse>();
    await using it = await startAskedUpstream((_request, response) => {
      response.writeHead(200).write('{');
      answering.resolve(response);
    });
    const outcome = askRaw(it.upstream, '/models', { clock, instanceId: 'x' });
    const response = await answering.promise;
    for (let bytes = 1; bytes <= 3; bytes += 1) {
      await expect.poll(() => clock.refreshed(30_000)).toBe(bytes);
      clock.advance(20_000);
      response.write(' ');
    }
    const message = expect.stringContaining('did not finish its answer within 60 s');
    expect(await outcome).toEqual({ failed: { code: 'upstream_idle_timeout', message } });
    expect(clock.timerCount).toBe(0);
  });

  test('to an upstream that nobody is at says so', async () => {
    await using it = await startAskedUpstream(() => undefined, 'http://127.0.0.1:1/v1');
    expect(await it.ask('/models')).toMatchObject({ failed: { code: 'upstream_refused' } });
    expect(it.clock.timerCount).toBe(0);
  });

  test('that breaks off in the middle has failed', async () => {
    await using it = await startAskedUpstream((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{', () => response.destroy());
    });
    expect(await it.ask('/models')).toMatchObject({ failed: { code: 'upstream_reset' } });
  });

  test('without a key, or without an upstream, is not sent', async () => {
    await using it = await startAskedUpstream(() => undefined);
    const keyless = openUpstream({
      baseUrl: `${it.upstream.origin}/v1`,
      authorization: () => null,
      demo: false,
      connectTimeoutMs: 1_000,
      environment: {},
    });
    const ports = { clock: it.clock, instanceId: 'x' };
    expect(await askRaw(keyless, '/me', ports)).toMatchObject({ failed: { code: 'cody_key_missing' } });
    const starting = { code: 'internal_error', message: 'Still starting.' } as const;
    expect(await askRaw(starting, '/me', ports)).toEqual({ failed: starting });
    expect(it.asked).toEqual([]);
  });
});
