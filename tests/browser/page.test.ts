// The page in a browser, as somebody uses it: typed into, pointed at, saved, printed, gone through with the keyboard alone.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filed, launch, noBrowser, pageOf, shown } from './chromium.js';
import { changing, replaceText, text, type Use, using as usingIn } from './using.js';

const NET = `input: 32x32x3
layers:
  - {conv: 16, kernel: 3, padding: 1, act: relu, name: a}
  - {conv: 16, kernel: 3, padding: 1, act: relu, name: b}
  - {maxpool: 2, name: pool}
  - {fc: 10, name: out}
`;

const BROKEN = NET.replace('kernel: 3, padding: 1, act: relu, name: b', 'kernal: 3, name: b');

const HOSTILE = `name: "<img src=x onerror=alert(1)> </script><script>alert(2)</script>"
input: 8x8x3
layers:
  - {conv: 4, kernel: 3, name: "<svg onload=alert(3)>"}
  - {fc: 2, nome: "</title><script>alert(4)</script>"}
`;

/** Names that no line has room for. */
const LONG = `${HOSTILE}  - {conv: 4, kernel: 3, name: ${'a_long_name_'.repeat(8)}}\n`;

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

if (noBrowser !== null) it.skip(noBrowser, () => {});

describe.skipIf(noBrowser !== null)('the page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
  });

  const using = (address: string, use: Use, options?: BrowserContextOptions): Promise<void> =>
    usingIn(browser, address, use, options);

  it('becomes a workbench: what is typed is shown in every view, and at the line’s end', async () => {
    await using(await pageOf(['net.yaml'], { 'net.yaml': NET }), async (page) => {
      expect(await text(page, '#totals')).toContain('43,738');
      await page.locator('.cm-line', { hasText: 'name: a' }).locator('span', { hasText: /^16$/ }).dblclick();
      await changing(page, () => page.keyboard.type('32'));
      await expect.poll(() => text(page, '#totals')).toContain('46,490');
      expect(await text(page, '#table tbody tr:nth-child(1)')).toContain('32x32x32');
      expect(await page.locator('.cm-line', { hasText: 'name: a' }).innerText()).toMatch(/32x32x32 · 896 · rf 3/);
      expect(await page.locator('#drawing svg').innerHTML()).toContain('32x32x32');
    });
  });

  it('says what is wrong while one types, and the button mends it; undo brings it back', async () => {
    await using(await pageOf(['net.yaml'], { 'net.yaml': BROKEN }), async (page) => {
      expect(await text(page, '#head')).toContain('one error');
      expect(await text(page, '#findings')).toContain('conv has no option "kernal"');
      expect(await text(page, '#totals')).toContain('? (at least');
      await changing(page, () => page.locator('#findings button', { hasText: 'Apply' }).click());
      expect(await text(page, '#head')).not.toContain('error');
      expect(await text(page, '.cm-content')).toContain('kernel: 3, name: b');
      await page.locator('.cm-content').click();
      await changing(page, () => page.keyboard.press('ControlOrMeta+Z'));
      expect(await text(page, '#findings')).toContain('kernal');
    });
  });

  it('shows one selection everywhere, and why a number is what it is', async () => {
    await using(await pageOf(['alexnet']), async (page) => {
      await page.locator('#table tbody tr:nth-child(4) td').nth(2).click();
      expect(await text(page, '.why')).toMatch(/conv2.*614,656/s);
      expect(await page.locator('#drawing .chosen title').first().textContent()).toContain('conv2');
      await page.locator('.why .close').click();
      expect(await page.locator('.why').count()).toBe(0);
      await page.locator('#drawing [data-key="conv3"]').click();
      expect(await text(page, '#table tr.chosen')).toContain('conv3');
      await page.locator('.cm-line', { hasText: 'name: conv4' }).click();
      await expect.poll(() => text(page, '#table tr.chosen')).toContain('conv4');
    });
  });

  it('sorts, filters, folds; the copies are those of the command line', async () => {
    await using(
      await pageOf(['resnet18']),
      async (page) => {
        await page.locator('#table th button', { hasText: 'params' }).click();
        await expect.poll(() => text(page, '#table tbody tr:nth-child(1)')).toContain('layer4');
        expect(await page.locator('#table th[aria-sort="descending"]').innerText()).toContain('params');
        await page.locator('#table input[type=search]').fill('layer1.*');
        await expect.poll(() => text(page, '#table tbody')).not.toContain('layer4');
        await page.locator('#table button', { hasText: 'CSV' }).click();
        await expect.poll(() => text(page, '#told')).toBe('Copied.');
        const copied = String(await page.evaluate('navigator.clipboard.readText()'));
        expect(copied.split('\n')[0]).toBe('name,layer,from,output,params,params-share,macs,macs-share,rf');
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    );
  });

  it('is saved with what it shows, and opens again as that', async () => {
    await using(await pageOf(['alexnet']), async (page) => {
      await replaceText(page, NET);
      await page.locator('#table input[type=search]').fill('pool');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('button', { hasText: 'Save page' }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('alexnet.html');
      const saved = readFileSync(await download.path(), 'utf8');
      expect(saved.includes('43,738')).toBe(true);
      await using(filed('saved.html', saved), async (again) => {
        expect(await text(again, '.cm-content')).toContain('name: pool');
        expect(await again.locator('#table input[type=search]').inputValue()).toBe('pool');
        expect(await text(again, '#table tbody')).not.toContain('out');
        await replaceText(again, NET.replace('conv: 16', 'conv: 8'));
        expect(await text(again, '#totals')).not.toContain('43,738');
      });
    });
  });

  it('is handed on as a link; one that is cut leaves the page as it is', async () => {
    const address = await pageOf(['alexnet']);
    let link = '';
    await using(
      address,
      async (page) => {
        await replaceText(page, NET);
        await page.locator('button', { hasText: 'Copy link' }).click();
        await expect.poll(() => text(page, '#told')).toBe('The link is copied.');
        link = String(await page.evaluate('navigator.clipboard.readText()'));
        expect(link.startsWith(`${address}#s=`)).toBe(true);
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    );
    await using(link, async (page) => expect(await text(page, '#totals')).toContain('43,738'));
    await using(link.slice(0, -9), async (page) => {
      expect(await text(page, '#told')).toContain('The link cannot be read');
      expect(await text(page, '#totals')).toContain('62,378,344');
    });
    await using(address, async (page) => {
      await replaceText(page, NET);
      await expect.poll(() => new URL(page.url()).hash, { timeout: 5000 }).toMatch(/^#s=./);
      await page.locator('nav a', { hasText: 'Drawing' }).click();
      expect(await page.evaluate('document.activeElement.id')).toBe('drawing-title');
      await page.reload();
      await shown(page);
      expect(await text(page, '#totals')).toContain('43,738');
    });
    await using(`${address}#table`, async (page) => expect(await text(page, '#totals')).toContain('62,378,344'));
  });

  it.each([1440, 390])('stands at %d pixels as it will, before its program runs', async (width) => {
    const address = await pageOf(['alexnet']);
    const places = (page: Page) =>
      page.$$eval('h1, nav, #spec-title, #totals-title, #totals dl, #findings-title', (elements) =>
        elements.map((element) => {
          const { x, y } = element.getBoundingClientRect();
          return [element.id || element.localName, x, y] as const;
        }),
      );
    const options = { viewport: { width, height: 900 } };
    // What is not the script that its policy names does not run.
    const written = readFileSync(new URL(address), 'utf8');
    const still = filed(`still-${width}.html`, written.replace('<script id="loader">', '<script id="loader">0;'));
    const context = await browser.newContext(options);
    const before = await context.newPage();
    await before.goto(still);
    expect(await before.locator('.works').count()).toBe(0);
    const stood = await places(before);
    expect(stood.length).toBe(6);
    await context.close();
    await using(
      address,
      async (page) => {
        for (const [name, x, y] of await places(page)) {
          const [, wasX = -1, wasY = -1] = stood.find((place) => place[0] === name) ?? [];
          expect(Math.abs(x - wasX), name).toBeLessThanOrEqual(1);
          // Controls are as high as the fonts of the machine.
          expect(Math.abs(y - wasY), name).toBeLessThanOrEqual(12);
        }
      },
      options,
    );
  });

  it('is printed, with the spec and without what is for the screen', async () => {
    await using(await pageOf(['alexnet']), async (page) => {
      const pdf = await page.pdf({ format: 'A4' });
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(1);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.locator('nav, .controls, .cm-editor').filter({ visible: true }).count()).toBe(0);
      expect(await page.locator('#text').isVisible()).toBe(true);
      const [memory, spec] = await Promise.all(['#memory', '#spec'].map((id) => page.locator(id).boundingBox()));
      expect(spec?.y).toBeGreaterThanOrEqual((memory?.y ?? 0) + (memory?.height ?? 0) - 1);
      // A4 with its margins is 269 mm high.
      const highest = await page.$$eval('svg', (all) =>
        Math.max(...all.map((svg) => svg.getBoundingClientRect().height)),
      );
      expect(highest).toBeLessThan((269 / 25.4) * 96);
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    });
    // As wide as a network may be on a screen, it is not on paper.
    await using(await pageOf(['resnet18', '--direction', 'right']), async (page) => {
      const room = 'document.querySelector("#drawing .picture").getBoundingClientRect().width';
      const wide = 'document.querySelector("#drawing svg").getBoundingClientRect().width';
      expect(await page.evaluate(`${wide} > ${room}`)).toBe(true);
      await page.emulateMedia({ media: 'print' });
      expect(await page.evaluate(`${wide} <= ${room}`)).toBe(true);
    });
  });

  it('without script is a report', async () => {
    await using(
      await pageOf(['alexnet']),
      async (page) => {
        for (const id of ['totals', 'findings', 'table', 'drawing', 'spec'])
          expect((await text(page, `#${id}`)).length, id).toBeGreaterThan(40);
        expect(await page.locator('.live').filter({ visible: true }).count()).toBe(0);
        expect(await text(page, '.still')).toContain('A report by cnncalc');
      },
      { javaScriptEnabled: false },
    );
  });

  it('is gone through with the keyboard alone', async () => {
    await using(await pageOf(['alexnet']), async (page) => {
      const focused =
        'document.activeElement?.closest("section, nav")?.id || document.activeElement?.closest("nav")?.tagName || ""';
      const seen = new Set<string>();
      for (let i = 0; i < 120; i += 1) {
        await page.keyboard.press('Tab');
        seen.add(String(await page.evaluate(focused)));
      }
      for (const id of ['NAV', 'spec', 'totals', 'findings', 'table', 'drawing']) expect(seen).toContain(id);
      await page.locator('#table .wide').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await expect.poll(() => text(page, '#table tr.chosen')).toContain('pool1');
      await page.locator('#drawing .picture').focus();
      await page.keyboard.press('ArrowUp');
      await expect.poll(() => page.locator('#drawing .chosen title').first().textContent()).toContain('conv1');
    });
  });

  it.each([
    ['hostile.yaml', HOSTILE],
    ['empty.yaml', ''],
    ['garbage.yaml', '\u0001\u0002]{{: - \t- ['],
  ])('of %s runs nothing of it', async (name, spec) => {
    await using(await pageOf([name], { [name]: spec }), async (page) => {
      await replaceText(page, `${HOSTILE}# more\n`);
      expect(await text(page, 'h1')).toContain('<img src=x onerror=alert(1)>');
      expect(await page.title()).toContain('<img src=x onerror=alert(1)>');
      expect(await page.locator('img:not(.cm-widgetBuffer), [onload]').count()).toBe(0);
    });
  });

  it('takes a paste of megabytes: it says that that is too large, and goes on', async () => {
    await using(await pageOf(['net.yaml'], { 'net.yaml': NET }), async (page) => {
      await replaceText(page, `# ${'x'.repeat(80)}\n`.repeat(60_000));
      expect(await text(page, '#findings')).toContain('[spec/too-large]');
      await replaceText(page, NET);
      expect(await text(page, '#totals')).toContain('43,738');
    });
  });

  it.each([
    ['alexnet', 'light', 1440],
    ['alexnet', 'dark', 1440],
    ['resnet18', 'light', 390],
    ['broken.yaml', 'dark', 390],
    ['unet', 'dark', 1440],
    ['hostile.yaml', 'light', 390],
    ['empty.yaml', 'light', 390],
  ] as const)(
    'of %s in %s at %d pixels has no fault of accessibility, and is no wider than the screen',
    async (name, colorScheme, width) => {
      await using(
        await pageOf([name], { 'broken.yaml': BROKEN, 'hostile.yaml': LONG, 'empty.yaml': '' }),
        async (page) => {
          const [row] = await page.locator('#table tbody tr:nth-child(1) th').all();
          await row?.click();
          await page.evaluate(AXE);
          const found = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as {
            readonly violations: readonly {
              readonly id: string;
              readonly nodes: readonly { readonly html: string }[];
            }[];
          };
          const faults = found.violations.map(
            ({ id, nodes }) => `${id}: ${nodes.length}, ${nodes[0]?.html.slice(0, 200)}`,
          );
          expect(faults).toEqual([]);
          const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          expect(Number(wide), 'wider than the screen').toBeLessThanOrEqual(0);
        },
        { colorScheme, viewport: { width, height: 900 } },
      );
    },
  );
});
