import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startHeadless, type HeadlessHost } from '../support/headless-host.ts';
import { secretServiceAvailable, startSecretService } from '../support/secret-service.ts';
import { opensslFound } from '../support/self-signed-certificate.ts';
import { chromiumFound, launchChromium } from './support/browser.ts';
import { openBrowserPage, type BrowserPage } from './support/browser-page.ts';
import { goodCodyKey, startCodyStandIn } from './support/cody-stand-in.ts';
import { askWord, exchangeRow, inventedWords, saveKey } from './support/page-acts.ts';

const title = chromiumFound
  ? 'the Cody key on the page of the real host in Chromium'
  : 'the Cody key on the page of the real host in Chromium (skipped: install the Debian package chromium)';

describe.skipIf(!chromiumFound || !opensslFound)(title, () => {
  let browser: Browser;
  const pages: BrowserPage[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterEach(() => {
    expect(pages.splice(0).flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  afterAll(async () => await browser?.close());

  /** To be disposed of before the host is: a page that loses its host complains. */
  async function open(host: HeadlessHost): Promise<BrowserPage> {
    const opened = await openBrowserPage(browser, host.ui ?? '');
    pages.push(opened);
    return opened;
  }

  it('takes a key that Cody accepts, and answers are real from then on', async () => {
    await using cody = await startCodyStandIn();
    await using host = await startHeadless({ env: cody.environment });
    await using opened = await open(host);
    const { page } = opened;
    await page.getByText(inventedWords).waitFor();
    expect((await askWord(host)).headers.get('x-cody-demo')).toBe('true');

    await saveKey(page, goodCodyKey);
    await page.getByText('Saved. Cody accepts the key: 2 models.').waitFor();
    await page.getByText(inventedWords).waitFor({ state: 'detached' });
    await page.getByText('Answers come from codyapi.ru').waitFor();
    const real = await askWord(host);
    expect([real.status, real.headers.get('x-cody-demo'), real.headers.get('x-request-id')]).toEqual([
      200,
      null,
      'req-stand-in',
    ]);
    expect(await page.content()).not.toContain(goodCodyKey);
  });

  it('does not keep a key that Cody refuses, and goes on with the one it had', async () => {
    await using cody = await startCodyStandIn();
    await using host = await startHeadless({ args: ['--upstream', cody.baseUrl] });
    await using opened = await open(host);
    const { page } = opened;
    await saveKey(page, 'cody-not-a-key-of-anybody');
    await page.getByText('Not saved: Cody refuses this key.').waitFor();
    await page.getByText('No key yet', { exact: true }).waitFor();
    expect(await (await askWord(host)).json()).toMatchObject({ error: { code: 'cody_key_missing' } });

    await saveKey(page, goodCodyKey);
    await page.getByText('Saved. Cody accepts the key: 2 models.').waitFor();
    await page.getByRole('button', { name: 'Replace' }).click();
    await saveKey(page, 'cody-not-a-key-of-anybody');
    await page.getByText('Not saved: Cody refuses this key.').waitFor();
    expect((await askWord(host)).status).toBe(200);
  });

  it('keeps a key that cannot be checked while the upstream is down, and says so', async () => {
    const cody = await startCodyStandIn();
    await cody[Symbol.asyncDispose]();
    await using host = await startHeadless({ args: ['--upstream', cody.baseUrl] });
    await using opened = await open(host);
    const { page } = opened;
    await saveKey(page, goodCodyKey);
    await page.getByText('Saved, but could not be checked.').waitFor();
    await page.getByText(/^The upstream 127\.0\.0\.1:\d+ refused the connection\./).waitFor();
    expect((await askWord(host)).status).toBe(502);
    await exchangeRow(page, 'upstream_refused').getByText('failed').waitFor();
  });

  it('lets the demo answer always, never or until there is a key, at once', async () => {
    await using cody = await startCodyStandIn();
    await using host = await startHeadless({ env: cody.environment });
    await using opened = await open(host);
    const { page } = opened;
    const isDemo = async (): Promise<boolean> => (await askWord(host)).headers.has('x-cody-demo');
    expect(await isDemo()).toBe(true);

    await page.getByText('Never', { exact: true }).click();
    await page.getByText(inventedWords).waitFor({ state: 'detached' });
    expect(await (await askWord(host)).json()).toMatchObject({ error: { code: 'cody_key_missing' } });

    await page.getByText('Until there is a key', { exact: true }).click();
    await page.getByText(inventedWords).waitFor();
    expect(await isDemo()).toBe(true);

    await saveKey(page, goodCodyKey);
    await page.getByText(inventedWords).waitFor({ state: 'detached' });
    expect(await isDemo()).toBe(false);

    await page.getByText('Always', { exact: true }).click();
    await page.getByText('The demo is set to answer always').waitFor();
    expect(await isDemo()).toBe(true);
  });

  it.skipIf(!secretServiceAvailable())(
    'keeps the key in the keychain, where the next run finds it, once it is unlocked',
    async () => {
      const secrets = await startSecretService();
      const dataFolder = await mkdtemp(path.join(tmpdir(), 'cody-desktop-test-'));
      try {
        await using cody = await startCodyStandIn();
        const bus = { DBUS_SESSION_BUS_ADDRESS: secrets.environment['DBUS_SESSION_BUS_ADDRESS'] ?? '' };
        const start = () => startHeadless({ env: { ...cody.environment, ...bus }, dataFolder });
        {
          await using host = await start();
          await using opened = await open(host);
          await saveKey(opened.page, goodCodyKey);
          await opened.page.getByText('In the keychain', { exact: true }).waitFor();
          await opened.page.getByText('Kept in Secret Service. Tools never see it.').waitFor();
        }
        await secrets.lock();
        await using host = await start();
        await using opened = await open(host);
        const { page } = opened;
        await page.getByText('The keychain is locked. A key saved in it cannot be read').waitFor();
        await secrets.unlock();
        // A store that was just found locked is not asked again for two seconds.
        const lookAgain = async (): Promise<boolean> => {
          await page.getByRole('button', { name: 'Look again' }).click();
          const found = page.getByText(/^(No key could be read|Cody accepts the key: 2 models)\.$/);
          return (await found.innerText()).startsWith('Cody accepts');
        };
        await expect.poll(lookAgain, { interval: 300, timeout: 10_000 }).toBe(true);
        await page.getByText('In the keychain', { exact: true }).waitFor();
        expect((await askWord(host)).headers.get('x-request-id')).toBe('req-stand-in');
      } finally {
        await secrets.stop();
        await rm(dataFolder, { recursive: true, force: true });
      }
    },
  );
});
