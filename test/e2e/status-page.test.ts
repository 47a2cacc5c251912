import { rm } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestControlServer } from '../contract/support/doors.ts';
import { exchange } from '../contract/support/in-memory-services.ts';
import { chromiumFound, launchChromium } from './support/browser.ts';
import { playBusyHost, portTaken } from './support/host-states.ts';
import { copyBuiltPage, openStatusPage, type OpenStatusPage } from './support/status-page.ts';

const title = chromiumFound
  ? 'the status page in Chromium'
  : 'the status page in Chromium (skipped: install the Debian package chromium)';

describe.skipIf(!chromiumFound)(title, () => {
  let browser: Browser;
  let rendererFolder: string;
  const opened: OpenStatusPage[] = [];

  beforeAll(async () => {
    rendererFolder = await copyBuiltPage();
    browser = await launchChromium();
  });

  afterEach(async () => {
    const complaints = opened.flatMap((each) => each.complaints);
    await Promise.all(opened.splice(0).map((each) => each.close()));
    expect(complaints).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    if (rendererFolder) await rm(rendererFolder, { recursive: true });
  });

  async function open(
    ...args: Parameters<typeof openStatusPage> extends [Browser, string, ...infer Rest] ? Rest : never
  ) {
    const each = await openStatusPage(browser, rendererFolder, ...args);
    opened.push(each);
    return each;
  }

  it('switches the proxy on and off, and follows when it is switched elsewhere', async () => {
    const { page, host } = await open();
    const endpoint = page.getByRole('region', { name: 'Local endpoint' });
    const toggle = endpoint.getByRole('switch');
    await expectText(endpoint.getByRole('status').first(), 'Off');
    await toggle.click();
    await endpoint.getByText('http://127.0.0.1:2639/v1', { exact: true }).waitFor();
    expect(await toggle.getAttribute('aria-checked')).toBe('true');
    expect(host.proxyState.get().wish).toBe('on');

    host.proxyState.set({ ...host.proxyState.get(), phase: 'ending', wish: 'off' });
    await expectText(endpoint.getByRole('status').first(), 'Ending…');
    host.proxyState.set({ phase: 'off', wish: 'off', baseUrl: null, addresses: [], failure: null });
    await expectText(endpoint.getByRole('status').first(), 'Off');
    expect(await toggle.getAttribute('aria-checked')).toBe('false');
  });

  it('copies the base URL, the client key without showing it, and a command that works', async () => {
    const { page } = await open({}, (host) => host.services.proxy.setWish('on'));
    const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: 'Copy the base URL' }).click();
    await page.getByText('Copied').first().waitFor();
    expect(await clipboard()).toBe('http://127.0.0.1:2639/v1');

    await page.getByRole('button', { name: 'Copy the client key' }).click();
    await expect.poll(clipboard).toBe('cody-local-0123456789abcdef0123456789abcdef');
    expect(await page.content()).not.toContain('cody-local-0123456789abcdef');

    await page.getByRole('button', { name: 'Copy the command with the client key' }).click();
    await expect
      .poll(clipboard)
      .toBe(
        'curl http://127.0.0.1:2639/v1/models -H "Authorization: Bearer cody-local-0123456789abcdef0123456789abcdef"',
      );
  });

  it('shows the client key when asked, and hides it again', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Show the client key' }).click();
    await page.getByText('cody-local-0123456789abcdef0123456789abcdef').waitFor();
    await page.getByRole('button', { name: 'Hide the client key' }).click();
    expect(await page.content()).not.toContain('cody-local-0123456789abcdef');
  });

  it('says loudly that answers are invented until a key is saved, then says what Cody thinks of it', async () => {
    const { page, host, screenshot } = await open();
    const banner = page.getByText('These answers are invented.');
    await banner.waitFor();
    await page.getByRole('button', { name: 'Enter the key' }).click();
    await page.keyboard.type('  cody-0f1e2d3c4b5a ');
    await page.keyboard.press('Enter');
    await page.getByText('Saved. Cody accepts the key: 21 models.').waitFor();
    await banner.waitFor({ state: 'detached' });
    await page.getByText('In the keychain', { exact: true }).waitFor();
    await page.getByText('Answers come from codyapi.ru').waitFor();
    expect(host.keyStatus.get().source).toBe('keychain');
    expect(await page.content()).not.toContain('0f1e2d3c4b5a');
    await screenshot('key-saved');
  });

  it('says plainly when a key could not be checked, was refused, or looks wrong', async () => {
    const { page, host } = await open();
    const field = page.getByLabel('Cody key', { exact: true }).and(page.locator('input'));
    await field.fill('sk-something');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Not saved: this does not look like a Cody key.').waitFor();

    host.setKeyCheck({ outcome: 'refused', status: 401, message: 'codyapi.ru answered 401: unknown key.' });
    await field.fill('cody-wrong');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Not saved: Cody refuses this key.').waitFor();
    await page.getByText('See that it was copied whole').waitFor();

    host.setKeyCheck({ outcome: 'unchecked', message: 'codyapi.ru could not be reached.' });
    await field.fill('cody-unknown');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved, but could not be checked.').waitFor();
  });

  it('says plainly that a key is kept for this run only where there is no keychain', async () => {
    const { page, host, screenshot } = await open({}, (host) =>
      host.keyStatus.set({
        source: 'none',
        store: {
          name: 'Secret Service',
          state: 'locked',
          reason: 'The keyring is locked. Unlock it and restart.',
        },
      }),
    );
    await page.getByText('The keychain is locked. A key saved in it cannot be read').waitFor();
    await page.getByText('The keyring is locked. Unlock it and restart.').waitFor();
    await page.locator('input[type=password]').fill('cody-0f1e2d3c4b5a');
    await page.keyboard.press('Enter');
    await page.getByText('For this run only', { exact: true }).waitFor();
    expect(host.keyStatus.get().source).toBe('memory');
    await screenshot('key-in-memory');
  });

  it('forgets the key only after asking', async () => {
    const { page, host } = await open({}, playBusyHost);
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove', exact: true }).waitFor();
    expect(host.keyStatus.get().source).toBe('keychain');
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('button', { name: 'Forget the key' }).click();
    await page.getByText('The key is forgotten.').waitFor();
    expect(host.keyStatus.get().source).toBe('none');
  });

  it('says why the proxy did not start and mends it with one click', async () => {
    const { page, host, screenshot } = await open({}, (host) => host.setListenFailure(portTaken));
    await page.getByRole('switch').click();
    await page.getByText('Port 2639 is taken by nginx (pid 812).').waitFor();
    await page.getByText('Could not start').waitFor();
    expect(await page.getByRole('switch').getAttribute('aria-checked')).toBe('false');
    await screenshot('port-taken');
    await page.getByRole('button', { name: 'Use port 2640 instead' }).click();
    await page.getByText('http://127.0.0.1:2640/v1', { exact: true }).waitFor();
    expect(host.settings.get().proxy.port).toBe(2640);
  });

  it('does not promise real answers for a key while the demo is set to answer always', async () => {
    const { page } = await open({}, (host) =>
      host.services.settings.update({ upstream: { demo: 'always' } }),
    );
    await page.getByText('The demo is set to answer always').waitFor();
    expect(await page.getByRole('button', { name: 'Enter the key' }).count()).toBe(0);
  });

  it('says once, not twice, that there is no keychain', async () => {
    const reason = 'The keyring is locked. Unlock it and restart.';
    const { page } = await open({}, (host) => {
      host.keyStatus.set({ source: 'none', store: { name: 'Secret Service', state: 'locked', reason } });
      const notices = [{ code: 'key_store_unavailable' as const, message: reason }];
      host.appInfo.set({ ...host.appInfo.get(), notices });
    });
    await page.getByText(reason).first().waitFor();
    expect(await page.getByText(reason).count()).toBe(1);
  });

  it('shows exchanges as they begin and end, the newest first, twenty at most', async () => {
    const { page, host } = await open({}, (host) => host.services.proxy.setWish('on'));
    await page.getByText('No requests yet').waitFor();
    host.recordExchanges(exchange(1, { status: null, firstByteMs: null, durationMs: null, end: 'open' }));
    const first = page.getByRole('row').nth(1);
    await first.getByText('running').waitFor();
    host.recordExchanges(exchange(1));
    await first.getByText('done').waitFor();
    expect(await first.innerText()).toMatch(
      /POST \/v1\/chat\/completions\s+gpt-5-mini\s+200\s+340 ms\s+2\.4 s\s+done/,
    );
    host.recordExchanges(
      ...Array.from({ length: 30 }, (_, index) => exchange(index + 2, { clientName: `Tool ${index}` })),
    );
    await first.getByText('Tool 29').waitFor();
    expect(await page.getByRole('row').count()).toBe(21);
  });

  it('says quietly that the connection is lost, and heals by itself once it is let in again', async () => {
    const { page, host, server, complaints } = await open({}, playBusyHost);
    await server.close();
    await page.getByText('The connection to Cody Desktop is lost. Trying again…').waitFor();
    // What was known stays in sight.
    await page.getByText('http://127.0.0.1:2639/v1', { exact: true }).waitFor();

    // Started again on the same port, the program no longer knows this browser's session.
    const again = await startTestControlServer(host.services, { port: server.port, rendererFolder });
    await page.getByText('This page is no longer let in.').waitFor();
    const otherTab = await page.context().newPage();
    await otherTab.goto(again.oneTimeLink());
    await page.getByText('This page is no longer let in.').waitFor({ state: 'detached' });
    host.recordExchanges(exchange(99, { clientName: 'After the break' }));
    await page.getByText('After the break').waitFor();
    // The browser itself notes each try that found nobody or was not let in, and nothing else.
    expect(complaints.filter((words) => !/Failed to load resource|ERR_/.test(words))).toEqual([]);
    complaints.length = 0;
    await otherTab.close();
    await again.close();
  });

  it('does not run out of connections when many pages are open', async () => {
    const { page, host } = await open();
    const others = await Promise.all(Array.from({ length: 4 }, () => page.context().newPage()));
    for (const other of others) {
      await other.goto(page.url());
      await other.getByRole('heading', { level: 1 }).waitFor();
    }
    await page.getByRole('switch').click();
    for (const each of [page, ...others])
      await each.getByText('http://127.0.0.1:2639/v1', { exact: true }).waitFor();
    expect(host.proxyState.get().phase).toBe('on');
  });
});

async function expectText(locator: { innerText(): Promise<string> }, text: string): Promise<void> {
  await expect.poll(() => locator.innerText()).toBe(text);
}
