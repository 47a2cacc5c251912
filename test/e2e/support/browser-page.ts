import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';

const screenshotFolder = path.resolve(import.meta.dirname, '../screenshots');

/** How the browser is set up for a test. */
export interface PageOptions {
  readonly locale?: 'en-US' | 'ru-RU';
  /** What another context knows, its session cookie above all. */
  readonly storageState?: Awaited<ReturnType<BrowserContext['storageState']>>;
}

/** The status page in a browser context of its own. */
export interface BrowserPage extends AsyncDisposable {
  readonly page: Page;
  /** Everything the browser's console said that is worse than a note, and every uncaught error. */
  readonly complaints: string[];
  readonly clipboard: () => Promise<string>;
  readonly screenshot: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a link, as a user does, and waits until the status page is there. */
export async function openBrowserPage(
  browser: Browser,
  link: string,
  { locale = 'en-US', storageState }: PageOptions = {},
): Promise<BrowserPage> {
  const context = await browser.newContext({
    locale,
    viewport: { width: 1280, height: 800 },
    timezoneId: 'UTC',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...(storageState && { storageState }),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(link);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return {
    page,
    complaints,
    clipboard: () => page.evaluate(() => navigator.clipboard.readText()),
    async screenshot(name) {
      await mkdir(screenshotFolder, { recursive: true });
      await page.screenshot({ path: path.join(screenshotFolder, `${name}.png`), animations: 'disabled' });
    },
    close: () => context.close(),
    [Symbol.asyncDispose]: () => context.close(),
  };
}
