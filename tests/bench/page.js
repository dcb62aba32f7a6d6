// How quick the page is in a browser: from a key to the next frame and to every view, from a pointer to the rectangle that it moves, and
// opening. Pages of the built command line from file://, medians of interleaved rounds; what stands on the screen is compared with
// the command line before anything is timed. Run after a build: `node page.js [ROUNDS]`; it needs Chromium and none of the peers.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { rolldown } from 'rolldown';
import { median } from './statistics.js';

const ROUNDS = Number(process.argv[2] ?? 30);
const VIEWPORT = { width: 1440, height: 900 };

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'page-'));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A line for each layer: nothing is repeated, so that everything is read. */
const thousand = `name: Thousand\ninput: 64x64x16\nlayers:\n${Array.from(
  { length: 1000 },
  (_, i) => `  - {conv: 16, kernel: 3, padding: 1, act: relu, name: c${i}}\n`,
).join('')}`;

writeFileSync(join(folder, 'thousand.yaml'), thousand);

/** What is typed into: a digit behind the first convolution's number of filters, on which everything after it depends. */
const NETWORKS = [
  { name: 'alexnet', spec: join(root, 'specs/alexnet.yaml'), options: [], field: 'conv5' },
  {
    name: 'resnet50',
    spec: join(root, 'specs/resnet.yaml'),
    options: ['--variant', 'resnet50'],
    field: 'layer4.2.conv3',
  },
  { name: '1,000 layers', spec: join(folder, 'thousand.yaml'), options: [], field: 'c14' },
];

const EMPTY = `
import { EditorView } from '@codemirror/view';
new EditorView({ parent: document.body });
document.documentElement.dataset.shown = '0';`;

const cnncalc = (...args) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['bin/cnncalc.js', ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  if (status === null || status > 2) throw new Error(`${args.join(' ')}: ${stderr}`);
  return stdout;
};

/** An editor with nothing in it and nothing beside it: no page can be quicker. */
const emptyPage = async () => {
  const entry = join(root, 'entry.js');
  const bundle = await rolldown({
    input: entry,
    platform: 'browser',
    plugins: [
      { name: 'entry', resolveId: (id) => (id === entry ? id : null), load: (id) => (id === entry ? EMPTY : null) },
    ],
  });
  const { output } = await bundle.generate({ format: 'iife', codeSplitting: false, minify: true });
  const file = join(folder, 'empty.html');
  const script = output[0].code.replaceAll('</script', '<\\/script');
  writeFileSync(file, `<!doctype html><meta charset="utf-8"><title>empty</title><body><script>${script}</script>`);
  return file;
};

// --- in the page -------------------------------------------------------------------------------------------------

/** Before anything of a page runs: when it first showed everything, and what times events. */
const watching = () => {
  /** When the next frame is painted: what a frame asks for at its beginning comes right after it. */
  const painted = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      });
    });
  const revision = () => Number(document.documentElement?.dataset.shown ?? -1);
  const bench = { opened: null, frame: null, all: null, moved: null };
  window.bench = bench;
  new MutationObserver((_, observer) => {
    if (revision() < 0) return;
    bench.opened = performance.now();
    observer.disconnect();
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-shown'] });

  addEventListener(
    'keydown',
    async ({ timeStamp }) => {
      const before = revision();
      const text = document.querySelector('.cm-content')?.textContent;
      bench.frame = null;
      bench.all = null;
      new MutationObserver((_, observer) => {
        if (revision() <= before) return;
        bench.all = performance.now() - timeStamp;
        observer.disconnect();
      }).observe(document.documentElement, { attributes: true });
      const at = await painted();
      bench.frame = document.querySelector('.cm-content')?.textContent === text ? Number.NaN : at - timeStamp;
    },
    true,
  );

  const rectangle = () => {
    const shape = document.querySelector('#field [data-of="unclipped"]');
    return `${shape?.dataset.first} ${shape?.dataset.last}`;
  };
  addEventListener(
    'pointermove',
    async ({ timeStamp, target }) => {
      if (!(target instanceof Element) || !target.closest('.field-map') || bench.moved === 'measuring') return;
      const before = rectangle();
      bench.moved = 'measuring';
      let at = await painted();
      while (rectangle() === before) at = await painted();
      bench.moved = at - timeStamp;
    },
    true,
  );
};

// --- from outside ------------------------------------------------------------------------------------------------

/** Asks until there is an answer: the page's policy lets nobody wait within it. */
const until = async (page, what, question) => {
  for (let waited = 0; waited < 30_000; waited += 10) {
    const answer = await page.evaluate(question);
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    await page.waitForTimeout(10);
  }
  throw new Error(`there is no end of waiting for ${what}`);
};

const open = async (browser, file) => {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  const requests = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.addInitScript(watching);
  await page.goto(pathToFileURL(file).href);
  await until(page, 'the page', () => window.bench.opened);
  return { page, requests };
};

const opening = async (browser, file) => {
  const { page, requests } = await open(browser, file);
  const [first, opened] = await until(page, 'the first paint', () => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    return paint && [paint.startTime, window.bench.opened];
  });
  await page.context().close();
  // The page itself is one of them.
  return { first, opened, requests: requests.length - 1 };
};

