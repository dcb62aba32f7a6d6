// docs/diagnostics.md lists every code there is, and none besides; each can be given. What a help says to write works when it is
// written, in every example there; codes whose help is advice are told apart. The lint rules are in docs/lint.md.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../src/core/diagnostic.js';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';
import { edited } from './edited.js';
import { specsIn } from './executed.js';
import { MISTAKES } from './mistakes.js';

const root = new URL('../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');
const page = read('docs/diagnostics.md');

/** The union, family by family: `shape/${'groups' | 'slice'}`. */
const codes = [...read('src/core/codes.ts').matchAll(/`([a-z]+)\/\$\{([^}]*)\}`/g)].flatMap(([, family, names = '']) =>
  names.split(' | ').map((name) => `${family}/${name.slice(1, -1)}`),
);

const listed = [...page.matchAll(/^\| `([a-z]+\/[a-z-]+)` \|.*\| (.*) \|$/gm)];
const rows = new Map(listed.map(([, code = '', todo = '']) => [code, todo]));

const given = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => [...read(`src/${file}`).matchAll(/'([a-z]+\/[a-z-]+)'/g)].map((match) => match[1]));

/** Its code has the limit's name in it. */
const COMPUTED = ['budget/params', 'budget/macs', 'budget/memory'];

it('are explained once, and no others', () =>
  expect(listed.map(([, code]) => code).toSorted()).toEqual(codes.toSorted()));
it('can be given', () => expect(codes.filter((code) => !given.includes(code))).toEqual(COMPUTED));

const errorsOf = (text: string): readonly Diagnostic[] =>
  parse(text, { registry: layers }).diagnostics.filter(({ severity }) => severity === 'error');

const texts = [...specsIn(page), ...specsIn(read('docs/language.md'))].map(({ text }) => text);

describe('what a help says to write', () => {
  it.each(texts)('works in example %#', (text) => {
    for (const { code, at, edits, help } of errorsOf(text)) {
      if (!edits) continue;
      const left = errorsOf(edited(text, edits)).filter((one) => one.code === code && one.at?.line === at?.line);
      expect(left, help).toEqual([]);
    }
  });

  it('is told apart from advice', () => {
    const all = [...texts, ...MISTAKES.map(({ text }) => text)].flatMap(errorsOf);
    const written = new Set(all.filter(({ edits }) => edits).map(({ code }) => code));
    const advised = new Set(all.filter(({ edits }) => !edits).map(({ code }) => code));
    const mark = (code: Diagnostic['code']): string =>
      !written.has(code) ? '' : advised.has(code) ? '(edits, or advice)' : '(edits)';
    const marked = [...rows].map(([code, todo]) => [code, /\(edits.*\)$/.exec(todo)?.[0] ?? '']);
    expect(marked).toEqual([...rows.keys()].map((code) => [code, mark(code as Diagnostic['code'])]));
  });
});
