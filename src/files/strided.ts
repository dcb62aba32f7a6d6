// Tensors that do not lie value after value: turned, cut out of others, repeated. No formats.

import { product } from '../core/shape.js';
import { gathered } from '../core/stored.js';

/** From the first to the last of a tensor's numbers. */
export const spanOf = (shape: readonly number[], strides: readonly number[]): number =>
  product(shape) === 0 ? 0 : 1 + shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), 0);

/** Whether the values lie one after another. */
export const isDense = (shape: readonly number[], strides: readonly number[]): boolean =>
  shape.every((size, axis) => size === 1 || strides[axis] === product(shape.slice(axis + 1)));

/** So many numbers from a place on. */
type Read = (from: number, length: number) => Float32Array;

/** So many numbers are read at once, however few of them are wanted. */
const MOST_SPAN = 1 << 20;

/** A tensor that is turned or cut out; of a large storage no more is in memory than a few times of it. */
export const strided = (read: Read, shape: readonly number[], strides: readonly number[]): Float32Array => {
  const into = new Float32Array(product(shape));
  const part = (from: number, axis: number, to: number): void => {
    const [sizes, steps] = [shape.slice(axis), strides.slice(axis)];
    const [count, span, size = 1] = [product(sizes), spanOf(sizes, steps), ...sizes];
    if (span <= Math.max(MOST_SPAN, 4 * count)) into.set(gathered(read(from, span), sizes, steps), to);
    else for (let i = 0; i < size; i++) part(from + i * (steps[0] ?? 0), axis + 1, to + (i * count) / size);
  };
  part(0, 0, 0);
  return into;
};
