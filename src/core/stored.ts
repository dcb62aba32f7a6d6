// A tensor that stands in a file and is not read yet, and the same seen in another order. No formats, no files.

import { product } from './shape.js';

export interface StoredTensor {
  readonly shape: readonly number[];
  /** The type of its numbers, as its file calls it: `F32`. */
  readonly dtype: string;
  /**
   * Its values, read anew: into what is given, of as many, where they need not be anywhere else, or into an array of their own. Absent
   * where they are of a type that weights are not of, or where the file has none.
   */
  readonly load?: (into?: Float32Array) => Float32Array;
}

/** The same numbers under another shape of as many. */
export const reshaped = (tensor: StoredTensor, shape: readonly number[]): StoredTensor => ({ ...tensor, shape });

/** One value, as often as the shape has room. */
export const filled = (shape: readonly number[], value: number): StoredTensor => ({
  shape,
  dtype: 'F32',
  load: () => new Float32Array(product(shape)).fill(value),
});

/** The values passed through a function of all of them, when they are read. */
export const mapped = (tensor: StoredTensor, change: (values: Float32Array) => Float32Array): StoredTensor => {
  const { load } = tensor;
  return load ? { ...tensor, load: () => change(load()) } : tensor;
};

/** Of each axis how far apart its places lie, where values stand one behind the other and the last axis is the fastest. */
export const stridesOf = (shape: readonly number[]): readonly number[] =>
  shape.map((_, axis) => product(shape.slice(axis + 1)));

/** Calls back with every place of a shape, the last axis the fastest: its number, and where its value lies by the steps along the axes. */
export const eachPlace = (
  shape: readonly number[],
  steps: readonly number[],
  visit: (to: number, from: number) => void,
): void => {
  const count = product(shape);
  const at = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < count; to += 1) {
    visit(to, from);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const [next, size, step] = [(at[axis] ?? 0) + 1, shape[axis] ?? 1, steps[axis] ?? 0];
      from += step;
      at[axis] = next;
      if (next < size) break;
      from -= size * step;
      at[axis] = 0;
    }
  }
};

/** The values of a tensor of that shape that lie by those steps. */
export const gathered = (values: Float32Array, shape: readonly number[], steps: readonly number[]): Float32Array => {
  const into = new Float32Array(product(shape));
  eachPlace(shape, steps, (to, from) => {
    into[to] = values[from] as number;
  });
  return into;
};

/** Values of a shape with their axes in another order: axis i of what comes out is axis `order[i]` of what goes in. */
export const reordered = (values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array => {
  const strides = stridesOf(shape);
  return gathered(
    values,
    order.map((axis) => shape[axis] ?? 1),
    order.map((axis) => strides[axis] ?? 0),
  );
};

/** The same, when it is read: a kernel [k_h, k_w, C_in, C_out] by [3, 2, 0, 1] is PyTorch's. */
export const permuted = (tensor: StoredTensor, order: readonly number[]): StoredTensor => ({
  ...mapped(tensor, (values) => reordered(values, tensor.shape, order)),
  shape: order.map((axis) => tensor.shape[axis] ?? 1),
});
export interface NamedTensor extends StoredTensor {
  readonly name: string;
}

/** How many numbers there are; null where that is beyond all counting. */
export const elementsIn = ({ shape }: StoredTensor): number | null => {
  const count = product(shape);
  return Number.isSafeInteger(count) ? count : null;
};

/** Running statistics and their counter have the same names in all files of PyTorch's; what has them is not learned. */
export const isBuffer = (name: string): boolean =>
  /(?:^|\.)(?:running_mean|running_var|num_batches_tracked)$/.test(name);

/** What the tensors of a file come to. */
export const totalsOf = (
  tensors: readonly NamedTensor[],
): { readonly values: number | null; readonly params: number | null; readonly buffers: number | null } => {
  const sum = (some: readonly NamedTensor[]): number | null => {
    const counts = some.map(elementsIn);
    const total = counts.reduce<number>((all, count) => all + (count ?? Number.NaN), 0);
    return Number.isSafeInteger(total) ? total : null;
  };
  return {
    values: sum(tensors),
    params: sum(tensors.filter(({ name }) => !isBuffer(name))),
    buffers: sum(tensors.filter(({ name }) => isBuffer(name))),
  };
};
