import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createHttpDoor } from '../../renderer/door/http-door.ts';
import { readBody, startHttpUpstream } from '../support/http-upstream.ts';
import { enterPage } from '../support/enter-page.ts';
import { startHeadless, type HeadlessHost } from '../support/headless-host.ts';

const codyKey = 'cody-secret-5f2b9c81d7e3';
const chatBody = JSON.stringify({
  model: 'gpt-5.2',
  messages: [{ role: 'user', content: 'zebra-crossing-words' }],
});

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'cody-desktop-test-'));
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }) };
}

async function chat(host: HeadlessHost): Promise<Response> {
  return await fetch(`${host.proxy}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${host.clientKey}`, 'content-type': 'application/json' },
    body: chatBody,
  });
}

/** Runs the built program to its end and gives what it said. */
async function runToEnd(
  args: readonly string[],
): Promise<{ code: number | null; output: string; errors: string }> {
  const main = fileURLToPath(new URL('../../dist/headless/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, 'exit');
  return { code: child.exitCode, output, errors };
}

/** Everything that is in the files below a folder, and their names. */
async function readAll(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (
    await Promise.all(files.map(async (file) => `${file}\n${(await readFile(file)).toString('latin1')}`))
  ).join('\n');
}

describe('the headless host', () => {
  test('prints one line of JSON and nothing else on standard output', async () => {
    await using host = await startHeadless({ args: ['--demo'] });
    expect(host.proxy).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect(host.ui).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
    expect(host.clientKey).toMatch(/^cody-local-[\da-f]{32}$/);
    expect(host.pid).toBe(host.process.pid);
    expect((await chat(host)).status).toBe(200);
    expect((await host.stop()).lines).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ends cleanly by %s, with code 0 and a stream open',
    async (signal) => {
      await using host = await startHeadless({ args: ['--demo', '--no-ui'] });
      const response = await fetch(`${host.proxy}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${host.clientKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'gpt-5.2',
          stream: true,
          messages: [{ role: 'user', content: 'tokens=100000' }],
        }),
      });
      const reader = response.body?.getReader();
      await reader?.read();
      const stopped = host.stop(signal);
      let received = '';
      for (
        let part = await reader?.read().catch(() => undefined);
        part && !part.done;
        part = await reader?.read().catch(() => undefined)
      ) {
        received += Buffer.from(part.value).toString();
      }
      expect((await stopped).code).toBe(0);
      expect(received).toContain('proxy_switched_off');
    },
  );

  test('ends cleanly though a signal comes twice, as to a group of processes', async () => {
    await using host = await startHeadless({ args: ['--demo', '--no-ui'] });
    host.process.kill('SIGTERM');
    expect((await host.stop('SIGTERM')).code).toBe(0);
    expect(await readdir(host.dataFolder)).not.toContain('lock.pid');
  });

  test('without a key answers from the demo and says so loudly', async () => {
    await using host = await startHeadless();
    const response = await chat(host);
    expect(response.headers.get('x-cody-demo')).toBe('true');
    expect(await response.text()).toMatch(/demo/i);
    await using folder = await temporaryFolder();
    const child = spawn(
      process.execPath,
      [
        fileURLToPath(new URL('../../dist/headless/main.js', import.meta.url)),
        '--port',
        '0',
        '--ui-port',
        '0',
        '--data-dir',
        folder.path,
      ],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    const output = text(child.stdout);
    child.stdout.once('data', () => setImmediate(() => child.kill('SIGTERM')));
    const lines = await output;
    expect(lines.split('\n')[0]).toContain('INVENTED');
    const curl = /^ {2}(curl .*)$/m.exec(lines)?.[1];
    expect(curl).toContain('/v1/chat/completions');
  });

  test('the curl line that it prints can be pasted', async ({ skip }) => {
    if (spawnSync('curl', ['--version']).error) skip('curl is not installed');
    await using folder = await temporaryFolder();
    const child = spawn(
      process.execPath,
      [
        fileURLToPath(new URL('../../dist/headless/main.js', import.meta.url)),
        '--demo',
        '--port',
        '0',
        '--no-ui',
        '--data-dir',
        folder.path,
      ],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    const lines: string = await new Promise((resolve) => {
      let all = '';
      child.stdout.on('data', (chunk: Buffer) => {
        all += chunk.toString();
        if (all.includes('Ctrl+C')) resolve(all);
      });
    });
    const curl = /^ {2}(curl .*)$/m.exec(lines)?.[1] ?? '';
    const answer = execFileSync('sh', ['-c', `${curl} -sS`], { encoding: 'utf8' });
    expect(JSON.parse(answer)).toMatchObject({ object: 'chat.completion' });
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  test('saving a key on the page switches to the real upstream at once', async () => {
    const seen: (string | undefined)[] = [];
    await using upstream = await startHttpUpstream(async (request, response) => {
      seen.push(request.headers.authorization);
      await readBody(request);
      response.setHeader('content-type', 'application/json');
      response.end('{"data":[{"id":"m"}]}');
    });
    await using host = await startHeadless({
      args: ['--set', `upstream.demo=without-key`, '--upstream', upstream.baseUrl],
    });
    expect(await (await chat(host)).json()).toMatchObject({ error: { code: 'cody_key_missing' } });
    const { url, headers } = await enterPage(host.ui ?? '');
    const door = createHttpDoor({ url, headers });
    const saved = await door.codyKey.save({ key: codyKey });
    expect(saved).toMatchObject({ saved: true, check: { outcome: 'accepted', modelCount: 1 } });
    expect((await chat(host)).status).toBe(200);
    expect(seen.at(-1)).toBe(`Bearer ${codyKey}`);
  });

  test('saving a key ends the demo at once', async () => {
    // The way to the real upstream is barred by an outgoing proxy that is not there, so nothing leaves this computer.
    await using host = await startHeadless({ env: { HTTPS_PROXY: 'http://127.0.0.1:1' } });
    expect((await chat(host)).headers.get('x-cody-demo')).toBe('true');
    const door = createHttpDoor(await enterPage(host.ui ?? ''));
    expect(await door.codyKey.save({ key: codyKey })).toMatchObject({
      saved: true,
      check: { outcome: 'unchecked' },
    });
    const answer = await chat(host);
    expect(answer.headers.get('x-cody-demo')).toBeNull();
    expect(await answer.json()).toMatchObject({ error: { code: 'outgoing_proxy_failed' } });
  });

  test('a proxy variable that nobody understands is told to clients, not a reason to fail', async () => {
    await using host = await startHeadless({
      args: ['--no-ui', '--upstream', 'https://cody.test/v1'],
      env: { ALL_PROXY: 'carrier-pigeon://x', CODY_API_KEY: codyKey },
    });
    expect(await (await chat(host)).json()).toMatchObject({
      error: { code: 'outgoing_proxy_failed', message: expect.stringContaining('ALL_PROXY') },
    });
  });

  test('a proxy that was switched off stays off after a restart, until it is switched on', async () => {
    await using folder = await temporaryFolder();
    {
      await using host = await startHeadless({ args: ['--demo'], dataFolder: folder.path });
      const page = await enterPage(host.ui ?? '');
      expect(await createHttpDoor(page).proxy.setWish({ wish: 'off' })).toMatchObject({ phase: 'off' });
      await expect(fetch(`${host.proxy}/models`)).rejects.toThrow();
      await host.stop();
    }
    await using host = await startHeadless({ args: ['--demo'], dataFolder: folder.path });
    expect(host.proxy).toBeNull();
    const page = await enterPage(host.ui ?? '');
    const state = await createHttpDoor(page).proxy.setWish({ wish: 'on' });
    expect(
      (
        await fetch(`${state.baseUrl ?? ''}/models`, {
          headers: { authorization: `Bearer ${host.clientKey}` },
        })
      ).status,
    ).toBe(200);
  });

  test('the minute is not forgotten on a restart', async () => {
    await using folder = await temporaryFolder();
    const args = ['--demo', '--no-ui', '--set', 'limits.perMinute=2', '--set', 'queue.limit=0'];
    {
      await using host = await startHeadless({ args, dataFolder: folder.path });
      expect([(await chat(host)).status, (await chat(host)).status]).toEqual([200, 200]);
      await host.stop();
    }
    await using host = await startHeadless({ args, dataFolder: folder.path });
    const answer = await chat(host);
    expect([answer.status, answer.headers.get('x-cody-error')]).toEqual([429, 'queue_full']);
    expect(await readFile(join(folder.path, 'starts.json'), 'utf8')).toMatch(/^\[\d{13},\d{13}\]$/);
  });

  test('a second one on the same data folder says so and stops', async () => {
    await using host = await startHeadless({ args: ['--demo'] });
    const second = await runToEnd(['--json', '--port', '0', '--ui-port', '0', '--data-dir', host.dataFolder]);
    expect(second).toMatchObject({ code: 1, output: '' });
    expect(second.errors).toContain(`in use by another running Cody Desktop (process ${host.pid})`);
  });

  test('a port that is taken ends it with who has it and what to do', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await using folder = await temporaryFolder();
    const { code, errors } = await runToEnd([
      '--demo',
      '--port',
      String(port),
      '--ui-port',
      '0',
      '--data-dir',
      folder.path,
    ]);
    taken.close();
    expect(code).toBe(1);
    expect(errors).toMatch(new RegExp(`Port ${port} is in use by .*--port \\d+`));
  });

  test.each([
    [['--nonsense'], 'nonsense'],
    [['--port', '99999'], '--port takes a number'],
    [['--set', 'limits.perMinut=1'], 'limits.perMinute'],
    [['--set', 'limits.perMinute=many'], 'limits.perMinute'],
    [['--upstream', 'ftp://x'], 'upstream'],
  ])('%j is refused in words', async (args, words) => {
    await using folder = await temporaryFolder();
    const { code, errors, output } = await runToEnd([...args, '--data-dir', folder.path]);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toContain(words);
  });

  test('the upstream set to the proxy itself goes round in no circle', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    await once(free, 'close');
    await using host = await startHeadless({
      args: ['--no-ui', '--port', String(port), '--upstream', `http://localhost:${port}/v1`],
      env: { CODY_API_KEY: codyKey },
    });
    const response = await chat(host);
    expect([response.status, await response.json()]).toEqual([
      508,
      { error: expect.objectContaining({ code: 'loop_detected' }) },
    ]);
  });
});

describe('no trace', () => {
  test('neither the key nor a word of a body is in any file, log or answer', async () => {
    await using upstream = await startHttpUpstream(async (request, response) => {
      await readBody(request);
      if (request.url?.includes('cut')) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: zebra-answer\n\n', () => response.destroy());
        return;
      }
      response.setHeader('content-type', 'application/json');
      response.end(request.method === 'GET' ? '{"plan":"free"}' : '{"answer":"zebra-answer"}');
    });
    await using host = await startHeadless({
      args: ['--upstream', upstream.baseUrl],
      env: { CODY_API_KEY: codyKey },
    });
    const answers: string[] = [];
    const page = await enterPage(host.ui ?? '');
    const door = createHttpDoor(page);
    const remember = async (response: Response): Promise<void> => {
      answers.push(JSON.stringify([...response.headers]), await response.text().catch(() => ''));
    };
    await remember(await chat(host));
    await remember(
      await fetch(`${host.proxy}/cut`, { headers: { authorization: `Bearer ${host.clientKey}` } }),
    );
    await remember(
      await fetch(`${host.proxy}/x`, {
        method: 'POST',
        headers: { authorization: `Bearer ${host.clientKey}`, 'content-type': 'application/json' },
        body: '{zebra-crossing-words',
      }),
    );
    await remember(await fetch(host.proxy.replace('/v1', '/health')));
    answers.push(
      JSON.stringify([
        await door.codyKey.getStatus(),
        await door.codyKey.check(),
        await door.settings.get(),
        await door.app.getInfo(),
        await door.activity.list({ limit: 100 }),
      ]),
    );
    const { output } = await host.stop();
    const files = await readAll(host.dataFolder);
    expect(files).toContain('clients.json');
    expect(files + output + answers.join('\n')).not.toContain(codyKey);
    expect(files + output).not.toContain('zebra');
    expect(files + output).not.toContain(host.clientKey);
    expect(answers.at(-1)).not.toContain('zebra');
  });
});

test('a 200-MiB upload does not add 50 MiB to the process', async ({ skip }) => {
  if (process.platform !== 'linux') skip("the process's memory is read from /proc");
  await using host = await startHeadless({ args: ['--demo', '--no-ui'] });
  const mostKiB = async (): Promise<number> =>
    Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${host.pid}/status`, 'utf8'))?.[1]);
  const upload = async (mebibytes: number): Promise<{ bytes: number }> => {
    const piece = Buffer.alloc(1024 * 1024, 7);
    const body = new ReadableStream({
      type: 'bytes',
      pull(controller) {
        if (mebibytes-- > 0) controller.enqueue(new Uint8Array(piece));
        else controller.close();
      },
    });
    const response = await fetch(`${host.proxy}/demo/echo`, {
      method: 'POST',
      headers: { authorization: `Bearer ${host.clientKey}`, 'content-type': 'application/octet-stream' },
      body,
      duplex: 'half',
    } as RequestInit);
    return (await response.json()) as { bytes: number };
  };
  await upload(20);
  const before = await mostKiB();
  expect((await upload(200)).bytes).toBe(200 * 1024 * 1024);
  expect((await mostKiB()) - before).toBeLessThan(50 * 1024);
}, 60_000);
