// The window of a layer along its axes: which cells it meets, and which of them are shown. The arithmetic is core/window.ts.

import { extent, type Window } from '../../core/window.js';
import { type Grid, type Lane, laneOf } from './grid.js';

/** Of a long axis so many cells at its beginning and at its end. */
const SHOWN = { head: 11, most: 34, tail: 4, out: 8, outTail: 3 } as const;
/** A sequence has one row, and room for a longer one. */
const MOST_IN_ROW = 90;
const CELL = { least: 6, most: 20, room: 340 } as const;

/** One axis: the window, the sizes before and after it. */
export interface Axis {
  readonly window: Window;
  readonly size: number;
  readonly out: number;
}

/** What the grid with the windows and the one with single cells are: slid over the input, or spread over the output. */
export interface Sides {
  readonly spreads: boolean;
  readonly axes: readonly [rows: Axis, columns: Axis];
}

export const gridFor = (axes: readonly [Axis, Axis], lane: (axis: Axis) => Lane): Grid => {
  const [rows, columns] = axes.map(lane) as [Lane, Lane];
  const cell = Math.max(CELL.least, Math.min(CELL.most, Math.floor(CELL.room / Math.max(rows.wide, columns.wide))));
  return { rows, columns, at: [0, 0], cell };
};

export const widthOf = ({ columns, cell }: Grid): number => columns.wide * cell;
export const heightOf = ({ rows, cell }: Grid): number => rows.wide * cell;

/** Where the windows lie: with the padding, and what the last one hangs over. */
const spanOf = ({ window, size, out }: Axis, spreads: boolean): readonly [first: number, last: number] => {
  const places = spreads ? size : out;
  const end = (places - 1) * window.stride - window.before + extent(window) - 1;
  return [-window.before, Math.max(end, spreads ? out - 1 : size + window.after - 1)];
};

/** Of the axis that windows lie on; `inRow`: it is the only one. */
export const wideLane = (axis: Axis, spreads: boolean, inRow: boolean): Lane => {
  const most = inRow ? MOST_IN_ROW : SHOWN.most;
  const [first, last] = spanOf(axis, spreads);
  const both = extent(axis.window) + axis.window.stride + 1;
  return laneOf(
    first,
    last,
    Math.min(most, Math.max(SHOWN.head, both)),
    SHOWN.tail + Math.max(0, Math.min(4, axis.window.after)),
  );
};

/** Of the axis of single cells. */
export const smallLane = ({ size, out }: Axis, spreads: boolean): Lane =>
  laneOf(0, (spreads ? size : out) - 1, SHOWN.out, SHOWN.outTail);

/** Whether a cell is a tap of the window at some of its places. */
export const isTapped = ({ window, size, out }: Axis, cell: number, spreads: boolean): boolean => {
  const { stride, dilation, before } = window;
  const at = cell + before;
  const last = Math.min(Math.floor(at / stride), (spreads ? size : out) - 1);
  const first = Math.max(0, Math.ceil((at - extent(window) + 1) / stride));
  // Of as many places as the dilation one has a tap there, if any has.
  for (let place = first; place <= last && place < first + dilation; place += 1)
    if ((at - place * stride) % dilation === 0) return true;
  return false;
};

export const isFirstTap = ({ window }: Axis, cell: number): boolean => {
  const tap = (cell + window.before) / window.dilation;
  return Number.isInteger(tap) && tap >= 0 && tap < window.kernel;
};
