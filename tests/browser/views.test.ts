// The drawing, the charts and memory over time in a browser: what a click, a key and a slider change, held against what the command
// line tells.

import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { grouped, humanBytes } from '../../src/core/quantity.js';
import { run } from '../fake-io.js';
import { launch, noBrowser, pageOf } from './chromium.js';
import { text, using } from './using.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const jsonOf = async (...argv: readonly string[]) => JSON.parse((await run([...argv, '--json'])).out);

describe.skipIf(noBrowser !== null)('views', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  /** The layer that is selected, as every view has it. */
  const everywhere = async (page: Page, layer: string): Promise<void> => {
    await expect.poll(() => text(page, '#table tr.chosen th')).toContain(layer);
    await expect.poll(() => page.locator('#drawing .chosen title').first().textContent()).toContain(layer);
    await expect.poll(() => text(page, '#charts p.chosen')).toContain(layer);
    await expect.poll(() => page.locator('#field .field-layer').inputValue()).toBe(layer);
    await expect.poll(() => page.locator(`#memory .s-text[data-key="${layer}"]`).count()).toBeGreaterThan(0);
    await expect.poll(() => text(page, '.cm-line.chosen')).toContain(`name: ${layer}`);
  };

  it('a bar of the charts, a step of the staircase, a box of the drawing: what is clicked is selected everywhere', async () => {
    await using(browser, await pageOf(['alexnet']), async (page) => {
      await page.locator('#charts svg [data-key="conv3"]').first().click();
      await everywhere(page, 'conv3');
      expect(await text(page, '#charts p.chosen')).toContain(grouped(885_120));
      await page.locator('#charts svg').focus();
      await page.keyboard.press('ArrowRight');
      await everywhere(page, 'conv4');
      await page.locator('#memory svg [data-key="pool2"]').last().click();
      await everywhere(page, 'pool2');
      await page.locator('#drawing [data-key="conv1"]').click();
      await everywhere(page, 'conv1');
      await page.locator('#charts svg').focus();
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('#table tr.chosen').count()).toBe(0);
      await expect.poll(() => page.locator('#memory .s-text[data-key]').count()).toBe(0);
      await expect.poll(() => text(page, '#charts p.chosen')).toContain('Click a bar');
    });
  });

  it('the slider of the batch changes what training keeps; the largest batch stays, until something else is chosen', async () => {
    await using(browser, await pageOf(['alexnet']), async (page) => {
      const kept = async (...options: readonly string[]): Promise<void> => {
        const { training } = await jsonOf('memory', 'alexnet', ...options);
        await expect.poll(() => text(page, '#memory')).toContain(`${grouped(training.total)} bytes`);
        expect(await text(page, '#memory')).toContain(`${grouped(training.kept)} bytes`);
        const most = humanBytes(training.input + training.kept);
        expect(await page.locator('#memory svg').last().textContent()).toContain(`at most ${most} at once`);
      };
      const largest = async (...options: readonly string[]): Promise<void> => {
        for (const gib of [8, 12, 16, 24, 80]) {
          const { fit } = await jsonOf('memory', 'alexnet', '--fit', `${gib}GiB`, ...options);
          const row = page.locator('#memory tr', { has: page.locator(`th:text-is("${gib} GiB")`) });
          const cells = [fit.batch, fit.next.batch].map((batch) => grouped(batch));
          expect((await row.locator('td').allInnerTexts()).slice(0, 2)).toEqual(cells);
        }
      };
      await kept();
      await largest();
      const steps = await page.locator('#memory svg').last().innerHTML();
      const slider = page.locator('#memory input[type=range]');
      await slider.fill('6');
      await kept('--batch', '64');
      expect(await page.locator('#memory svg').last().innerHTML()).not.toBe(steps);
      await largest();
      await page.selectOption('#memory [data-do="optimizer"]', 'adam');
      await kept('--batch', '64', '--optimizer', 'adam');
      await largest('--optimizer', 'adam');
      await slider.focus();
      await page.keyboard.press('ArrowRight');
      await kept('--batch', '128', '--optimizer', 'adam');
      await page.locator('#memory button', { hasText: 'as in the spec' }).click();
      await kept('--optimizer', 'adam');
    });
  });

  it('the drawing that is saved is that of -o, however it is drawn', async () => {
    await using(browser, await pageOf(['alexnet']), async (page) => {
      const saved = async (format: string): Promise<string> => {
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.locator('#drawing button', { hasText: format }).click(),
        ]);
        return readFileSync(await download.path(), 'utf8');
      };
      const drawn = async (...argv: readonly string[]): Promise<string> => (await run(['alexnet', ...argv])).out;
      expect(await saved('SVG')).toBe(await drawn('--format', 'svg'));
      const size = async () => await page.locator('#drawing svg').boundingBox();
      const down = await size();
      await page.selectOption('#drawing [data-do="direction"]', 'right');
      await expect.poll(async () => ((await size())?.width ?? 0) > ((await size())?.height ?? 0)).toBe(true);
      expect((down?.height ?? 0) > (down?.width ?? 0)).toBe(true);
      await page.selectOption('#drawing [data-do="shade"]', 'macs');
      expect(await saved('SVG')).toBe(await drawn('--format', 'svg', '--direction', 'right', '--shade', 'macs'));
      expect(await saved('DOT')).toBe(await drawn('--format', 'dot', '--direction', 'right', '--shade', 'macs'));
      await page.selectOption('#drawing [data-do="style"]', 'volumes');
      expect(await saved('SVG')).toBe(await drawn('--format', 'svg', '--style', 'volumes'));
    });
  });
});
