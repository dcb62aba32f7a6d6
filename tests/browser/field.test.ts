// The explorer of receptive fields in a browser: the pointer, keys, clicks and a picture, held against what `rf` tells.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { run } from '../fake-io.js';
import { launch, noBrowser, pageOf } from './chromium.js';
import { using } from './using.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe.skipIf(noBrowser)('the explorer of fields', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  /** Waits until the view says so, and reads the shapes of that sort. */
  const ranges = (page: Page, sort: string) =>
    page.$$eval(`#field [data-of="${sort}"]`, (shapes) =>
      shapes.map(({ attributes }) => [
        attributes.getNamedItem('data-first')?.value ?? '',
        attributes.getNamedItem('data-last')?.value ?? '',
      ]),
    );
  const says = (page: Page, text: string) => page.waitForSelector(`#field .field-said:has-text("${text}")`);

  const pins = (page: Page, count: number) =>
    expect.poll(() => page.locator('#field [data-of="pin"]').count()).toBe(count);

  /** The middle of a unit of a map of so many rows and columns, on the screen. */
  const unitAt = async (page: Page, [row, column]: readonly number[], size: number) => {
    const frame = await page.locator('#field .field-map .field-plane > rect').first().boundingBox();
    if (!frame) throw new Error('no map');
    const cell = frame.width / size;
    return [frame.x + ((column ?? 0) + 0.5) * cell, frame.y + ((row ?? 0) + 0.5) * cell] as const;
  };

  it.each([
    ['alexnet', 'conv5', 13],
    ['resnet50', 'layer4.2.conv3', 7],
  ])('of %s: pointing at units of %s shows the rectangles of rf', async (spec, layer, size) => {
    await using(browser, await pageOf([spec]), async (page) => {
      await page.locator('#field').scrollIntoViewIfNeeded();
      await page.selectOption('#field .field-layer', layer);
      await page.locator('#field .field-map').scrollIntoViewIfNeeded();
      for (const unit of [
        [0, size - 1],
        [size - 1, 0],
        [2, 3],
      ]) {
        await page.mouse.move(...(await unitAt(page, unit, size)));
        await says(page, `Unit ${unit.join(', ')} of ${layer}`);
        const json = JSON.parse((await run(['rf', spec, layer, '--unit', unit.join(), '--json'])).out).layer.unit;
        for (const sort of ['clipped', 'unclipped'])
          expect(await ranges(page, sort)).toEqual([[json[sort].first.join(), json[sort].last.join()]]);
      }
    });
  });

  it('pins by clicks and keys, keeps the focus, and shows one’s own picture', async () => {
    await using(browser, await pageOf(['alexnet']), async (page) => {
      await page.selectOption('#field .field-layer', 'conv5');
      await page.locator('#field .field-map').scrollIntoViewIfNeeded();
      await page.mouse.click(...(await unitAt(page, [2, 3], 13)));
      await pins(page, 1);
      const map = page.locator('#field .field-map');
      await map.focus();
      for (const key of ['End', 'ArrowUp', 'ArrowLeft', 'Enter']) await map.press(key);
      await pins(page, 2);
      await says(page, 'Unit 11, 11 of conv5');
      expect(await map.evaluate((element) => element.matches(':focus'))).toBe(true);
      await page.click('#field [data-do="unpin"]');
      await pins(page, 0);
      await page.setInputFiles('#field [data-do="picture"]', {
        name: 'a.png',
        mimeType: 'image/png',
        buffer: Buffer.from(PIXEL, 'base64'),
      });
      await page.waitForSelector('#field image');
      await page.click('#field [data-do="bare"]');
      await page.waitForSelector('#field image', { state: 'detached' });
    });
  });
});
