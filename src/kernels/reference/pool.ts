// Pools as plain loops: sliding windows, windows that follow from the size of the output, and all along some axes.

import type { OperatorOf } from '../../core/operator.js';
import type { Window } from '../../core/window.js';
import { along, eachCell, eachTap, type Values, volume, windows3, zeros } from './values.js';

/**
 * The largest value or the mean of each window. Padding is never read. The mean divides by the cells it met, or, where
 * padding counts, by the window clipped to input and padding: what hangs over under ceil mode does not count (PyTorch).
 */
export const pool = (
  { mode, windows, countPadding, divisor: fixed }: OperatorOf<'pool'>,
  x: Values,
  shape: readonly number[],
): Values => {
  const y = zeros(shape);
  const [input, output] = [volume(x), volume(y)];
  const slid = windows3(windows);
  const sizes = [input.D, input.H, input.W] as const;
  eachCell(output, (d, h, w, cell) => {
    const cells: number[] = [];
    eachTap(input, slid, [d, h, w], (_, at) => cells.push(at));
    const divisor =
      fixed ??
      (countPadding
        ? [d, h, w].reduce((all, place, axis) => all * clipped(slid[axis] as Window, place, sizes[axis] as number), 1)
        : cells.length);
    summarise(mode, x.data, cells, divisor, y.data, cell, input.cells, output.cells);
  });
  return y;
};

/** Each value of the first input where the largest of its window in the second stands, the first of equals (PyTorch). */
export const unpool = (
  { windows }: OperatorOf<'unpool'>,
  [x, of]: readonly Values[],
  shape: readonly number[],
): Values => {
  const y = zeros(shape);
  if (!x || !of) return y;
  const [small, large] = [volume(x), volume(of)];
  const slid = windows3(windows);
  eachCell(small, (d, h, w, cell) => {
    const cells: number[] = [];
    eachTap(large, slid, [d, h, w], (_, at) => cells.push(at));
    for (let plane = 0; plane < small.N * small.C; plane++) {
      const first = plane * large.cells;
      const value = (at: number): number => of.data[first + at] as number;
      const largest = cells.reduce((best, at) => (value(at) > value(best) || Number.isNaN(value(at)) ? at : best));
      y.data[first + largest] = x.data[plane * small.cells + cell] as number;
    }
  });
  return y;
};

/** How many taps of the window lie in the input or its padding. */
const clipped = (w: Window, place: number, size: number): number => {
  let taps = 0;
  for (let k = 0; k < w.kernel; k++) if (place * w.stride + k * w.dilation < size + w.before + w.after) taps += 1;
  return taps;
};

/** Output cell i of m reads cells floor(i n / m) to ceil((i + 1) n / m) - 1 of n, as PyTorch's adaptive pools do. */
export const adaptivePool = ({ mode }: OperatorOf<'adaptive-pool'>, x: Values, shape: readonly number[]): Values => {
  const y = zeros(shape);
  // A vector of C is a volume of one place.
  const [input, output] = [volume(x), volume(y)];
  const range = (i: number, m: number, n: number) => [Math.floor((i * n) / m), Math.ceil(((i + 1) * n) / m)] as const;
  eachCell(output, (d, h, w, cell) => {
    const cells: number[] = [];
    const [z0, z1] = range(d, output.D, input.D);
    const [y0, y1] = range(h, output.H, input.H);
    const [x0, x1] = range(w, output.W, input.W);
    for (let z = z0; z < z1; z++)
      for (let row = y0; row < y1; row++)
        for (let column = x0; column < x1; column++) cells.push((z * input.H + row) * input.W + column);
    summarise(mode, x.data, cells, cells.length, y.data, cell, input.cells, output.cells);
  });
  return y;
};

/** What is no number stays none. */
const largest = (values: readonly number[]): number =>
  values.reduce((a, b) => (a > b || Number.isNaN(a) ? a : b), Number.NEGATIVE_INFINITY);

/** One value from those along the axes. */
export const reduce = ({ by, axes }: OperatorOf<'reduce'>, x: Values, shape: readonly number[]): Values => {
  const y = zeros(shape);
  let at = 0;
  for (const set of along(axes, x)) y.data[at++] = REDUCE[by](Array.from(set, (i) => x.data[i] as number));
  return y;
};

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const REDUCE: Readonly<Record<OperatorOf<'reduce'>['by'], (values: readonly number[]) => number>> = {
  mean: (values) => total(values) / values.length,
  max: largest,
  sum: total,
  l2: (values) => Math.sqrt(total(values.map((value) => value ** 2))),
};

type Mode = OperatorOf<'pool' | 'adaptive-pool'>['mode'];

const SUMMARIES: Readonly<Record<Mode, (values: readonly number[], divisor: number) => number>> = {
  max: largest,
  mean: (values, divisor) => total(values) / divisor,
};

/** One output cell of every channel and image from the same input cells. */
const summarise = (
  mode: Mode,
  from: Float64Array,
  cells: readonly number[],
  divisor: number,
  to: Float64Array,
  cell: number,
  inCells: number,
  outCells: number,
): void => {
  for (let plane = 0; plane * outCells < to.length; plane++) {
    const values = cells.map((at) => from[plane * inCells + at] as number);
    to[plane * outCells + cell] = SUMMARIES[mode](values, divisor);
  }
};
