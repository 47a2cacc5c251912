import type { Locator, Page } from 'playwright-core';
import type { HeadlessHost } from '../../support/headless-host.ts';

/** What the banner says while the demo answers. */
export const inventedWords = 'These answers are invented.';

/** Has a model say a word, as a tool with the client key does. */
export function askWord({ proxy, clientKey }: Pick<HeadlessHost, 'proxy' | 'clientKey'>): Promise<Response> {
  return fetch(`${proxy}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${clientKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-5.2', messages: [{ role: 'user', content: 'A word tokens=1' }] }),
  });
}

/** The exchange in whose row these words are. */
export function exchangeRow(page: Page, words: string): Locator {
  return page.getByRole('row').filter({ hasText: words });
}

/** Waits until the page says of the proxy that it is `words`. */
export async function endpointPhase(page: Page, words: string): Promise<void> {
  const endpoint = page.getByRole('region', { name: 'Local endpoint' });
  await endpoint.getByRole('status').getByText(words, { exact: true }).waitFor();
}

/** Types a Cody key and presses the button. */
export async function saveKey(page: Page, key: string): Promise<void> {
  await page.locator('input[type=password]').fill(key);
  await page.getByRole('button', { name: 'Save' }).click();
}

/** Presses Tab until the element has the focus, as many times as there can be stops on the page. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 30; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab does not lead there.');
}
