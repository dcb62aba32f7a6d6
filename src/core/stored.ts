// A tensor that stands in a file and is not read yet, and the same seen in another order. No formats, no files.

import { product } from './shape.js';

export interface StoredTensor {
  readonly shape: readonly number[];
  /** The type of its numbers, as its file calls it: `F32`. */
  readonly dtype: string;
  /** Its values, read anew. Absent where they are of a type that weights are not of, or where the file has none. */
  readonly load?: () => Float32Array;
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

/** Values of a shape with their axes in another order: axis i of what comes out is axis `order[i]` of what goes in. */
export const reordered = (values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array => {
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  const turned = order.map((axis) => shape[axis] ?? 1);
  const steps = order.map((axis) => strides[axis] ?? 0);
  const into = new Float32Array(values.length);
  const at = new Array<number>(turned.length).fill(0);
  let from = 0;
  for (let to = 0; to < into.length; to += 1) {
    into[to] = values[from] as number;
    for (let axis = turned.length - 1; axis >= 0; axis -= 1) {
      const [count, size, step] = [(at[axis] ?? 0) + 1, turned[axis] ?? 1, steps[axis] ?? 0];
      from += step;
      at[axis] = count;
      if (count < size) break;
      from -= size * step;
      at[axis] = 0;
    }
  }
  return into;
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
