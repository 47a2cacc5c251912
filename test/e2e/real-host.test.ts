import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import OpenAI from 'openai';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startHeadless, type HeadlessHost } from '../support/headless-host.ts';
import { opensslFound } from '../support/self-signed-certificate.ts';
import { chromiumFound, launchChromium } from './support/browser.ts';
import { openBrowserPage, type BrowserPage } from './support/browser-page.ts';
import { goodCodyKey, startCodyStandIn } from './support/cody-stand-in.ts';
import { askWord, endpointPhase, exchangeRow, inventedWords, tabTo } from './support/page-acts.ts';

const title = chromiumFound
  ? 'the status page of the real host in Chromium'
  : 'the status page of the real host in Chromium (skipped: install the Debian package chromium)';

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

  it('says loudly at a first start that answers are invented, and gives a command that works', async () => {
    await using host = await startHeadless();
    await using opened = await open(host);
    const { page, clipboard } = opened;
    await page.getByText(inventedWords).waitFor();
    await page.getByText(host.proxy, { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Copy the command with the client key' }).click();
    await page.getByText('Copied').waitFor();
    const command = await clipboard();
    expect(command).toContain(host.clientKey);
    expect(await page.content()).not.toContain(host.clientKey);
    const output = execFileSync('sh', ['-c', `${command} -sSi`], { encoding: 'utf8' });
    expect(output).toMatch(/^x-cody-demo: true\r$/m);
    expect(output).toContain('"object":"list"');
    await exchangeRow(page, '/v1/models').getByText('done').waitFor();
  });

  it('shows a chat of the official SDK while it runs, and what became of it', async () => {
    await using host = await startHeadless({ args: ['--demo'] });
    await using opened = await open(host);
    const { page } = opened;
    const client = new OpenAI({ baseURL: host.proxy, apiKey: host.clientKey, maxRetries: 0 });
    await client.chat.completions.create({
      model: 'gpt-5-mini',
      messages: [{ role: 'user', content: 'Hello tokens=5' }],
    });
    const short = exchangeRow(page, 'gpt-5-mini');
    await short.getByText('done').waitFor();
    expect(await short.innerText()).toMatch(/Default\s+POST \/v1\/chat\/completions\s+gpt-5-mini\s+200/);

    const stream = await client.chat.completions.create({
      model: 'gpt-5.2',
      stream: true,
      messages: [{ role: 'user', content: 'A long story tokens=100000' }],
    });
    const long = exchangeRow(page, 'gpt-5.2');
    await long.getByText('running').waitFor();
    stream.controller.abort();
    await long.getByText('client left').waitFor();
  });

  it('switches the proxy off, so that nobody gets in, and on again on the same port', async () => {
    await using host = await startHeadless({ args: ['--demo'] });
    await using opened = await open(host);
    const { page } = opened;
    const toggle = page.getByRole('switch');
    expect((await askWord(host)).status).toBe(200);

    await toggle.click();
    await endpointPhase(page, 'Off');
    await expect(askWord(host)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });

    await toggle.click();
    await endpointPhase(page, 'On');
    expect((await askWord(host)).status).toBe(200);
    await page.getByText(host.proxy, { exact: true }).waitFor();
  });

  it('says who has taken the port meanwhile, and takes another one with one click', async () => {
    await using host = await startHeadless({ args: ['--demo'] });
    await using opened = await open(host);
    const { page } = opened;
    const toggle = page.getByRole('switch');
    await toggle.click();
    await endpointPhase(page, 'Off');
    const { port } = new URL(host.proxy);
    const other = createServer().listen(Number(port), '127.0.0.1');
    await once(other, 'listening');

    await toggle.click();
    await endpointPhase(page, 'Could not start');
    await page.getByText(new RegExp(`^Port ${port} is taken by .+ \\(pid ${process.pid}\\)\\.$`)).waitFor();
    await page.getByRole('button', { name: /^Use port \d+ instead$/ }).click();
    await endpointPhase(page, 'On');
    const baseUrl = await page.getByText(/^http:\/\/127\.0\.0\.1:\d+\/v1$/).innerText();
    expect(baseUrl).not.toBe(host.proxy);
    expect((await askWord({ ...host, proxy: baseUrl })).status).toBe(200);
    other.close();
  });

  it('says why a setting could not be kept, and changes nothing', async () => {
    await using host = await startHeadless();
    await using opened = await open(host);
    const { page } = opened;
    // A folder stands where the file is to be.
    await mkdir(path.join(host.dataFolder, 'settings.json'));
    await page.getByText('Never', { exact: true }).click();
    await page.getByText(/^Not saved\. The settings could not be written to .+settings\.json/).waitFor();
    expect(await page.getByRole('radio', { name: 'Until there is a key' }).isChecked()).toBe(true);
    await page.getByText(inventedWords).waitFor();
  });

  it('stays open after a reload, says when the host is gone, and is let in by a link of the next run', async () => {
    const dataFolder = await mkdtemp(path.join(tmpdir(), 'cody-desktop-test-'));
    try {
      await using host = await startHeadless({ args: ['--demo'], dataFolder });
      await using opened = await open(host);
      const { page, clipboard, complaints } = opened;
      await page.reload();
      await page.getByText(host.proxy, { exact: true }).waitFor();
      expect(complaints).toEqual([]);

      await host.stop('SIGKILL');
      await page.getByText('The connection to Cody Desktop is lost. Trying again…').waitFor();
      // What was known stays in sight.
      await page.getByText(host.proxy, { exact: true }).waitFor();

      const { port } = new URL(host.ui ?? '');
      await using again = await startHeadless({ args: ['--demo', '--ui-port', port], dataFolder });
      await page.getByText('This page is no longer let in.').waitFor();
      await page.goto(again.ui ?? '');
      await page.getByText(again.proxy, { exact: true }).waitFor();
      await page.getByText('This page is no longer let in.').waitFor({ state: 'detached' });
      // Without a keychain the client key of the run before cannot be shown any more; the new one can.
      await page.getByRole('button', { name: 'Copy the client key' }).click();
      await expect.poll(clipboard).toBe(again.clientKey);
      // The browser itself notes each try that found nobody or was not let in, and nothing else.
      await opened.close();
      expect(complaints.splice(0).filter((words) => !/Failed to load resource/.test(words))).toEqual([]);
    } finally {
      await rm(dataFolder, { recursive: true, force: true });
    }
  });

  it('can be used from the keyboard alone: key, switch, demo, copying', async () => {
    await using cody = await startCodyStandIn();
    await using host = await startHeadless({ env: cody.environment });
    await using opened = await open(host);
    const { page, clipboard } = opened;
    const { keyboard } = page;
    await tabTo(page, page.getByRole('button', { name: 'Enter the key' }));
    await keyboard.press('Enter');
    await keyboard.type(goodCodyKey);
    await keyboard.press('Enter');
    await page.getByText('Saved. Cody accepts the key: 2 models.').waitFor();

    await tabTo(page, page.getByRole('switch'));
    await keyboard.press('Space');
    await endpointPhase(page, 'Off');
    await keyboard.press('Space');
    await endpointPhase(page, 'On');

    await tabTo(page, page.getByRole('button', { name: 'Copy the client key' }));
    await keyboard.press('Enter');
    await expect.poll(clipboard).toBe(host.clientKey);

    await tabTo(page, page.getByRole('radio', { name: 'Until there is a key' }));
    await keyboard.press('ArrowRight');
    await page.getByText('The demo is set to answer always').waitFor();
    await keyboard.press('ArrowLeft');
    await page.getByText(inventedWords).waitFor({ state: 'detached' });
  });
});
