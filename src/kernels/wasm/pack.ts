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

/** The addend of every unit; null where there is none. */
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
