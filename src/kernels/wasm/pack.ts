// Learned tensors as the core reads them: panels for the microkernel, rows of taps for depthwise kernels. Pure.

import type { Step } from '../../core/kernels.js';
import { product } from '../../core/shape.js';
import { type Affine, affineOf } from './fuse.js';

/** Writes its values into memory. */
export interface Pack {
  readonly floats: number;
  readonly write: (to: Float32Array) => void;
}

/** Bias and weights of a convolution with what is folded into it: factor per filter, bias per filter. */
const folding = ({ weights }: Step, folded: readonly Step[], filters: number): Affine => {
  const { scale, shift } = affineOf(folded, filters);
  const bias = weights.bias?.data;
  return { scale, shift: shift.map((value, o) => value + (bias?.[o] ?? 0) * (scale[o] as number)) };
};

export interface PanelShape {
  readonly groups: number;
  /** Filters of one group. */
  readonly filters: number;
  readonly taps: number;
  /** Channels of one group. */
  readonly depth: number;
  /** Columns of a panel: filters that the microkernel makes at once. */
  readonly columns: number;
}

/** [groups][panels][1 + taps * depth][columns]: the bias, then for every tap and channel the weights of `columns` filters. */
export const panels = (step: Step, folded: readonly Step[], shape: PanelShape): Pack => {
  const { groups, filters, taps, depth, columns } = shape;
  const perGroup = Math.ceil(filters / columns);
  const panel = (1 + taps * depth) * columns;
  return {
    floats: groups * perGroup * panel,
    write: (to) => {
      const { scale, shift } = folding(step, folded, groups * filters);
      const from = step.weights.weight?.data ?? new Float32Array();
      for (let o = 0; o < groups * filters; o++) {
        const group = Math.floor(o / filters);
        const inGroup = o - group * filters;
        const start = (group * perGroup + Math.floor(inGroup / columns)) * panel + (inGroup % columns);
        const factor = scale[o] as number;
        to[start] = shift[o] as number;
        let at = o * depth * taps;
        for (let c = 0; c < depth; c++)
          for (let tap = 0; tap < taps; tap++)
            to[start + (1 + tap * depth + c) * columns] = (from[at++] as number) * factor;
      }
    },
  };
};

/** G of F(4x4, 3x3) and F(2x2, 3x3): kernels of 3 to lines of 6 and 4 (Lavin and Gray, 2016). */
const G: Readonly<Record<2 | 4, readonly (readonly [number, number, number])[]>> = {
  4: [
    [1 / 4, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1],
  ],
  2: [
    [1, 0, 0],
    [1 / 2, 1 / 2, 1 / 2],
    [1 / 2, -1 / 2, 1 / 2],
    [0, 0, 1],
  ],
};

/** U = G g Gᵀ of every kernel, as [(m + 2)²][panels][1 + C][columns], the first row of each panel 0. */
export const transformedPanels = (
  step: Step,
  folded: readonly Step[],
  {
    m,
    filters,
    channels,
    columns,
  }: { readonly m: 2 | 4; readonly filters: number; readonly channels: number; readonly columns: number },
): Pack => {
  const rows = G[m];
  const all = Math.ceil(filters / columns);
  const panel = (1 + channels) * columns;
  const apart = all * panel;
  return {
    floats: rows.length ** 2 * apart,
    write: (to) => {
      const { scale } = folding(step, folded, filters);
      const from = step.weights.weight?.data ?? new Float32Array();
      const size = rows.length;
      const lines = Float64Array.from(rows.flat());
      const half = new Float64Array(3 * size);
      // Panel by panel, so that what is written lies together.
      for (let first = 0; first < filters; first += columns) {
        const start = (first / columns) * panel;
        const last = Math.min(first + columns, filters);
        for (let c = 0; c < channels; c++) {
          for (let o = first; o < last; o++) {
            transform(
              lines,
              size,
              from,
              (o * channels + c) * 9,
              scale[o] as number,
              half,
              to,
              start + (1 + c) * columns + o - first,
              apart,
            );
          }
        }
      }
    },
  };
};

/** One kernel of 3x3 at `kernel`: U = G g Gᵀ times `factor`, its values `apart` floats from each other. `half` is G g. */
const transform = (
  g: Float64Array,
  size: number,
  from: Float32Array,
  kernel: number,
  factor: number,
  half: Float64Array,
  to: Float32Array,
  at: number,
  apart: number,
): void => {
  for (let i = 0; i < size; i++) {
    const [a, b, d] = [g[3 * i] as number, g[3 * i + 1] as number, g[3 * i + 2] as number];
    for (let x = 0; x < 3; x++)
      half[3 * i + x] =
        a * (from[kernel + x] as number) + b * (from[kernel + 3 + x] as number) + d * (from[kernel + 6 + x] as number);
  }
  for (let i = 0; i < size; i++) {
    const x = (half[3 * i] as number) * factor;
    const y = (half[3 * i + 1] as number) * factor;
    const z = (half[3 * i + 2] as number) * factor;
    for (let j = 0; j < size; j++)
      to[at + (i * size + j) * apart] =
        (g[3 * j] as number) * x + (g[3 * j + 1] as number) * y + (g[3 * j + 2] as number) * z;
  }
};

/** [1 + taps][C rounded up to 4]: the bias, then each tap of all channels. */
export const taps = (step: Step, folded: readonly Step[], channels: number, count: number): Pack => {
  const width = Math.ceil(channels / 4) * 4;
  return {
    floats: (1 + count) * width,
    write: (to) => {
      const { scale, shift } = folding(step, folded, channels);
      const from = step.weights.weight?.data ?? new Float32Array();
      for (let c = 0; c < channels; c++) {
        to[c] = shift[c] as number;
        for (let tap = 0; tap < count; tap++)
          to[(1 + tap) * width + c] = (from[c * count + tap] as number) * (scale[c] as number);
      }
    },
  };
};

/** Rows of a dense layer as they come, but for what is folded into them. */
export const rows = (step: Step, folded: readonly Step[], units: number): Pack => {
  const { weight } = step.weights;
  return {
    floats: product(weight?.shape ?? [0]),
    write: (to) => {
      const from = weight?.data ?? new Float32Array();
      if (folded.length === 0) to.set(from);
      else {
        const { scale } = folding(step, folded, units);
        const width = from.length / units;
        for (let i = 0; i < from.length; i++) to[i] = (from[i] as number) * (scale[Math.floor(i / width)] as number);
      }
    },
  };
};

/** The addend of every unit or filter; null where there is none. */
export const addends = (step: Step, folded: readonly Step[], units: number): Pack | null => {
  if (!step.weights.bias && folded.length === 0) return null;
  return { floats: units, write: (to) => to.set(folding(step, folded, units).shift) };
};

/** Numbers as they are. */
export const plain = (values: ArrayLike<number>): Pack => ({ floats: values.length, write: (to) => to.set(values) });

/** Whole numbers, by their bits. */
export const indices = (values: readonly number[]): Pack => ({
  floats: values.length,
  write: (to) => new Uint32Array(to.buffer, to.byteOffset, to.length).set(values),
});