const FIRST_CONVOLUTION = /^ *- \{conv: (\d+)/m;

/** Puts the cursor behind the number of filters of the first convolution, and gives its line, counted from 1. */
const placeCursor = async (page, text) => {
  const { index, 1: filters } = FIRST_CONVOLUTION.exec(text);
  const line = page.locator('.cm-line', { hasText: FIRST_CONVOLUTION }).first();
  await page.locator('.cm-content').focus();
  await page.keyboard.press('Control+Home');
  for (let pages = 0; pages < 50 && (await line.count()) === 0; pages += 1) await page.keyboard.press('PageDown');
  await line
    .locator('span', { hasText: new RegExp(`^${filters}$`) })
    .first()
    .dblclick();
  await page.keyboard.press('ArrowRight');
  return text.slice(0, index).split('\n').length;
};

const press = async (page, name) => {
  // So that keys come anywhere within a frame.
  await page.waitForTimeout(100 + Math.random() * 50);
  await page.keyboard.press(name);
};

/** A key where nothing but the editor is: how long it took to the next frame. */
const bareKey = async (page, name) => {
  await press(page, name);
  return until(page, `what ${name} changes`, () => window.bench.frame);
};

/** A key, and how long it took: to the next frame, and to all views. */
const key = async (page, name) => {
  await press(page, name);
  return until(page, `all that ${name} changes`, () => {
    const { frame, all } = window.bench;
    return frame !== null && all !== null && { frame, all };
  });
};

const grouped = (n) => n.toLocaleString('en');

/** Throws where the screen shows something else than the command line tells of the text with one more digit. */
const compare = async (page, { name, options }, text, line) => {
  const file = join(folder, 'typed.yaml');
  writeFileSync(file, text.replace(FIRST_CONVOLUTION, '$&1'));
  const told = JSON.parse(cnncalc(file, ...options, '--json', '-q'));
  const layer = told.layers.find(({ at }) => at.line === line);
  const wanted = `${layer.outputShape.join('x')} · ${grouped(layer.params.total)}`;
  const [results, totals] = await page.evaluate(() => [
    [...document.querySelectorAll('.cm-line .result')].map((result) => result.textContent),
    document.querySelector('#totals').textContent,
  ]);
  if (!results.some((result) => result.startsWith(wanted))) throw new Error(`${name}: no line ends with ${wanted}`);
  if (!totals.includes(grouped(told.totals.params)))
    throw new Error(`${name}: the totals are not ${told.totals.params}`);
};

/** Types a digit and takes it back, in turn. */
const typing = async (page, rounds, one = key) => {
  const keys = [];
  for (let round = 0; round < rounds; round += 1) keys.push(await one(page, round % 2 ? 'Backspace' : '1'));
  return keys;
};

/** Moves over the map of a layer, from unit to unit. */
const pointing = async (browser, file, field, moves) => {
  const { page } = await open(browser, file);
  await page.locator('#field').scrollIntoViewIfNeeded();
  await page.selectOption('#field .field-layer', field);
  const map = page.locator('#field .field-map');
  await map.scrollIntoViewIfNeeded();
  await page.waitForTimeout(500);
  const frame = await map.locator('.field-plane > rect').first().boundingBox();
  const times = [];
  for (let move = 0; move <= moves; move += 1) {
    await page.waitForTimeout(60 + Math.random() * 50);
    await page.evaluate(() => {
      window.bench.moved = null;
    });
    const [across, down] = [0.12 + 0.76 * (move % 2), 0.12 + (0.76 * move) / moves];
    await page.mouse.move(frame.x + across * frame.width, frame.y + down * frame.height);
    const moved = await until(page, 'the rectangle', () => {
      const { moved: time } = window.bench;
      return typeof time === 'number' && { time };
    });
    // The first one has no rectangle before it.
    if (move > 0) times.push(moved.time);
  }
  await page.context().close();
  return times;
};

const accessibility = async (page) => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate('axe.run()');
  const count = (impact) => violations.filter((violation) => violation.impact === impact).length;
  return ['critical', 'serious', 'moderate', 'minor'].map((impact) => `${count(impact)} ${impact}`).join(', ');
};

