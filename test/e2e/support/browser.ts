import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Debian's Chromium, the one browser these tests run in. */
const chromiumPath = '/usr/bin/chromium';

/** Whether the browser is there. Where it is not, say so in the title of what is skipped. */
export const chromiumFound = existsSync(chromiumPath);

/** Starts the browser without a window and without talking to anyone but the page. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
