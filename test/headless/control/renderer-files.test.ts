import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ControlServer } from '../../../electron/headless/control/control-server.ts';
import { enter, startTestControlServer } from '../../contract/support/doors.ts';
import { createInMemoryServices } from '../../contract/support/in-memory-services.ts';
import { rawRequest } from './support/raw-request.ts';

describe('the files of the page', () => {
  let folder: string;
  let server: ControlServer;
  let cookie: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'cody-renderer-'));
    const built = path.join(folder, 'renderer');
    await mkdir(path.join(built, 'assets'), { recursive: true });
    await writeFile(path.join(folder, 'secret.txt'), 'secret');
    await writeFile(path.join(built, 'index.html'), '<!doctype html><title>page</title>');
    await writeFile(path.join(built, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    await writeFile(path.join(built, 'assets', 'index-a1b2c3d4.js'), 'export {};');
    await writeFile(path.join(built, 'assets', 'index-a1b2c3d4.css'), 'body{}');
    await writeFile(path.join(built, 'assets', 'index-a1b2c3d4.js.map'), '{}');
    await symlink(path.join(folder, 'secret.txt'), path.join(built, 'link.txt'));
    server = await startTestControlServer(createInMemoryServices().services, { rendererFolder: built });
    cookie = await enter(server);
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const get = (target: string, headers: Record<string, string> = { cookie }) =>
    rawRequest(server, { target, headers });

  it('come with the right type, and are kept only where their name says what is in them', async () => {
    const expected = [
      ['/', 'text/html; charset=utf-8', 'no-store'],
      ['/index.html', 'text/html; charset=utf-8', 'no-store'],
      ['/favicon.svg', 'image/svg+xml', 'no-cache'],
      ['/assets/index-a1b2c3d4.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['/assets/index-a1b2c3d4.css?x=1', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
    ] as const;
    for (const [target, contentType, cacheControl] of expected) {
      const answer = await get(target);
      expect(answer.status, target).toBe(200);
      expect(answer.headers, target).toMatchObject({
        'content-type': contentType,
        'cache-control': cacheControl,
      });
      expect(answer.headers['content-security-policy']).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; ` +
          `connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      );
    }
    expect((await get('/')).body).toContain('<title>page</title>');
  });

  it('are shown only to a browser that was let in', async () => {
    for (const target of ['/', '/assets/index-a1b2c3d4.js']) {
      const answer = await get(target, {});
      expect(answer.status).toBe(401);
      expect(answer.body).toContain('Open this page with its link');
    }
  });

  it('are all that can be had: no path leads out of the folder, no link, no source map', async () => {
    const targets = [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/..\\secret.txt',
      `/${path.join(folder, 'secret.txt')}`,
      '//etc/hostname',
      '/link.txt',
      '/assets',
      '/assets/',
      '/assets/index-a1b2c3d4.js.map',
      '/assets/index-a1b2c3d4.js%00',
      '/nothing.js',
    ];
    for (const target of targets) {
      const answer = await get(target);
      expect(answer.status, target).toBe(404);
      expect(answer.body).not.toContain('secret');
    }
  });

  it('are found after a new build without a restart', async () => {
    expect((await get('/assets/index-ffff0000.js')).status).toBe(404);
    await writeFile(path.join(folder, 'renderer', 'assets', 'index-ffff0000.js'), 'export {};');
    expect((await get('/assets/index-ffff0000.js')).status).toBe(200);
  });

  it('may be missing: the page then says what to run', async () => {
    await rm(path.join(folder, 'renderer'), { recursive: true });
    const answer = await get('/');
    expect(answer.status).toBe(503);
    expect(answer.body).toContain('npm run build');
  });
});
