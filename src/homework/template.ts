// Sheets as text: an empty one for a network, and the same with its key. Reading them is answers.ts.

import type { Analysis } from '../analysis/analysis.js';
import { isExact } from '../analysis/receptive-field.js';
import type { Facts, Role } from '../core/layer.js';
import { type Stated, USUAL } from './conventions.js';
import { writeKey } from './key.js';
import { quantityNamed } from './quantities.js';
import { subjectOf, worldOf } from './world.js';

/** What is asked of a layer, by what it does; what nobody asks of a role is left out. */
const asks = (role: Role, facts: Facts): readonly string[] => {
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

/** The lines below `answers:`; with `key`, what is right stands in every cell. */
export const answerLines = (analysis: Analysis, key: boolean, stated: Stated = {}): readonly string[] => {
  const world = worldOf(analysis);
  const conventions = { ...USUAL, ...stated };
  const cell = (layer: string, name: string): string => {
    const subject = key ? subjectOf(analysis, world, layer, { extent: 'layer' }) : null;
    const asked = quantityNamed(name);
    const right = subject && asked?.key(subject, { conventions, memoryLimit: null, training: 'inference' });
    return `${name}: ${right && asked ? writeKey(right, conventions, asked.form, 1) : '_'}`;
  };
  const line = (layer: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${quoted(layer)}: {${names.map((name) => cell(layer, name)).join(', ')}}`];
  const layers = analysis.rows.flatMap(({ node, field }) => {
    if (!node.facts) return [];
    const local = field?.local;
    const names = asks(node.kind.role, node.facts).filter(
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

export const template = (analysis: Analysis, spec: string): string =>
  [
    `# One line per layer; put your answers where a _ stands, and run: cnncalc check SPEC THIS_FILE`,
    `spec: ${JSON.stringify(spec)}`,
    'answers:',
    ...answerLines(analysis, false).map((line) => `  ${line}`),
    '',
  ].join('\n');
