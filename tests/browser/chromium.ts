// Chromium for the tests of the page, where the machine has one. No assertions.

import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { run } from '../fake-io.js';

const PLACES = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const executablePath = PLACES.find((path) => path !== '' && existsSync(path));

/** Why there are no tests in a browser; null where there are. Where everything is tested there is one, or the tests fail. */
export const noBrowser: string | null =
  executablePath === undefined && !process.env['CI']
    ? 'no Chromium was found here; CHROMIUM=path names one. The page was not tested in a browser.'
    : null;

if (noBrowser !== null) console.warn(noBrowser);

export const launch = (): Promise<Browser> =>
  // Containers have no sandbox within theirs.
  chromium.launch({ executablePath: executablePath ?? 'chromium', args: ['--no-sandbox'] });

const folder = mkdtempSync(join(tmpdir(), 'cnncalc-page-'));

/** The address of a page that stands in a file. */
export const filed = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return pathToFileURL(file).href;
};

/** The page of a network, as the command line writes it. */
export const pageOf = async (
  argv: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const { out } = await run([...argv, '--format', 'html'], { files });
  return filed(`${argv[0]?.replace(/\W+/g, '-')}.html`, out);
};

/** An open page, and what happened on it: what it asked for besides itself, and what went wrong. */
export interface Opened {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly faults: readonly string[];
}

/** Pages that nobody uses now, by their browser and what cannot be changed of them: one that has shown a network before opens in half the time. */
const idle = new WeakMap<Browser, Map<string, Page[]>>();

const idleOf = (browser: Browser, options: BrowserContextOptions): Page[] => {
  const all = idle.get(browser) ?? new Map<string, Page[]>();
  idle.set(browser, all);
  const key = JSON.stringify(options);
  const pages = all.get(key) ?? [];
  all.set(key, pages);
  return pages;
};

export const open = async (browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Opened> => {
  const { viewport = { width: 1440, height: 900 }, colorScheme = 'light', ...kind } = options;
  const page = idleOf(browser, kind).pop() ?? (await (await browser.newContext(kind)).newPage());
  if (viewport) await page.setViewportSize(viewport);
  await page.emulateMedia({ media: 'screen', colorScheme });
  const requests: string[] = [];
  const faults: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== address.replace(/#.*$/s, '')) requests.push(request.url().slice(0, 100));
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.goto(address);
  if (options.javaScriptEnabled !== false) await shown(page);
  return { page, requests, faults };
};

/** Leaves a page for the next that asks for these options. Nothing of what was shown stays. */
export const leave = async (browser: Browser, page: Page, options: BrowserContextOptions = {}): Promise<void> => {
  const { viewport, colorScheme, ...kind } = options;
  page.removeAllListeners();
  await page.goto('about:blank');
  await page.mouse.move(0, 0);
  idleOf(browser, kind).push(page);
};

/** Waits until every view shows the text as it is. */
export const shown = async (page: Page, revision = 0): Promise<void> => {
  // Its policy lets nobody wait within the page.
  for (let waited = 0; waited < 20_000; waited += 20) {
    if (Number(await page.evaluate('document.documentElement.dataset.shown ?? -1')) >= revision) return;
    await page.waitForTimeout(20);
  }
  throw new Error('the page does not come to rest');
};