const measure = async (browser, network) => {
  const { name, spec, options, field } = network;
  const file = join(folder, `${name.replaceAll(/\W/g, '')}.html`);
  cnncalc(spec, ...options, '-o', file, '-q');
  const openings = [];
  for (let round = 0; round < ROUNDS; round += 1) openings.push(await opening(browser, file));
  const { page } = await open(browser, file);
  const text = readFileSync(spec, 'utf8');
  const line = await placeCursor(page, text);
  await key(page, '1');
  await compare(page, network, text, line);
  await key(page, 'Backspace');
  const keys = await typing(page, ROUNDS);
  const moves = await pointing(browser, file, field, ROUNDS);
  const found = await accessibility(page);
  await page.context().close();
  return {
    name,
    bytes: statSync(file).size,
    requests: Math.max(...openings.map(({ requests }) => requests)),
    found,
    times: {
      'a key, to the next frame': keys.map(({ frame }) => frame),
      'a key, to every view': keys.map(({ all }) => all),
      'the pointer on a map, to its rectangle': moves,
      'opening, to the first paint': openings.map(({ first }) => first),
      'opening, to every view': openings.map(({ opened }) => opened),
    },
  };
};

const floorOf = async (browser) => {
  const { page } = await open(browser, await emptyPage());
  await page.locator('.cm-content').click();
  await typing(page, 4, bareKey);
  const frames = await typing(page, ROUNDS, bareKey);
  await page.context().close();
  return frames;
};

const ms = (times) => {
  if (times.some((time) => !(time > 0))) throw new Error(`not measured: ${times}`);
  return `${median(times).toFixed(0)} (${Math.max(...times).toFixed(0)})`;
};

/** Containers have no sandbox within theirs. */
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const floor = await floorOf(browser);
  const measured = [];
  for (const network of NETWORKS) measured.push(await measure(browser, network));
  const row = (title, cells) => console.log(`| ${[title, ...cells].join(' | ')} |`);
  console.log(`Chromium ${browser.version()}; ms, medians of ${ROUNDS}, in brackets the longest.`);
  console.log(`An empty CodeMirror: ${ms(floor)} from a key to the next frame.\n`);
  row(
    '',
    measured.map(({ name }) => name),
  );
  row(
    '---',
    measured.map(() => '---:'),
  );
  for (const what of Object.keys(measured[0].times))
    row(
      what,
      measured.map(({ times }) => ms(times[what])),
    );
  row(
    'size, KB',
    measured.map(({ bytes }) => (bytes / 1000).toFixed(1)),
  );
  row(
    'requests',
    measured.map(({ requests }) => requests),
  );
  row(
    'found by axe',
    measured.map(({ found }) => found),
  );
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
