// Sheets as text: an empty one for a network, and the same with its key. Reading them is answers.ts.

import type { Analysis } from '../analysis/analysis.js';
import { isExact } from '../analysis/receptive-field.js';
import type { Facts, Role } from '../core/layer.js';
import { type Language, nameIn, say } from './chinese.js';
import { type Stated, USUAL } from './conventions.js';
import { writeKey } from './key.js';
import { type QuantityName, quantityNamed } from './quantities.js';
import { subjectOf, worldOf } from './world.js';

/** What is asked of a layer, by what it does; what nobody asks of a role is left out. */
const asks = (role: Role, facts: Facts): readonly QuantityName[] => {
  switch (role) {
    case 'weights':
      return facts.windows ? ['out', 'params', 'macs', 'rf'] : ['out', 'params', 'macs'];
    case 'pool':
      return facts.windows ? ['out', 'params', 'rf'] : ['out', 'params'];
    case 'norm':
    case 'activation':
      return facts.params?.length ? ['params'] : [];
    case 'merge':
      return ['out'];
    default:
      return [];
  }
};

const OF_TRAINING: readonly QuantityName[] = ['kept', 'backward'];

/** How cells are written: `_`, or with `key` what is right; names and words in a language. */
export interface Writing {
  readonly key: boolean;
  readonly language: Language;
  readonly stated?: Stated;
  /** What training keeps of each layer is asked, too, and what the way back costs. */
  readonly training?: boolean;
}

type Cell = readonly [name: string, answer: string];

/** Writes the cells of an analysed network. */
export const cellsOf = (analysis: Analysis, { key, language, stated = {} }: Writing) => {
  const world = worldOf(analysis);
  const conventions = { ...USUAL, ...stated };
  return (layer: string, names: readonly QuantityName[]): readonly Cell[] =>
    names.map((name) => {
      const subject = key ? subjectOf(analysis, world, layer, { extent: 'layer' }) : null;
      const asked = quantityNamed(name);
      const right = subject && asked?.key(subject, { conventions, memoryLimit: null, training: 'inference' });
      const written = right && asked && writeKey(right, conventions, asked.form, 1, (word) => say(word, language));
      return [nameIn(name, language), written ?? '_'];
    });
};

/** The lines below `answers:`, one for a layer. */
export const answerLines = (analysis: Analysis, writing: Writing): readonly string[] => {
  const cells = cellsOf(analysis, writing);
  const line = (layer: string, names: readonly QuantityName[]) =>
    names.length === 0
      ? []
      : [
          `${quoted(layer)}: {${cells(layer, names)
            .map(([name, answer]) => `${name}: ${answer}`)
            .join(', ')}}`,
        ];
  const layers = analysis.rows.flatMap(({ node, field }) => {
    if (!node.facts) return [];
    const local = field?.local;
    const names = [...asks(node.kind.role, node.facts), ...(writing.training ? OF_TRAINING : [])].filter(
      (name) => name !== 'rf' || (local && local !== 'global' && local.length > 0 && isExact(local)),
    );
    return line(node.name, names);
  });
  return layers.length < 3
    ? layers
    : [...layers, ...line('total', analysis.totals.macs === null ? ['params'] : ['params', 'macs'])];
};

/** A name as a YAML key. */
const quoted = (name: string): string =>
  /^[A-Za-z_][\w.-]*$/.test(name) && !/^(null|true|false|yes|no)$/i.test(name) ? name : JSON.stringify(name);

/** What a sheet says of its language: nothing where it is English. */
export const languageLines = (language: Language): readonly string[] =>
  language === 'en' ? [] : [`lang: ${language}`];

export const template = (analysis: Analysis, spec: string, language: Language): string =>
  [
    `# ${say('One line per layer; put your answers where a _ stands, and run: cnncalc check SPEC THIS_FILE', language)}`,
    ...languageLines(language),
    `spec: ${JSON.stringify(spec)}`,
    'answers:',
    ...answerLines(analysis, { key: false, language }).map((line) => `  ${line}`),
    '',
  ].join('\n');
