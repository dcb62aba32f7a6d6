// What is written below a volume: its name, what makes it, and what else is done on it. No places.

import type { Node } from '../../core/graph.js';
import { grouped } from '../../core/quantity.js';
import { shortened } from './measure.js';
import type { Ink } from './scene.js';
import type { Stage } from './stages.js';

const SIZE = { name: 11.5, label: 10.5 } as const;
const MOST_COLUMNS = 20;

interface Text {
  readonly text: string;
  readonly size: number;
  readonly bold?: true;
  readonly ink?: Ink;
  readonly title?: string;
}

/** The name, what it does, and what else is done on it. */
export const textsOf = (stage: Stage): readonly Text[] => {
  const { name, count } = stage;
  const times = count > 1 ? ` x${grouped(count)}` : '';
  return [
    { text: `${shortened(name, MOST_COLUMNS)}${times}`, size: SIZE.name, bold: true, title: `${name}${times}` },
    ...linesOf(stage).map(
      (text): Text => ({ text: shortened(text, MOST_COLUMNS + 4), size: SIZE.label, ink: 'quiet' }),
    ),
  ];
};

const linesOf = ({ sort, name, nodes, makers, count }: Stage): readonly string[] => {
  if (sort === 'input') return name === 'input' ? [] : ['input'];
  const [maker] = makers;
  const merges = tally(nodes.filter(({ inputs, kind }) => kind.role === 'merge' && inputs.length > 1));
  if (sort === 'cut' || makers.length > count) {
    const weighted = nodes.filter(({ kind }) => kind.role === 'weights').length;
    return [`${grouped(weighted)} weight layer${weighted === 1 ? '' : 's'}`, ...merges];
  }
  const rest = [...new Set(nodes.filter((node) => !makers.includes(node)).map(({ kind }) => kind.name))];
  return [...workOf(maker), ...(rest.length > 0 ? [rest.join(', ')] : [])];
};

/** `add x16, concat x2` */
const tally = (nodes: readonly Node[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const { kind } of nodes) counts.set(kind.name, (counts.get(kind.name) ?? 0) + 1);
  return counts.size === 0 ? [] : [[...counts].map(([kind, n]) => (n > 1 ? `${kind} x${n}` : kind)).join(', ')];
};

/** A kind of more letters has its window on a line of its own. */
const LONG_KIND = 5;

/** `conv 11x11 / 4`, or on two lines. */
const workOf = ({ kind, facts }: Node): readonly string[] => {
  const windows = facts?.windows ?? [];
  if (windows.length === 0) return [kind.name];
  const once = (values: readonly number[]) =>
    values.every((value) => value === values[0]) ? `${values[0]}` : values.join('x');
  const strides = windows.map(({ stride }) => stride);
  const dilations = windows.map(({ dilation }) => dilation);
  const window = [
    windows.map(({ kernel }) => kernel).join('x'),
    ...(strides.some((stride) => stride > 1) ? [`/ ${once(strides)}`] : []),
    ...(dilations.some((dilation) => dilation > 1) ? [`d${once(dilations)}`] : []),
  ].join(' ');
  return kind.name.length > LONG_KIND ? [kind.name, window] : [`${kind.name} ${window}`];
};
