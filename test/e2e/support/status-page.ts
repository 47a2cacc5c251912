import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { ControlServer } from '../../../electron/headless/control/control-server.ts';
import { startTestControlServer } from '../../contract/support/doors.ts';
import { createInMemoryServices, type InMemoryServices } from '../../contract/support/in-memory-services.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const builtPage = path.join(repository, 'dist/renderer');
const screenshotFolder = path.join(repository, 'test/e2e/screenshots');

/** How the browser is set up for a test. */
export interface PageOptions {
  readonly locale?: 'en-US' | 'ru-RU';
}

/** The built page in the browser, with the host that the test plays behind it. */
export interface OpenStatusPage {
  readonly page: Page;
  readonly host: InMemoryServices;
  readonly server: ControlServer;
  /** Everything the browser's console said that is worse than a note, and every uncaught error. */
  readonly complaints: string[];
  readonly screenshot: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A copy of the built page, so that a build in the midst of the tests does not take it away. Remove it afterwards. */
export async function copyBuiltPage(): Promise<string> {
  if (!existsSync(path.join(builtPage, 'index.html'))) {
    throw new Error('The page has not been built. Run "npm run build" first.');
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'cody-page-'));
  await cp(builtPage, folder, { recursive: true });
  return folder;
}

/** Opens the page with a one-time link, as a user does. `prepare` plays the host's state before the page is seen. */
export async function openStatusPage(
  browser: Browser,
  rendererFolder: string,
  options: PageOptions = {},
  prepare: (host: InMemoryServices) => unknown = () => undefined,
): Promise<OpenStatusPage> {
  const host = createInMemoryServices();
  await prepare(host);
  const server = await startTestControlServer(host.services, { rendererFolder });
  const context = await browser.newContext({
    locale: options.locale ?? 'en-US',
    viewport: { width: 1280, height: 800 },
    timezoneId: 'UTC',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(server.oneTimeLink());
  await page.getByRole('heading', { level: 1 }).waitFor();
  return {
    page,
    host,
    server,
    complaints,
    async screenshot(name) {
      await mkdir(screenshotFolder, { recursive: true });
      await page.screenshot({ path: path.join(screenshotFolder, `${name}.png`), animations: 'disabled' });
    },
    async close() {
      await context.close();
      await server.close();
    },
  };
}
