// Which input cells an output cell sees, per axis, as exact integers. One layer's own view; chains are composed in analysis/.

import type { Window } from './window.js';
import { extent } from './window.js';

/** Input cells `start, start + step, … ` (`count` of them). `count: 0` sees nothing of the input. */
export interface Taps {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/**
 * Along one axis, periodic: output cell `o = m * taps.length + phase` sees `taps[phase]` shifted by `m * advance`.
 * A convolution has one phase and advances by its stride; upsampling by f has f phases and advances by one.
 */
export interface AxisReach {
  readonly advance: number;
  readonly taps: readonly Taps[];
}

/** `global`: every output cell sees the whole input along all axes. */
export type Reach = 'global' | readonly AxisReach[];

const CELL: Taps = { start: 0, step: 1, count: 1 };

export const OWN_CELL: AxisReach = { advance: 1, taps: [CELL] };

/** A sliding window: cell o sees `o*stride - before` and on, every `dilation` cells. */
export const windowReach = (windows: readonly Window[]): readonly AxisReach[] =>
  windows.map((w) => ({ advance: w.stride, taps: [{ start: -w.before, step: w.dilation, count: w.kernel }] }));

/**
 * A transposed convolution: input i lands on outputs `i*stride - before + dilation*t`, so output o sees
 * `i = (o + before - dilation*t) / stride` where that is whole. The phase is o mod stride; some phases may see nothing.
 */
export const transposedReach = (windows: readonly Window[]): readonly AxisReach[] =>
  windows.map((w) => ({
    advance: 1,
    taps: Array.from({ length: w.stride }, (_, phase): Taps => {
      const cells: number[] = [];
      for (let position = phase + w.before, t = 0; t < w.kernel; t += 1) {
        const from = position - w.dilation * t;
        if (from % w.stride === 0) cells.push(from / w.stride);
      }
      return progression(cells.reverse());
    }),
  }));

/** Each input cell becomes `factor` output cells along the axis (nearest upsampling, pixel shuffle). */
export const repeatReach = (factors: readonly number[]): readonly AxisReach[] =>
  factors.map((factor) => ({ advance: 1, taps: new Array<Taps>(factor).fill(CELL) }));

/** The input moved by `before` cells: padding (positive) and cropping (negative). */
export const shiftReach = (before: readonly number[]): readonly AxisReach[] =>
  before.map((n) => ({ advance: 1, taps: [{ start: -n, step: 1, count: 1 }] }));

/** Blocks of `factor` cells side by side (space to depth). */
export const blockReach = (factors: readonly number[]): readonly AxisReach[] =>
  factors.map((factor) => ({ advance: factor, taps: [{ start: 0, step: 1, count: factor }] }));

/**
 * Resampling by a ratio, `advance` input cells for `period` output cells, given the input cells that output cell o mixes.
 */
export const resampleReach = (
  period: number,
  advance: number,
  sees: (o: number) => readonly [first: number, last: number],
): AxisReach => ({
  advance,
  taps: Array.from({ length: period }, (_, phase): Taps => {
    const [first, last] = sees(phase);
    return { start: first, step: 1, count: last - first + 1 };
  }),
});

export const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

const progression = (cells: readonly number[]): Taps => {
  const [first, second] = cells;
  if (first === undefined) return { start: 0, step: 1, count: 0 };
  return { start: first, step: second === undefined ? 1 : second - first, count: cells.length };
};

/** The window's extent in input cells, for a layer that slides one. */
export const isPointwise = (windows: readonly Window[]): boolean =>
  windows.every((w) => extent(w) === 1 && w.stride === 1);
