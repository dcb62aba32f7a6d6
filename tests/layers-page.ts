// docs/layers.md from the kinds themselves: what each does, its options, an example that runs. Text only; the test writes.

import type { LayerKind, Role } from '../src/core/layer.js';
import { takesSugar } from '../src/lang/item.js';
import { SUGAR } from '../src/lang/words.js';
import { layers } from '../src/layers/index.js';

const ROLES: readonly (readonly [Role, string])[] = [
  ['weights', 'Layers with weights'],
  ['pool', 'Pooling'],
  ['norm', 'Normalisation'],
  ['activation', 'Activations'],
  ['regularisation', 'Regularisation'],
  ['merge', 'Merges'],
  ['shape', 'Shapes'],
  ['scale', 'Scales and gates'],
];

export const layersPage = (): string =>
  [
    '<!-- Generated from src/layers/ by `npm test`. Do not edit. -->',
    '# Kinds of layers',
    '',
    `The ${layers.kinds.length} kinds, what they do and what they take. The main number stands at the kind itself (\`conv: 96\`), every other`,
    'option by its name. How items, branches and blocks are written is in [language.md](language.md); how things are counted in',
    '[counting.md](counting.md). Every example runs as a test: behind `# =>` stands what comes out.',
    '',
    ...ROLES.flatMap(([role, title]) => [
      `## ${title}`,
      '',
      ...layers.kinds.filter((kind) => kind.role === role).flatMap(section),
    ]),
  ].join('\n');

const section = (kind: LayerKind): string[] => [
  `### ${kind.name}`,
  '',
  `${kind.doc}${kind.linear ? ' A linear map.' : ''}${kind.aliases ? ` Also written ${kind.aliases.map((alias) => `\`${alias}\``).join(', ')}.` : ''}${takesSugar(kind) ? ` Takes ${SUGAR.map((word) => `\`${word}\``).join(', ')}.` : ''}`,
  '',
  ...options(kind),
  ...kind.examples.flatMap((example) => ['```yaml', example.trim(), '```', '']),
];

const options = (kind: LayerKind): string[] => {
  const names = Object.keys(kind.args);
  if (names.length === 0) return [];
  const rows = names.map((name) => {
    const arg = kind.args[name];
    const fallback = arg?.fallback ? arg.fallback.text : 'required';
    return `| \`${name}\`${name === kind.main ? ' (main)' : ''} | ${arg?.doc ?? ''} | ${fallback} |`;
  });
  return ['| option | what it is | default |', '| --- | --- | --- |', ...rows, ''];
};
