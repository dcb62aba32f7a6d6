// What is generated from the kinds, the lint rules and the specs: their registries and specs/index.json. Text only; the test writes.

import { readdirSync, readFileSync } from 'node:fs';
import { parse } from '../src/lang/parse.js';
import { layers } from '../src/layers/index.js';

const root = new URL('../', import.meta.url);

const kindNames = (): string[] =>
  readdirSync(new URL('src/layers/', root))
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    .map((file) => file.slice(0, -3))
    .sort();

export const registrySource = (): string => {
  const names = kindNames();
  return [
    '// Generated from the files of this folder by `npm test`. Do not edit.',
    '',
    "import { registry } from '../core/layer.js';",
    ...names.map((name) => `import ${name} from './${name}.js';`),
    '',
    'export const layers = registry({',
    ...names.map((name) => `  ${name},`),
    '});',
    '',
  ].join('\n');
};

/** The lint rules by id, which is the place of the file: `fit/fraction`. */
export const ruleNames = (): string[] => {
  const folder = new URL('src/analysis/lint/', root);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^[a-z]+[\\/][a-z0-9-]+\.ts$/.test(file))
    .map((file) => file.replace('\\', '/').slice(0, -3))
    .sort();
};

export const rulesSource = (): string => {
  const names = ruleNames().map((id) => ({ id, name: id.replace(/[/-](.)/g, (_, letter) => letter.toUpperCase()) }));
  return [
    '// Generated from the folders beside it by `npm test`. Do not edit.',
    '',
    ...names.map(({ id, name }) => `import ${name} from './${id}.js';`),
    '',
    'export const rules = {',
    ...names.map(({ id, name }) => `  '${id}': ${name},`),
    '};',
    '',
  ].join('\n');
};

/** What a person may type for a bundled network: the file, and one of its variants. */
export interface Bundled {
  readonly file: string;
  readonly variant?: string;
}

/** Every bundled network by name: the files' stems, and the variants in them. */
export const specIndex = (): Record<string, Bundled> => {
  const index: Record<string, Bundled> = {};
  for (const file of readdirSync(new URL('specs/', root)).filter((name) => name.endsWith('.yaml'))) {
    index[file.replace(/\.yaml$/, '')] = { file };
    const { variants } = parse(readFileSync(new URL(`specs/${file}`, root), 'utf8'), { registry: layers }).graph;
    for (const variant of variants) index[variant] = { file, variant };
  }
  return Object.fromEntries(Object.entries(index).sort(([a], [b]) => (a < b ? -1 : 1)));
};

export const specIndexJson = (): string => `${JSON.stringify(specIndex(), null, 2)}\n`;
