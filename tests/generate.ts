// What is generated from the kinds and the specs: their registry, docs/layers.md and specs/index.json. Text only; the test writes.

import { readFileSync, readdirSync } from 'node:fs';

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
    ...names.map((name) => `import ${identifier(name)} from './${name}.js';`),
    '',
    'export const layers = registry({',
    ...names.map((name) => `  ${identifier(name) === name ? name : `${name}: ${identifier(name)}`},`),
    '});',
    '',
  ].join('\n');
};

// A kind may be called like a word of the language it is written in.
const identifier = (name: string): string => (['in', 'switch', 'default'].includes(name) ? `${name}Kind` : name);
