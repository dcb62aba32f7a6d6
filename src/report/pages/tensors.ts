// The tensors of a file of weights: a line for each, and what they come to. No layers: nothing says what reads what.

import { grouped, human } from '../../core/quantity.js';
import { elementsIn, isBuffer, type NamedTensor, totalsOf } from '../../core/stored.js';
import { both, heading, UNKNOWN } from '../cells.js';
import type { Cell, Fact, Page } from '../page.js';

const right = { align: 'right' } as const;

/** `what` the file is; `all` are its tensors, `shown` those of them that are asked for. */
export const tensorsPage = (
  name: string,
  what: string,
  all: readonly NamedTensor[],
  shown: readonly NamedTensor[],
): Page => [
  { type: 'heading', text: name, dim: what },
  {
    type: 'table',
    columns: [
      heading('name', 'name', { shorten: 1 }),
      heading('shape', 'shape', right),
      heading('type', 'type'),
      heading('values', 'values', { ...right, dropRemarks: 2 }),
    ],
    rows: shown.map((one) => [
      { text: one.name, ...(isBuffer(one.name) && { dim: '(buffer)' }) },
      { text: shapeText(one.shape) },
      { text: one.dtype },
      countCell(elementsIn(one)),
    ]),
    foot: [...(shown.length < all.length ? [foot('shown', shown)] : []), foot('total', all)],
  },
  { type: 'facts', entries: facts(all) },
];

/** In the order of the file, which is that of its program. */
export const shapeText = (shape: readonly number[]): string => (shape.length === 0 ? 'one' : shape.join('x'));

const countCell = (count: number | null): Cell => (count === null ? UNKNOWN : both(count));

const foot = (name: string, tensors: readonly NamedTensor[]): readonly Cell[] => [
  { text: name },
  { text: '' },
  { text: '' },
  countCell(totalsOf(tensors).values),
];

const facts = (all: readonly NamedTensor[]): readonly Fact[] => {
  const { params, buffers } = totalsOf(all);
  const text = (count: number | null): string =>
    count === null ? '?' : `${grouped(count)}${count < 1000 ? '' : ` (${human(count)})`}`;
  return [
    { label: 'tensors', text: grouped(all.length) },
    { label: 'parameters', text: text(params) },
    ...(buffers === 0 ? [] : [{ label: 'buffers', text: text(buffers), dim: '(running statistics, by their names)' }]),
  ];
};
