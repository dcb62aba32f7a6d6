// Two stacks side by side: a table, the verdict in a sentence, and what is not equal. And the stacks that would do as well.

import type { Equivalence, Side } from '../../analysis/equivalence.js';
import { polynomialText } from '../../analysis/polynomial.js';
import type { Tracks } from '../../analysis/receptive-field.js';
import { sizeOf } from '../../analysis/track-measures.js';
import { grouped, human } from '../../core/quantity.js';
import { formatShape, product } from '../../core/shape.js';
import { atMost, both, heading } from '../cells.js';
import type { Block, Cell, Page } from '../page.js';
import { type Ran, runPage } from './equiv-run.js';

const volume = (sizes: readonly number[] | null): string => (sizes ? sizes.join('x') : 'all');

/** One number where every list is square: 32 -> 30 -> 28 -> 26. */
export const compact = (
  lists: readonly (readonly number[] | null)[],
): readonly (number | readonly number[] | null)[] => {
  const square = lists.every((sizes) => !sizes || sizes.every((n) => n === sizes[0]));
  return square ? lists.map((sizes) => (sizes ? (sizes[0] ?? 1) : null)) : lists;
};

/** Long chains are told by their ends. */
const MOST_STEPS = 8;

const chain = (lists: readonly (readonly number[] | null)[]): string => {
  const texts = compact(lists).map((n) => (typeof n === 'number' ? String(n) : volume(n)));
  const shown = texts.length > MOST_STEPS ? [...texts.slice(0, 3), '…', ...texts.slice(-2)] : texts;
  return shown.join(' -> ') || 'none';
};

const times = (a: number, b: number): string => (b === 0 || a === b ? '' : `${Number((a / b).toFixed(3))}`);

export const fieldText = (field: Tracks): string =>
  field === 'global' ? 'the whole input' : atMost(field, volume(field.map((track) => sizeOf(track).size)));

export const equivPage = (result: Equivalence, ran: readonly Ran[]): Page => {
  const { a, b, equivalent } = result;
  const differences = notEqual(result);
  return [
    { type: 'heading', text: `${a.name} against ${b.name}` },
    {
      type: 'table',
      columns: [
        heading('figure', ''),
        heading('a', a.name),
        heading('b', b.name),
        heading('ratio', 'a / b', { align: 'right' }),
      ],
      rows: rows(a, b),
    },
    { type: 'text', text: verdict(result), ...(!equivalent && { tone: 'warning' as const }) },
    ...(differences.length === 0
      ? []
      : [
          {
            type: 'facts' as const,
            entries: differences.map(({ what, text }, i) => ({
              label: i === 0 ? 'not equal' : '',
              text: `${what}: ${text}`,
            })),
          },
        ]),
    ...runPage(ran),
  ];
};

const rows = (a: Side, b: Side): readonly (readonly Cell[])[] => {
  const row = (label: string, cell: (side: Side) => Cell, ratio = ''): readonly Cell[] => [
    { text: label },
    cell(a),
    cell(b),
    { text: ratio },
  ];
  const text = (of: (side: Side) => string) => (side: Side) => ({ text: of(side) });
  const counted = a.channels !== null && b.channels !== null;
  const at = a.channels === b.channels ? ` at C = ${a.channels}` : '';
  return [
    row(
      'receptive field',
      text(({ field }) => fieldText(field)),
    ),
    row(
      'how it grows',
      text(({ growth }) => chain(growth)),
    ),
    row(
      'size',
      text(({ trace }) => chain(trace)),
    ),
    row(
      'output',
      text(({ output }) => formatShape(output)),
    ),
    ...(counted
      ? [
          row(
            'weights',
            text(({ weights }) => polynomialText(weights.inChannels)),
          ),
          row(
            'with biases',
            text(({ params }) => polynomialText(params.inChannels)),
          ),
        ]
      : []),
    row(
      `weights${counted ? at : ''}`,
      ({ weights }) => both(weights.number),
      times(a.weights.number, b.weights.number),
    ),
    row(
      `with biases${counted ? at : ''}`,
      ({ params }) => both(params.number),
      times(a.params.number, b.params.number),
    ),
    row(`MACs on ${formatShape(a.input)}`, ({ macs }) => both(macs), times(a.macs, b.macs)),
    row(
      'weight layers',
      text(({ weightLayers }) => String(weightLayers)),
    ),
    row(
      'nonlinearities',
      text(({ nonlinearities }) => String(nonlinearities)),
    ),
  ];
};

/** One sentence. */
export const verdict = (result: Equivalence): string => {
  const { a, b, equivalent, sameInputShape, sameReceptiveField, samePlaces, sameOutputShape } = result;
  if (!sameReceptiveField)
    return `Not equivalent: a unit of ${a.name} sees ${fieldText(a.field)}, one of ${b.name} ${fieldText(b.field)}.`;
  const field = fieldText(a.field);
  if (!equivalent) {
    const reasons = [
      ...(sameInputShape ? [] : [`their inputs are ${formatShape(a.input)} and ${formatShape(b.input)}`]),
      ...(samePlaces ? [] : ['their fields lie at different places (stride or padding)']),
      ...(sameOutputShape ? [] : [`their outputs are ${formatShape(a.output)} and ${formatShape(b.output)}`]),
    ];
    return `Not equivalent: both see ${field}, but ${reasons.join(', and ')}.`;
  }
  return `Equivalent: both see ${field} and give ${formatShape(a.output)}. ${price(a, b)}`;
};

