// How a weight of Keras is made of the tensors that are learned here, as data: its shape, its values, and the same in Python.

import type { TensorName } from '../../core/kernels.js';
import { product } from '../../core/shape.js';
import { filled, mapped, permuted, reshaped, type StoredTensor } from '../../core/stored.js';
import type { NamedStep } from '../../run/network.js';

/** A tensor of the step, and what is done with it in turn. */
export type Learned =
  | { readonly of: TensorName; readonly shape: readonly number[] }
  /** Under another shape. */
  | { readonly reshape: readonly number[]; readonly of: Learned }
  /** Axis i is axis `transpose[i]`. */
  | { readonly transpose: readonly number[]; readonly of: Learned }
  /** Places along the first axis. */
  | { readonly rows: readonly [from: number, to: number]; readonly of: Learned }
  /** The first axis in as many parts as there are numbers, in that order. */
  | { readonly blocks: readonly number[]; readonly of: Learned }
  | { readonly sum: readonly [Learned, Learned] }
  /** One above the other along a new first axis; what is not there is zeros. */
  | { readonly stack: readonly [Learned, Learned | null] };

/** A tensor of a step; undefined where it has none of that name. */
export const learned = (step: NamedStep, name: TensorName): Learned | undefined => {
  const tensor = step.weights[name];
  return tensor && { of: name, shape: tensor.shape };
};

export const shapeOf = (learned: Learned): readonly number[] => {
  if ('shape' in learned) return learned.shape;
  if ('reshape' in learned) return learned.reshape;
  if ('sum' in learned) return shapeOf(learned.sum[0]);
  if ('stack' in learned) return [2, ...shapeOf(learned.stack[0])];
  const shape = shapeOf(learned.of);
  if ('transpose' in learned) return learned.transpose.map((axis) => shape[axis] ?? 1);
  if ('rows' in learned) return [learned.rows[1] - learned.rows[0], ...shape.slice(1)];
  return shape;
};

/** The values in Keras's order, made when they are read. */
export const stored = (learned: Learned, step: NamedStep): StoredTensor => {
  if ('shape' in learned) {
    const tensor = step.weights[learned.of];
    return { shape: learned.shape, dtype: 'F32', load: () => tensor?.data ?? new Float32Array() };
  }
  if ('reshape' in learned) return reshaped(stored(learned.of, step), learned.reshape);
  if ('transpose' in learned) return permuted(stored(learned.of, step), learned.transpose);
  if ('sum' in learned) {
    const [a, b] = learned.sum.map((one) => stored(one, step));
    return mapped(a ?? filled([0], 0), (values) => {
      const others = b?.load?.();
      return values.map((value, i) => value + (others?.[i] ?? 0));
    });
  }
  if ('stack' in learned) {
    const [a, b] = learned.stack;
    const shape = shapeOf(learned);
    const both = mapped(stored(a, step), (values) => {
      const into = new Float32Array(product(shape));
      into.set(values);
      if (b) into.set(stored(b, step).load?.() ?? [], values.length);
      return into;
    });
    return { ...both, shape };
  }
  const inner = stored(learned.of, step);
  const shape = shapeOf(learned);
  if ('rows' in learned) {
    const [from, to] = learned.rows;
    const row = product(shape.slice(1));
    return { ...mapped(inner, (values) => values.slice(from * row, to * row)), shape };
  }
  const { blocks } = learned;
  return mapped(inner, (values) => {
    const size = values.length / blocks.length;
    const into = new Float32Array(values.length);
    for (const [to, from] of blocks.entries()) into.set(values.subarray(from * size, (from + 1) * size), to * size);
    return into;
  });
};

/** In Python, `t` giving a tensor by its name in the file. */
export const python = (learned: Learned, named: (tensor: TensorName) => string): string => {
  if ('shape' in learned) return named(learned.of);
  if ('sum' in learned) return learned.sum.map((one) => python(one, named)).join(' + ');
  if ('stack' in learned) {
    const [a, b] = learned.stack;
    const first = python(a, named);
    return `np.stack([${first}, ${b ? python(b, named) : `np.zeros_like(${first})`}])`;
  }
  const inner = python(learned.of, named);
  if ('reshape' in learned) return `${inner}.reshape(${learned.reshape.join(', ')})`;
  if ('transpose' in learned) return `${inner}.transpose(${learned.transpose.join(', ')})`;
  if ('rows' in learned) return `${inner}[${learned.rows.join(':')}]`;
  return `blocks(${inner}, ${learned.blocks.join(', ')})`;
};
