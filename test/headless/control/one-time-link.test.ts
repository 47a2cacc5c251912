import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ControlServer } from '../../../electron/headless/control/control-server.ts';
import { startTestControlServer } from '../../contract/support/doors.ts';
import { createInMemoryServices } from '../../contract/support/in-memory-services.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { rawRequest, type RawAnswer } from './support/raw-request.ts';

const minuteMs = 60_000;

describe('the one-time link', () => {
  let clock: HandClock;
  let server: ControlServer;

  beforeEach(async () => {
    clock = new HandClock();
    server = await startTestControlServer(createInMemoryServices().services, { clock });
  });

  afterEach(() => server.close());

  const open = (link: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawAnswer> =>
    rawRequest(server, { method, target: link.slice(server.url.length - 1), headers });

  it('lets a browser in and gives it a session cookie that scripts and other sites cannot use', async () => {
    const answer = await open(server.oneTimeLink());
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    const [pair = '', ...attributes] = cookie.split('; ');
    expect(pair).toMatch(new RegExp(`^cody_session_${server.port}=[\\w-]{43}$`));
    expect(attributes.toSorted()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict']);
    // The page is not built here, but it was asked for: the session is good.
    expect((await open(server.url, { cookie: pair })).status).toBe(503);
  });

  it('holds at least 128 random bits and is another one at each call', () => {
    const tokens = Array.from(
      { length: 5 },
      () => new URL(server.oneTimeLink()).searchParams.get('token') ?? '',
    );
    expect(new Set(tokens).size).toBe(5);
    for (const token of tokens) expect(Buffer.from(token, 'base64url').byteLength).toBeGreaterThanOrEqual(16);
  });

  it('works once; then a page says how to get a new one', async () => {
    const link = server.oneTimeLink();
    expect((await open(link)).status).toBe(303);
    const again = await open(link);
    expect(again.status).toBe(410);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(again.body).toContain(
      'Look at the terminal where Cody Desktop runs: press Enter there for a new link',
    );
  });

  it('works until ten minutes have gone by, and not after', async () => {
    const [early, late] = [server.oneTimeLink(), server.oneTimeLink()];
    clock.advance(10 * minuteMs - 1);
    expect((await open(early)).status).toBe(303);
    clock.advance(1);
    expect((await open(late)).status).toBe(410);
  });

  it('leaves the session alone: it outlives its link by days', async () => {
    const answer = await open(server.oneTimeLink());
    const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    clock.advance(3 * 24 * 60 * minuteMs);
    expect((await open(server.url, { cookie })).status).toBe(503);
  });

  it('takes a browser that is already let in to the page, though the link is spent', async () => {
    const link = server.oneTimeLink();
    const cookie = (await open(link)).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const again = await open(link, { cookie });
    expect(again.status).toBe(303);
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  it('is not spent by a browser that only prefetches it or asks for its head', async () => {
    const link = server.oneTimeLink();
    expect((await open(link, { 'sec-purpose': 'prefetch;prerender' })).status).toBe(503);
    expect((await open(link, {}, 'HEAD')).status).toBe(503);
    expect((await open(link)).status).toBe(303);
  });

  it('cannot be guessed: wrong, empty and missing tokens get the page', async () => {
    server.oneTimeLink();
    for (const target of ['/enter', '/enter?token=', '/enter?token=AAAA', `/enter?token=${'A'.repeat(32)}`]) {
      expect((await rawRequest(server, { target })).status).toBe(410);
    }
  });

  it('explains itself in Russian where the browser prefers it', async () => {
    const answer = await open(server.url, { 'accept-language': 'ru-RU,ru;q=0.9,en;q=0.8' });
    expect(answer.status).toBe(401);
    expect(answer.body).toContain('нажмите там Enter, чтобы получить новую ссылку');
    expect(answer.body).toContain('<html lang="ru">');
  });
});