const price = (a: Side, b: Side): string => {
  const [less, more] = a.weights.number <= b.weights.number ? [a, b] : [b, a];
  const saved = Math.round(100 * (1 - less.weights.number / more.weights.number));
  const weights =
    less.weights.number === more.weights.number
      ? 'They have as many weights'
      : `${less.name} has ${saved}% fewer weights`;
  const [n, m] = [less.nonlinearities, more.nonlinearities];
  return n === m
    ? `${weights} and as many nonlinearities.`
    : `${weights}, and ${n} ${n === 1 ? 'nonlinearity' : 'nonlinearities'} instead of ${m}.`;
};

export interface Difference {
  readonly what: string;
  readonly text: string;
}

/** What is not equal, also where the view is. */
export const notEqual = (result: Equivalence): readonly Difference[] => {
  const { a, b } = result;
  if (!result.sameReceptiveField) return holes(a, b);
  return [...functions(a, b), ...borders(a, b), ...holes(a, b)];
};

const functions = (a: Side, b: Side): readonly Difference[] => {
  const same = JSON.stringify([a.trace, a.growth]) === JSON.stringify([b.trace, b.growth]);
  const bent = [a, b].find(({ weightLayers, nonlinearities }) => weightLayers > 1 && nonlinearities > 0);
  const [less, more] = a.weights.number <= b.weights.number ? [a, b] : [b, a];
  const free = ({ channels, weights }: Side) =>
    channels === null ? grouped(weights.number) : polynomialText(weights.inChannels);
  const found: Difference[] = [];
  if (bent && !same)
    found.push({
      what: 'the function',
      text: `with nonlinearities between its layers ${bent.name} is no single convolution, and in general no weights make it compute what ${(bent === a ? b : a).name} computes`,
    });
  else if (a.nonlinearities !== b.nonlinearities)
    found.push({ what: 'the function', text: 'one of them has nonlinearities that the other has not' });
  if (a.field !== 'global' && less.weightLayers > more.weightLayers && less.weights.number < more.weights.number)
    found.push({
      what: 'the kernels',
      text: `${bent ? 'without its nonlinearities ' : ''}${less.name} is one ${fieldText(a.field)} kernel, but with ${free(less)} weights it reaches only some of those that ${free(more)} weights can be`,
    });
  return found;
};

const borders = (a: Side, b: Side): readonly Difference[] =>
  [a, b].flatMap(({ name, borderCells, padsBetween }) => {
    if (!borderCells) return [];
    const change = borderCells === 1 ? 'the outermost cell changes' : `the outermost ${borderCells} cells change`;
    return [
      {
        what: 'the border',
        text: padsBetween
          ? `${name} pads zeros between its layers too, by which ${change} along each side`
          : `padded with zeros to keep the size, ${name} would pad between its layers too, by which ${change} along each side`,
      },
    ];
  });

/** A dilated kernel leaves cells of its field unread. */
const holes = (...sides: readonly Side[]): readonly Difference[] =>
  sides.flatMap(({ name, reads, field }) => {
    if (reads === null || field === 'global') return [];
    const all = product(field.map((track) => sizeOf(track).size));
    return reads < all
      ? [{ what: 'the cells', text: `${name} reads only ${grouped(reads)} of the ${grouped(all)} cells of its field` }]
      : [];
  });

// --- equiv --find ------------------------------------------------------------------------------------------------------

/** The stacks with the field of `target`, cheapest first, and how many there are besides. */
export const findPage = (target: Side, stacks: readonly Side[], more: number): Page => {
  const cells = (side: Side): readonly Cell[] => [
    { text: side.name },
    { text: polynomialText(side.weights.inChannels) },
    { text: polynomialText(side.params.inChannels) },
    { text: grouped(side.weights.number) },
    { text: human(side.macs) },
    { text: String(side.nonlinearities) },
  ];
  const rest: readonly Block[] =
    more > 0 ? [{ type: 'text', text: `and ${grouped(more)} more, all with more weights`, tone: 'dim' }] : [];
  if (stacks.length === 0)
    return [{ type: 'text', text: `No stack of smaller kernels sees ${fieldText(target.field)}.` }];
  return [
    {
      type: 'heading',
      text: `stacks that see ${fieldText(target.field)}`,
      dim: `cheapest first, at stride 1; C = ${target.channels}, input ${formatShape(target.input)}`,
    },
    {
      type: 'table',
      columns: [
        heading('stack', 'stack'),
        heading('weights', 'weights', { align: 'right' }),
        heading('params', 'with biases', { align: 'right' }),
        heading('at', `at C = ${target.channels}`, { align: 'right' }),
        heading('macs', 'MACs', { align: 'right' }),
        heading('nonlinearities', 'nonlinearities', { align: 'right' }),
      ],
      rows: stacks.map(cells),
      foot: [cells(target)],
    },
    ...rest,
  ];
};
