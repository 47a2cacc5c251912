import { once } from 'node:events';
import { createServer } from 'node:net';
import OpenAI from 'openai';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHeadless, type HeadlessHost } from '../support/headless-host.ts';
import { opensslFound } from '../support/self-signed-certificate.ts';
import { chromiumFound, launchChromium } from './support/browser.ts';
import { openBrowserPage, type BrowserPage } from './support/browser-page.ts';
import { goodCodyKey, startCodyStandIn } from './support/cody-stand-in.ts';

const title = chromiumFound
  ? 'how the page of the real host looks'
  : 'how the page of the real host looks (skipped: install the Debian package chromium)';

describe.skipIf(!chromiumFound || !opensslFound)(title, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(async () => await browser?.close());

  it('is whole at a first start, with a key, without the upstream and without its port', async () => {
    await using cody = await startCodyStandIn();
    await using host = await startHeadless({ env: cody.environment });
    const english = await openBrowserPage(browser, host.ui ?? '');
    const russian = await openBrowserPage(browser, new URL('/', host.ui ?? '').href, {
      locale: 'ru-RU',
      storageState: await english.page.context().storageState(),
    });
    const { page } = english;
    const look = async (name: string): Promise<void> => {
      await lookAt(english, `real-${name}-en`);
      await lookAt(russian, `real-${name}-ru`);
    };
    await page.getByText('No requests yet').waitFor();
    await look('first-start');

    await chat(host, 'gpt-5.2', 'Default');
    await chat(host, 'claude-opus-4.5', 'nobody');
    await page.getByText('invalid_client_key').waitFor();
    await look('demo');

    await page.locator('input[type=password]').fill(goodCodyKey);
    await page.keyboard.press('Enter');
    await page.getByText('Saved. Cody accepts the key').waitFor();
    await chat(host, 'gpt-5-mini', 'Default');
    await page.getByText('gpt-5-mini').waitFor();
    await look('key');

    await page.getByRole('switch').click();
    await page.getByText('Switched off').waitFor();
    const other = createServer().listen(Number(new URL(host.proxy).port), '127.0.0.1');
    await once(other, 'listening');
    await page.getByRole('switch').click();
    await page.getByText('Could not start').waitFor();
    await look('failure');
    other.close();

    const complaints = [...english.complaints, ...russian.complaints];
    await english.close();
    await russian.close();
    expect(complaints).toEqual([]);
  });
});

async function chat(host: HeadlessHost, model: string, who: string): Promise<void> {
  const apiKey = who === 'nobody' ? 'cody-local-of-nobody' : host.clientKey;
  const client = new OpenAI({ baseURL: host.proxy, apiKey, maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'Hello tokens=5' }];
  await client.chat.completions.create({ model, messages }).catch(() => undefined);
}

/** Both themes and window sizes; nothing may stick out at the side. */
async function lookAt({ page, screenshot }: BrowserPage, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 900, height: 600 },
    ]) {
      await page.setViewportSize(viewport);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      await screenshot(`${name}-${colorScheme}-${viewport.width}`);
    }
  }
}
