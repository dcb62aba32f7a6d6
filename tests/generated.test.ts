// Generated files are what their sources say. Here they mend themselves; in CI a stale one fails.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { registrySource } from './generate.js';
import { layersPage } from './layers-page.js';

const GENERATED: Readonly<Record<string, () => string>> = {
  'src/layers/index.ts': registrySource,
  'docs/layers.md': layersPage,
};

it.each(Object.entries(GENERATED))('%s', (file, make) => {
  const url = new URL(`../${file}`, import.meta.url);
  const wanted = make();
  const found = existsSync(url) ? readFileSync(url, 'utf8') : '';
  if (found === wanted) return;
  expect(process.env['CI'], `${file} is stale: run npm test and commit it`).toBeUndefined();
  writeFileSync(url, wanted);
});
