// Which input cells an output cell sees, per axis, as exact integers. One layer's own view; chains are composed in analysis/.

import type { Window } from './window.js';

/** Input cells `start, start + step, … ` (`count` of them). `count: 0` sees nothing of the input. */
export interface Taps {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/**
 * Along one axis, periodic: output cell `o = m * taps.length + phase` sees `taps[phase]` shifted by `m * advance`.
 * A convolution has one phase and advances by its stride; upsampling by f has f phases and advances by one.
 * No taps at all: more phases than are listed, so that what the layer sees is unknown.
 */
export interface AxisReach {
  readonly advance: number;
  readonly taps: readonly Taps[];
}

/** `global`: every output cell sees the whole input along all axes. */
export type Reach = 'global' | readonly AxisReach[];

const CELL: Taps = { start: 0, step: 1, count: 1 };
const NOTHING: Taps = { start: 0, step: 1, count: 0 };

export const OWN_CELL: AxisReach = { advance: 1, taps: [CELL] };

/** A sliding window: cell o sees `o*stride - before` and on, every `dilation` cells. */
export const windowReach = (windows: readonly Window[]): readonly AxisReach[] =>
  windows.map((w) => ({ advance: w.stride, taps: [{ start: -w.before, step: w.dilation, count: w.kernel }] }));

/** More phases than this are not listed: what a layer with so many sees is unknown. */
const MOST_PHASES = 1 << 16;

const periodic = (advance: number, phases: number, taps: (phase: number) => Taps): AxisReach => ({
  advance,
  taps: phases > MOST_PHASES ? [] : Array.from({ length: phases }, (_, phase) => taps(phase)),
});

/**
 * A transposed convolution: input i lands on outputs `i*stride - before + dilation*t`, so output o sees
 * `i = (o + before - dilation*t) / stride` where that is whole. The phase is o mod stride; some phases may see nothing.
 */
export const transposedReach = (windows: readonly Window[]): readonly AxisReach[] =>
  windows.map(({ kernel, stride, dilation, before }) => {
    const shared = gcd(stride, dilation);
    // Every `every`-th tap falls on a whole input cell, each `step` cells before the last.
    const [every, step] = [stride / shared, dilation / shared];
    const firstTap = new Map<number, number>();
    for (let tap = 0; tap < Math.min(kernel, every, MOST_PHASES); tap += 1)
      firstTap.set(((dilation % stride) * tap) % stride, tap);
    return periodic(1, stride, (phase) => {
      const position = phase + before;
      const tap = firstTap.get(position % stride);
      if (tap === undefined) return NOTHING;
      const count = Math.floor((kernel - 1 - tap) / every) + 1;
      return { start: (position - dilation * tap) / stride - (count - 1) * step, step, count };
    });
  });

/** Each input cell becomes `factor` output cells along the axis (nearest upsampling, pixel shuffle). */
export const repeatReach = (factors: readonly number[]): readonly AxisReach[] =>
  factors.map((factor) => periodic(1, factor, () => CELL));

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
): AxisReach =>
  periodic(advance, period, (phase) => {
    const [first, last] = sees(phase);
    return { start: first, step: 1, count: last - first + 1 };
  });

export const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
