// A stack run against its one kernel: how far the outputs lie apart, and where. Blocks only.

import { powerAbove, scientific } from '../../core/quantity.js';
import { formatShape } from '../../core/shape.js';
import type { Difference, Execution } from '../../run/linear.js';
import { heading } from '../cells.js';
import type { Block, Cell, Page } from '../page.js';

export interface Ran {
  /** The stack that was composed into one kernel. */
  readonly name: string;
  readonly execution: Execution;
}

export const runPage = (ran: readonly Ran[]): Page => ran.flatMap(one);

const one = ({ name, execution }: Ran): Page => {
  const { input, kernel, linear, withRelu, padded } = execution;
  const size = kernel.join('x');
  return [
    {
      type: 'heading',
      text: `${name} and the one ${size} kernel that it comes to, run`,
      dim: `on ${formatShape(input)}`,
    },
    {
      type: 'table',
      columns: [
        heading('how', ''),
        heading('diff', 'difference', { align: 'right' }),
        heading('largest', 'largest output', { align: 'right' }),
        heading('verdict', ''),
      ],
      rows: [
        row('without nonlinearities', linear, 'the same but for rounding'),
        row('with nonlinearities', withRelu, 'the same but for rounding'),
        ...(padded ? [row('zero padding, linear', padded, 'the same but for rounding', border(padded.border))] : []),
      ],
    },
    ...(padded && padded.border > 0 && padded.map.length > 1 ? [heat(name, padded)] : []),
  ];
};

const row = (
  how: string,
  { maxAbsDiff, largest, equal }: Difference,
  same: string,
  other = 'not the same',
): readonly Cell[] => [
  { text: how },
  { text: equal && maxAbsDiff > 0 ? `<${powerAbove(maxAbsDiff)}` : scientific(maxAbsDiff) },
  { text: scientific(largest) },
  { text: equal ? same : other },
];

const border = (cells: number): string =>
  cells === 1 ? 'not at the outermost cell' : `not at the outermost ${cells} cells`;

/** Characters across: where the border is, is seen at any size. */
const MAP = 34;

const heat = (name: string, { map, maxAbsDiff }: NonNullable<Execution['padded']>): Block => ({
  type: 'heat',
  title: `where zeros padded between the layers of ${name} change the output`,
  rows: map.map((line) => line.map((value) => (value > 1e-4 * maxAbsDiff ? value / maxAbsDiff : 0))),
  legend: ['where zeros padded between the layers make a difference'],
  columns: MAP,
});
