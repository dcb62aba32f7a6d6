// How a tensor of Keras lies here: which of our axes each of its axes is, and vectors whose values stand in another order. No rows.

import { product } from '../../core/shape.js';
import { permuted, reshaped, type StoredTensor } from '../../core/stored.js';

export interface Value {
  /** The row that it comes out of. */
  readonly row: number;
  /** For every axis of Keras, the batch not counted, the axis here. */
  readonly order: readonly number[];
  /** Of a vector: the volume whose values it has in the order of this program, which is not that of Keras. */
  readonly flat?: Flat | undefined;
  /** Some of its steps are not to be read. */
  readonly masked?: boolean | undefined;
}

export const isValue = (given: unknown): given is Value =>
  typeof given === 'object' && given !== null && 'row' in given && 'order' in given;

/** The sizes of a volume and its axes as {@link Value.order} has them. */
export interface Flat {
  readonly order: readonly number[];
  readonly sizes: readonly number[];
}

/** Channels behind the places: [1, 2, 0] for images. */
export const channelsLast = (rank: number): readonly number[] =>
  Array.from({ length: rank }, (_, axis) => (axis === rank - 1 ? 0 : axis + 1));

/** Channels before the places, `lead` axes before them. */
export const channelsAt = (rank: number, at: number): readonly number[] =>
  Array.from({ length: rank }, (_, axis) => (axis === at ? 0 : axis < at ? axis + 1 : axis));

export const asTheyLie = (rank: number): readonly number[] => Array.from({ length: rank }, (_, axis) => axis);

export const sameOrder = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((axis, i) => axis === b[i]);

/** For each of our axes the axis of Keras. */
export const inverse = (order: readonly number[]): readonly number[] => order.map((_, ours) => order.indexOf(ours));

/** Whether values stand in the same order in memory when axes of these sizes are put in that order: only axes of 1 move. */
export const keepsOrder = (sizes: readonly number[], order: readonly number[]): boolean => {
  const moved = order.filter((axis) => sizes[axis] !== 1);
  return moved.every((axis, i) => i === 0 || axis > (moved[i - 1] ?? -1));
};

/** A tensor whose axis `axis` runs over the values of a flattened volume, in the order that they have here. */
export const unflattened = (tensor: StoredTensor, axis: number, flat: Flat | undefined): StoredTensor => {
  if (!flat || tensor.shape[axis] !== product(flat.sizes)) return tensor;
  const { shape } = tensor;
  const [before, after] = [shape.slice(0, axis), shape.slice(axis + 1)];
  const apart = reshaped(tensor, [...before, ...flat.sizes, ...after]);
  const turned = permuted(apart, [
    ...before.keys(),
    ...inverse(flat.order).map((one) => axis + one),
    ...Array.from(after.keys(), (one) => axis + flat.sizes.length + one),
  ]);
  return reshaped(turned, shape);
};
