// What is generated from the kinds, the lint rules and the specs: their registries and specs/index.json. Text only; the test writes.

import { readdirSync } from 'node:fs';
import { listedFigures } from '../src/analysis/listed.js';
import type { Definition } from '../src/core/layer.js';
import { bundled, specIndex } from './bundled.js';

const root = new URL('../', import.meta.url);

const kindNames = (): string[] =>
  readdirSync(new URL('src/layers/', root))
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    .map((file) => file.slice(0, -3))
    .sort();

export const registrySource = async (): Promise<string> => {
  const names = kindNames();
  const described = await Promise.all(
    names.map(async (name) => {
      const { default: define }: { default: Definition } = await import(`../src/layers/${name}.ts`);
      return { name, ...define() };
    }),
  );
  const options = [...new Set(described.flatMap(({ args }) => Object.keys(args)))].sort();
  return [
    '// Generated from the files of this folder by `npm test`. Do not edit.',
    '',
    "import { registry } from '../core/layer.js';",
    ...names.map((name) => `import ${name} from './${name}.js';`),
    '',
    '/** By name what each kind is, and its aliases; behind them the options of all. */',
    'export const layers = registry(',
    '  {',
    ...described.map(({ name, aliases = [] }) => `    ${name}: [${[name, ...aliases.map(quoted)].join(', ')}],`),
    '  },',
    '  [',
    ...options.map((option) => `    ${quoted(option)},`),
    '  ],',
    ');',
    '',
  ].join('\n');
};

const quoted = (text: string): string => `'${text}'`;

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
    "import type { RuleId } from '../../core/rule-ids.js';",
    ...names.map(({ id, name }) => `import ${name} from './${id}.js';`),
    '',
    'export const rules = {',
    ...names.map(({ id, name }) => `  '${id}': ${name},`),
    '} satisfies Record<RuleId, unknown>;',
    '',
  ].join('\n');
};

export const ruleIdsSource = (): string =>
  [
    '// Generated from the folders of src/analysis/lint/ by `npm test`. Do not edit.',
    '',
    'export type RuleId =',
    ...ruleNames().map((id, i, all) => `  | '${id}'${i === all.length - 1 ? ';' : ''}`),
    '',
  ].join('\n');

/** With the figures of each, a line per name. */
export const specIndexJson = (): string => {
  const index = specIndex();
  const families = new Set(Object.values(index).flatMap(({ file, variant }) => (variant === undefined ? [] : [file])));
  const lines = Object.entries(index).map(([name, { file, variant }]) => {
    const isFamily = variant === undefined && families.has(file);
    const figures = isFamily ? undefined : listedFigures(bundled(name));
    return `  ${JSON.stringify(name)}: ${JSON.stringify({ file, variant, figures })}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
};
