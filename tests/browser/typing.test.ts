// The editor in a browser: what is offered, meant and mended while somebody types; that all views show the last letter, and the address too.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hoverAt } from '../../src/lang/hover.js';
import { layers } from '../../src/layers/index.js';
import { launch, noBrowser, pageOf, shown } from './chromium.js';
import { changing, text, using } from './using.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const NET = `input: 32x32x3
layers:
  - {conv: 16, kernel: 3, padding: 1, act: relu, name: zq}
  - {maxpool: 2, name: pool}
  - {fc: 10, name: out}
`;

/** It takes longer than what is worked out with every letter. */
const LONG = NET.replace(
  /^.*maxpool.*$/m,
  Array.from({ length: 400 }, (_, i) => `  - {conv: 16, kernel: 3, padding: 1, act: relu, name: c${i}}`).join('\n'),
);

const TWO_FINDINGS = NET.replace('padding', 'paddng').replace('maxpool', 'maxpol');

describe.skipIf(noBrowser !== null)('typing', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const usingText = async (spec: string, use: (page: Page) => Promise<void>): Promise<void> =>
    using(browser, await pageOf(['net.yaml'], { 'net.yaml': spec }), use);

  const written = (page: Page): Promise<string> =>
    page.locator('#text').evaluate((element) => element.textContent ?? '');

  it('offers words, and writes the one that is chosen', async () => {
    await usingText(NET, async (page) => {
      await page.locator('.cm-line', { hasText: 'maxpool' }).click();
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      await page.keyboard.type('{avgp');
      const chosen = page.locator('.cm-tooltip-autocomplete [aria-selected="true"]');
      await expect.poll(() => chosen.innerText()).toMatch(/^avgpool/);
      // What has just come up cannot be chosen by a key that was meant for the text.
      await page.waitForTimeout(100);
      await changing(page, () => page.keyboard.press('Enter'));
      await changing(page, () => page.keyboard.type('2'));
      await expect.poll(() => written(page)).toContain('\n  - {avgpool: 2}\n  - {fc');
      expect(await text(page, '#table')).toContain('8x8x16');
    });
  });

  it('tells what a word means where the pointer rests', async () => {
    await usingText(NET, async (page) => {
      await page.locator('.cm-line span', { hasText: /^padding$/ }).hover();
      const meaning = page.locator('.meaning');
      await meaning.waitFor();
      const { title, lines } = hoverAt(NET, NET.indexOf('padding') + 2, layers) ?? { title: '', lines: [''] };
      expect(title).toBe('padding');
      expect((await meaning.innerText()).split(/\n+/)).toEqual([title, ...lines]);
    });
  });

  it('goes from finding to finding with F8, and mends them by a key; undo takes that back', async () => {
    await usingText(TWO_FINDINGS, async (page) => {
      expect(await text(page, '#head')).toContain('2 errors');
      await page.locator('.cm-content').focus();
      await page.keyboard.press('ControlOrMeta+Home');
      const seen: string[] = [];
      for (let i = 0; i < 2; i += 1) {
        await page.keyboard.press('F8');
        await expect.poll(() => page.locator('.cm-tooltip .finding').count()).toBeGreaterThan(0);
        seen.push(await text(page, '.cm-activeLine'));
      }
      expect(seen).toEqual([expect.stringContaining('paddng'), expect.stringContaining('maxpol')]);
      await changing(page, () => page.keyboard.press('ControlOrMeta+.'));
      expect(await written(page)).toBe(NET.replace('padding', 'paddng'));
      await page.keyboard.press('Shift+F8');
      await changing(page, () => page.keyboard.press('ControlOrMeta+.'));
      expect(await written(page)).toBe(NET);
      expect(await text(page, '#head')).not.toContain('error');
      await changing(page, () => page.keyboard.press('ControlOrMeta+Z'));
      await changing(page, () => page.keyboard.press('ControlOrMeta+Z'));
      expect(await written(page)).toBe(TWO_FINDINGS);
    });
  });

  it('the address follows: the page that is loaded again has what was typed', async () => {
    await usingText(NET, async (page) => {
      await page.locator('.cm-line span', { hasText: /^16$/ }).dblclick();
      await changing(page, () => page.keyboard.type('24'));
      await expect.poll(() => new URL(page.url()).hash, { timeout: 5000 }).toMatch(/^#s=./);
      await page.reload();
      await shown(page);
      expect(await text(page, '.cm-content')).toContain('conv: 24');
      expect(await text(page, '#table')).toContain('32x32x24');
      expect(await written(page)).toBe(NET.replace('16', '24'));
    });
  });

  const LETTERS = 'abcdefghijklmnopqrstuvwxyzabcd';

  it.each([
    ['a few layers', NET, ['table', 'drawing', 'field', 'charts', 'memory']],
    ['hundreds of layers', LONG, ['table', 'field']],
  ])('of %s: letters typed quickly are in all views, the last one too', async (_, spec, ids) => {
    await usingText(spec, async (page) => {
      await page.locator('.cm-line', { hasText: 'name: zq' }).click();
      for (const key of ['End', 'End', 'ArrowLeft']) await page.keyboard.press(key);
      await page.keyboard.type(LETTERS, { delay: 5 });
      const name = `zq${LETTERS}`;
      expect(await text(page, '.cm-content')).toContain(`name: ${name}}`);
      await expect.poll(() => written(page), { timeout: 10_000 }).toBe(spec.replace('zq', name));
      expect(await text(page, '#table tr.chosen th')).toBe(name);
      // Pictures cut long names.
      const beginnings = LETTERS.split('').map((_, i) => `zq${LETTERS.slice(0, i)}`);
      for (const id of ids) {
        const names = await page
          .locator(`#${id}`)
          .evaluate((element) => element.innerHTML.match(/\bzq[a-z]*(?![a-z…])/g));
        expect(names, id).toContain(name);
        expect(
          beginnings.filter((one) => names?.includes(one)),
          id,
        ).toEqual([]);
      }
    });
  });
});
