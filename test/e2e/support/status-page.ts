import { existsSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import type { ControlServer } from '../../../electron/headless/control/control-server.ts';
import { startTestControlServer } from '../../contract/support/doors.ts';
import { createInMemoryServices, type InMemoryServices } from '../../contract/support/in-memory-services.ts';
import { openBrowserPage, type BrowserPage, type PageOptions } from './browser-page.ts';

const builtPage = path.resolve(import.meta.dirname, '../../../dist/renderer');

/** The built page in the browser, with the host that the test plays behind it. */
export interface OpenStatusPage extends BrowserPage {
  readonly host: InMemoryServices;
  readonly server: ControlServer;
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
  const opened = await openBrowserPage(browser, server.oneTimeLink(), options);
  const close = async (): Promise<void> => {
    await opened.close();
    await server.close();
  };
  return { ...opened, host, server, close, [Symbol.asyncDispose]: close };
}
