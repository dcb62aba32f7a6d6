// Which input cells an output cell sees, per axis, as exact integers. One layer's own view; chains are composed in analysis/.

import { product, type Shape } from './shape.js';
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
  /** What the first and the last cells of the output see, where the period does not hold for them: copies around a border. */
  readonly ends?: Ends<Taps>;
}

/** What the first and the last cells have, in order. */
export interface Ends<Of> {
  readonly first: readonly Of[];
  readonly last: readonly Of[];
}

/**
 * Which cells of what is read an output cell sees along one axis of it: those at its own place along that axis of the output, all
 * of them, or one.
 */
export type AxisRead = number | 'all' | { readonly at: number };

/** For each axis of what is read, the channels being 0. */
export type Reads = readonly AxisRead[];

/** `global`: every output cell sees the whole input along all axes. */
export type Reach = 'global' | readonly AxisReach[];

/**
 * Values that only change places: the input is read in the shape `split`, whose axes are put in another `order` (axis i comes
 * from axis `order[i]`), and the result is read in the shape of the output. Channels first; no value is lost or read twice.
 */
export interface Moves {
  readonly split: Shape;
  readonly order: readonly number[];
}

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

/** The same taps in every phase: there may be thousands of them, of which most are never asked for. */
const always = (advance: number, phases: number, taps: Taps): AxisReach => ({
  advance,
  taps: phases > MOST_PHASES ? [] : new Array<Taps>(phases).fill(taps),
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
  factors.map((factor) => always(1, factor, CELL));

/** The input moved by `before` cells: padding (positive) and cropping (negative). */
export const shiftReach = (before: readonly number[]): readonly AxisReach[] =>
  before.map((n) => ({ advance: 1, taps: [{ start: -n, step: 1, count: 1 }] }));

/** Blocks of `factor` cells side by side (space to depth). */
export const blockReach = (factors: readonly number[]): readonly AxisReach[] =>
  factors.map((factor) => ({ advance: factor, taps: [{ start: 0, step: 1, count: factor }] }));

/**
 * Cell i of n is made of the input cells floor(i size/n) to ceil((i + 1) size/n) - 1: adaptive pooling, and resizing by area.
 * Source: PyTorch's AdaptiveAveragePooling.cpp, start_index and end_index.
 */
export const shareReach = (size: number, n: number): AxisReach => {
  if (size === n) return OWN_CELL;
  const shared = gcd(size, n);
  return resampleReach(n / shared, size / shared, (i) => [
    Math.floor((i * size) / n),
    Math.ceil(((i + 1) * size) / n) - 1,
  ]);
};

/** Each of `length` steps sees all up to its own. The last one sees as much as a window over all of them, which stands for the others. */
export const causalReach = (length: number): AxisReach =>
  length > MOST_PHASES
    ? UNSEEN
    : {
        advance: 1,
        taps: [{ start: 1 - length, step: 1, count: length }],
        ends: { first: Array.from({ length }, (_, o) => ({ start: 0, step: 1, count: o + 1 })), last: [] },
      };

/** Nobody knows what is seen: no phase is listed. */
export const UNSEEN: AxisReach = { advance: 1, taps: [] };

/**
 * Cell i of n sees a window of so many cells of an axis of `size`, in the middle of its own share of it; the odd cell is in front.
 */
export const windowAround = (size: number, n: number, window: number): AxisReach => {
  const shared = gcd(size, n);
  return periodic(size / shared, n / shared, (i) => {
    const [first, end] = [Math.floor((i * size) / n), Math.ceil(((i + 1) * size) / n)];
    return { start: first + Math.floor((end - first - window) / 2), step: 1, count: window };
  });
};

/** A border of copies along an axis of `size` cells: `shows` tells which cell one before or behind them is a copy of. */
export const copyReach = (
  size: number,
  [before, after]: readonly [number, number],
  shows: (at: number, size: number) => number,
): AxisReach => {
  const copy = (at: number): Taps => ({ start: shows(at, size), step: 1, count: 1 });
  return {
    advance: 1,
    taps: [{ start: -before, step: 1, count: 1 }],
    ends: {
      first: Array.from({ length: before }, (_, o) => copy(o - before)),
      last: Array.from({ length: after }, (_, o) => copy(size + o)),
    },
  };
};

/** The taps of one cell of an axis of `length` cells; null where its phases are not listed. */
export const tapsOf = ({ advance, taps, ends }: AxisReach, cell: number, length: number): Taps | null => {
  const own = ends && (ends.first[cell] ?? ends.last[cell - length + ends.last.length]);
  if (own) return own;
  const turn = Math.floor(cell / taps.length);
  const tap = taps[cell - turn * taps.length];
  return tap ? { ...tap, start: tap.start + turn * advance } : null;
};

/** Channels by groups: each of the `out` channels of a group reads all of its `read` channels. */
export const groupReach = (read: number, out: number): AxisReach =>
  always(read, out, { start: 0, step: 1, count: read });

/** Blocks of `factor` places per axis laid out as channels; with `back`, channels laid out as blocks of places. */
export const blockMoves = (input: Shape, factor: number, back: boolean): Moves => {
  const [c = 1, ...sizes] = input;
  const axes = sizes.length;
  const all = sizes.map((_, axis) => axis);
  if (factor === 1) return { split: input, order: input.map((_, axis) => axis) };
  return back
    ? {
        split: [c / factor ** axes, ...sizes.map(() => factor), ...sizes],
        order: [0, ...all.flatMap((axis) => [1 + axes + axis, 1 + axis])],
      }
    : {
        split: [c, ...sizes.flatMap((size) => [size / factor, factor])],
        order: [0, ...all.map((axis) => 2 + 2 * axis), ...all.map((axis) => 1 + 2 * axis)],
      };
};

/**
 * Where the axes of a shape lie in the values' order: cells of an axis are `step` values apart, and go on for `span`. Axes that
 * both shapes have divide the values alike.
 */
export const strides = (shape: Shape): readonly { readonly step: number; readonly span: number }[] =>
  shape.map((size, axis) => {
    const step = product(shape.slice(axis + 1));
    return { step, span: step * size };
  });

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
