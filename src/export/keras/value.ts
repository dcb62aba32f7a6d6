// What Keras computes, as data: layers and functions called on what they read, with their options by Keras's names. No operators, no text.

import { type Shape, sameShape } from '../../core/shape.js';
import type { Learned } from './learned.js';

/** An option of a layer: a number, a word, several of them, or a layer inside of another one. */
export type Option = number | string | boolean | null | Inner | readonly Option[];
export type Options = Readonly<Record<string, Option>>;

/** A layer that another one is given. */
export interface Inner {
  readonly layer: string;
  readonly options: Options;
}

/** A weight of a layer, by the name that Keras gives it, and how it is made of what is learned here. */
export interface Weight {
  readonly name: string;
  readonly value: Learned;
}

/** One of the step's inputs, in their order; or, of what reads nothing, the network's first input, which knows the batch. */
interface Read {
  readonly read: number | 'batch';
}

/** A layer, of Keras or one of functions.ts. */
export interface Called {
  readonly layer: string;
  readonly options: Options;
  readonly weights: readonly Weight[];
  /** Behind the name of the step, where it has several layers of that class. */
  readonly part?: string;
}

/** A function of keras.ops or one of functions.ts; `[]` are cells along an axis. Code only. */
export interface Computed {
  readonly call: string;
  readonly options: Options;
}

/** A tensor: its sizes in the order of Keras (channels last, no batch), and what it is made by. */
export interface Value {
  readonly sizes: Shape;
  readonly from: Read | Called | Computed;
  readonly reads: readonly Value[];
}

type Learning = Partial<Pick<Called, 'weights' | 'part'>>;

export const layer = (
  name: string,
  reads: readonly Value[],
  sizes: Shape,
  options: Options = {},
  { weights = [], part }: Learning = {},
): Value => ({ sizes, from: { layer: name, options, weights, ...(part !== undefined && { part }) }, reads });

export const call = (name: string, reads: readonly Value[], sizes: Shape, options: Options = {}): Value => ({
  sizes,
  from: { call: name, options },
  reads,
});

/** A layer that changes values, and no sizes. */
export const same = (name: string, value: Value, options: Options = {}, learning: Learning = {}): Value =>
  layer(name, [value], value.sizes, options, learning);

export const activation = (name: string, value: Value): Value => same('Activation', value, { activation: name });

/** x times a factor, plus an addend. */
export const scaled = (value: Value, scale: Option, offset: Option = 0): Value =>
  scale === 1 && offset === 0 ? value : same('Rescaling', value, { scale, offset });

/** Both tensors, or all of them, cell by cell. */
export const merged = (name: string, values: readonly Value[], sizes: Shape = values[0]?.sizes ?? []): Value =>
  layer(name, values, sizes);

/** The same values under other sizes, in the order in which they lie. */
export const reshaped = (value: Value, sizes: Shape): Value =>
  sameShape(value.sizes, sizes) ? value : layer('Reshape', [value], sizes, { target_shape: sizes });

/** Axis i of what comes out is axis `order[i]`. Where only axes of 1 move, a reshape is enough. */
export const permuted = (value: Value, order: readonly number[]): Value => {
  const sizes = order.map((axis) => value.sizes[axis] ?? 1);
  const moved = order.filter((axis) => value.sizes[axis] !== 1);
  if (moved.every((axis, i) => i === 0 || axis > (moved[i - 1] ?? -1))) return reshaped(value, sizes);
  return layer('Permute', [value], sizes, { dims: order.map((axis) => axis + 1) });
};

/** All along one axis. */
export const joined = (values: readonly Value[], axis: number): Value => {
  const [first, ...others] = values;
  if (!first || others.length === 0) return first ?? { sizes: [], from: { read: 0 }, reads: [] };
  const sizes = first.sizes.map((size, at) =>
    at === axis ? values.reduce((all, value) => all + (value.sizes[axis] ?? 1), 0) : size,
  );
  return layer('Concatenate', values, sizes, { axis: axis === sizes.length - 1 ? -1 : axis + 1 });
};
