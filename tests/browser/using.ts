// A page as somebody uses it: opened, typed into, pasted into, waited for; and what must hold of it, whatever was done.

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { leave, open, shown } from './chromium.js';

export type Use = (page: Page) => Promise<void>;

/** Opens what the command line writes, and in the end nothing may have gone wrong or been asked for. */
export const using = async (
  browser: Browser,
  address: string,
  use: Use,
  options?: BrowserContextOptions,
): Promise<void> => {
  const { page, requests, faults } = await open(browser, address, options);
  try {
    await use(page);
    expect(faults).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('blob:'))).toEqual([]);
  } catch (error) {
    await page.context().close();
    throw error;
  }
  await leave(browser, page, options);
};

export const text = (page: Page, selector: string): Promise<string> => page.locator(selector).innerText();

/** Does something that changes the text, and waits until all views show that. */
export const changing = async (page: Page, act: () => Promise<void>): Promise<void> => {
  const before = Number(await page.evaluate('document.documentElement.dataset.shown'));
  await act();
  await shown(page, before + 1);
};

/** What a browser does with a text from the clipboard. */
const paste = (written: string): string => `{
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', ${JSON.stringify(written)});
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
}`;

/** The whole text anew, as somebody pastes it. */
export const replaceText = (page: Page, written: string): Promise<void> =>
  changing(page, async () => {
    await page.locator('.cm-content').click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.evaluate(paste(written));
  });
