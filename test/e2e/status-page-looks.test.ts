import { rm } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumFound, launchChromium } from './support/browser.ts';
import { playBusyHost, playFailingHost } from './support/host-states.ts';
import { copyBuiltPage, openStatusPage } from './support/status-page.ts';

const title = chromiumFound
  ? 'how the status page looks in Chromium'
  : 'how the status page looks in Chromium (skipped: install the Debian package chromium)';

describe.skipIf(!chromiumFound)(title, () => {
  let browser: Browser;
  let rendererFolder: string;

  beforeAll(async () => {
    rendererFolder = await copyBuiltPage();
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    if (rendererFolder) await rm(rendererFolder, { recursive: true });
  });

  const shown: readonly {
    name: string;
    prepare: Parameters<typeof openStatusPage>[3];
    says: Record<string, string>;
  }[] = [
    {
      name: 'full',
      prepare: playBusyHost,
      says: { 'en-US': 'Last exchanges', 'ru-RU': 'Последние запросы' },
    },
    {
      name: 'failed',
      prepare: playFailingHost,
      says: { 'en-US': 'Use port 2640 instead', 'ru-RU': 'Взять порт 2640' },
    },
  ];
  const looks = shown.flatMap((state) =>
    (['en-US', 'ru-RU'] as const).map((locale) => ({ ...state, locale })),
  );

  it.each(looks)('is whole when $name, in $locale, both themes and window sizes', async (look) => {
    const opened = await openStatusPage(browser, rendererFolder, { locale: look.locale }, look.prepare);
    const { page, screenshot, complaints } = opened;
    await page
      .getByText(look.says[look.locale] ?? '')
      .first()
      .waitFor();
    const language = look.locale.slice(0, 2);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const lightness = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(lightness).toBe(colorScheme === 'light' ? 'rgb(246, 247, 249)' : 'rgb(17, 18, 21)');
      for (const viewport of [
        { width: 1280, height: 800 },
        { width: 900, height: 600 },
      ]) {
        await page.setViewportSize(viewport);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        await screenshot(`${look.name}-${language}-${colorScheme}-${viewport.width}`);
      }
    }
    await opened.close();
    expect(complaints).toEqual([]);
  });
});
