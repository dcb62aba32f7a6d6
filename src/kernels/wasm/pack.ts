// Learned tensors as the core reads them: panels for the microkernel, rows of taps for depthwise kernels. What is large the core
// packs itself (assembly/pack.ts). Pure.

import { type Affine, affineOf } from '../../core/affine.js';
import type { Step, Tensor } from '../../core/kernels.js';
import { product } from '../../core/shape.js';
import { type Inserted, instruction, type Staged, type Written } from './instruction.js';

/** Floats that stand in the memory while a tensor is packed: the weights, a factor and an addend per filter. */
export const stagedFloats = ({ weight, filters }: Staged): number => product(weight?.shape ?? [0]) + 2 * filters;

/** Bias and weights of a convolution with what is folded into it: factor per filter, bias per filter. */
const folding = ({ weights }: Step, folded: readonly Step[], filters: number): Affine => {
  const { scale, shift } = affineOf(folded, filters);
  const bias = weights.bias?.data;
  return { scale, shift: shift.map((value, o) => value + (bias?.[o] ?? 0) * (scale[o] as number)) };
};

interface PanelShape {
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
export const panels = (step: Step, folded: readonly Step[], shape: PanelShape): Staged => {
  const { groups, filters, taps, depth, columns } = shape;
  const tasks = groups * Math.ceil(filters / columns);
  return {
    floats: tasks * (1 + taps * depth) * columns,
    instruction: (places) => instruction('pack', { ...places, groups, filters, taps, depth }, tasks),
    filters: groups * filters,
    learned: () => folding(step, folded, groups * filters),
    weight: step.weights.weight,
  };
};

export interface TransformedShape {
  /** Side of the tiles of outputs, and of the kernel: F(m x m, r x r). */
  readonly m: number;
  readonly kernel: number;
  readonly filters: number;
  readonly channels: number;
  readonly columns: number;
}

/** U of every kernel for Winograd's algorithm, as [n²][panels][1 + C][columns], the first row of each panel 0. */
export const transformedPanels = (step: Step, folded: readonly Step[], shape: TransformedShape): Staged => {
  const { m, kernel, filters, channels, columns } = shape;
  const tasks = Math.ceil(filters / columns);
  return {
    floats: (m + kernel - 1) ** 2 * tasks * (1 + channels) * columns,
    instruction: ({ weights, scale, output }) =>
      instruction('transform', { weights, scale, output, filters, C: channels, m, kernel }, tasks),
    filters,
    learned: () => folding(step, folded, filters),
    weight: step.weights.weight,
  };
};

/** Channels whose weights stand side by side: whole vectors, of whatever width. */
const LANES = 8;

/** [C / 8, rounded up][1 + taps][8]: of every block of channels the bias, then each tap. */
export const taps = (step: Step, folded: readonly Step[], channels: number, count: number): Written => ({
  floats: Math.ceil(channels / LANES) * (1 + count) * LANES,
  write: (to) => {
    const { scale, shift } = folding(step, folded, channels);
    const from = step.weights.weight?.data ?? new Float32Array();
    for (let c = 0; c < channels; c++) {
      const at = Math.floor(c / LANES) * (1 + count) * LANES + (c % LANES);
      to[at] = shift[c] as number;
      for (let tap = 0; tap < count; tap++)
        to[at + (1 + tap) * LANES] = (from[c * count + tap] as number) * (scale[c] as number);
    }
  },
});

/** Rows of a dense layer as they come, but for what is folded into them. */
export const rows = (step: Step, folded: readonly Step[], units: number): Written | Inserted => {
  const { weight = NOTHING } = step.weights;
  const floats = product(weight.shape);
  if (folded.length === 0) return { floats, weight };
  return {
    floats,
    write: (to) => {
      const { data } = weight;
      const { scale } = folding(step, folded, units);
      const width = data.length / units;
      for (let i = 0; i < data.length; i++) to[i] = (data[i] as number) * (scale[Math.floor(i / width)] as number);
    },
  };
};

const NOTHING: Tensor = { shape: [0], data: new Float32Array() };

/** The addend of every unit or filter; null where there is none. */
export const addends = (step: Step, folded: readonly Step[], units: number): Written | null => {
  if (!step.weights.bias && folded.length === 0) return null;
  return { floats: units, write: (to) => to.set(folding(step, folded, units).shift) };
};

/** Numbers as they are. */
export const plain = (values: ArrayLike<number>): Written => ({ floats: values.length, write: (to) => to.set(values) });

/** Whole numbers, by their bits. */
export const indices = (values: readonly number[]): Written => ({
  floats: values.length,
  write: (to) => new Uint32Array(to.buffer, to.byteOffset, to.length).set(values),
});
