// docs/diagnostics.md lists every code the sources can give, and none besides; the lint rules are in docs/lint.md.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ruleNames } from './generate.js';

const root = new URL('../', import.meta.url);
const areas =
  'file yaml spec input item option value expression name from vars variant defaults blocks block each shape graph share count rf expect budget limit notation answers solve weights data run lint'.split(
    ' ',
  );

const sources = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(new URL(`src/${file}`, root), 'utf8'))
  .join('\n');

const listed = [
  ...readFileSync(new URL('docs/diagnostics.md', root), 'utf8').matchAll(/^\| `([a-z]+\/[a-z-]+)`/gm),
].map((match) => match[1] ?? '');

/** Codes made of a part that is computed: the budget's figure, the file's key. */
const COMPUTED = ['budget/params', 'budget/macs', 'budget/memory', 'spec/batch'];

/** The lint rules have a page of their own, docs/lint.md. */
const rules = ruleNames();

const given = new Set(
  [...sources.matchAll(new RegExp(`'((?:${areas.join('|')})/[a-z-]+)'`, 'g'))]
    .map((match) => match[1] ?? '')
    .filter((code) => !rules.includes(code)),
);

it.each([...given].sort())('%s is explained', (code) => expect(listed).toContain(code));
it.each(listed.filter((code) => !COMPUTED.includes(code)))('%s can happen', (code) =>
  expect([...given]).toContain(code),
);
it('lists none twice', () => expect(new Set(listed).size).toBe(listed.length));
