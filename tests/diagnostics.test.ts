// docs/diagnostics.md lists every code there is, and none besides; each can be given. The lint rules are in docs/lint.md.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

/** The union, family by family: `shape/${'groups' | 'slice'}`. */
const codes = [...read('src/core/codes.ts').matchAll(/`([a-z]+)\/\$\{([^}]*)\}`/g)].flatMap(([, family, names = '']) =>
  names.split(' | ').map((name) => `${family}/${name.slice(1, -1)}`),
);

const listed = [...read('docs/diagnostics.md').matchAll(/^\| `([a-z]+\/[a-z-]+)`/gm)].map((match) => match[1]);

const given = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => [...read(`src/${file}`).matchAll(/'([a-z]+\/[a-z-]+)'/g)].map((match) => match[1]));

/** Its code has the limit's name in it. */
const COMPUTED = ['budget/params', 'budget/macs', 'budget/memory'];

it('are explained, and no others', () => expect(listed.toSorted()).toEqual(codes.toSorted()));
it('can be given', () => expect(codes.filter((code) => !given.includes(code))).toEqual(COMPUTED));
