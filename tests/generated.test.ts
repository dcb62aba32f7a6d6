// Generated files are what their sources say. Here they mend themselves; in CI a stale one fails.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { registrySource, ruleIdsSource, rulesSource, specIndexJson } from './generate.js';
import { homeworkPage, mistakesPage } from './homework-pages.js';
import { layersPage } from './layers-page.js';
import { lintPage } from './lint-page.js';
import { picture } from './picture.js';
import { wordsPage } from './words-page.js';

const GENERATED: Readonly<Record<string, () => string | Promise<string>>> = {
  'src/layers/index.ts': registrySource,
  'src/core/rule-ids.ts': ruleIdsSource,
  'src/analysis/lint/index.ts': rulesSource,
  'specs/index.json': specIndexJson,
  'docs/alexnet.svg': picture,
  'docs/homework.md': homeworkPage,
  'docs/layers.md': layersPage,
  'docs/lint.md': lintPage,
  'docs/mistakes.md': mistakesPage,
  'docs/words.md': wordsPage,
};

it.each(Object.entries(GENERATED))('%s', async (file, make) => {
  const url = new URL(`../${file}`, import.meta.url);
  const wanted = await make();
  const found = existsSync(url) ? readFileSync(url, 'utf8') : '';
  if (found === wanted) return;
  expect(process.env['CI'], `${file} is stale: run npm test and commit it`).toBeUndefined();
  writeFileSync(url, wanted);
});
