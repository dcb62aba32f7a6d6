// Products with a matrix, as plain loops: convolution, transposed convolution, dense, and of two tensors.

import type { Step } from '../../core/kernels.js';
import { type Corner, matricesOf } from '../../core/matrices.js';
import type { OperatorOf } from '../../core/operator.js';
import { eachCell, eachTap, type Values, type Volume, volume, windows3, zeros } from './values.js';

/**
 * y[n, o, p] = bias[o] + sum over c, k of weight[o, c, k] * x[n, group(o) * C/g + c, p * stride - before + k * dilation]:
 * what deep learning calls convolution, a correlation. Cells of the padding are 0.
 */
export const convolution = (
  { windows, groups }: OperatorOf<'convolution'>,
  x: Values,
  shape: readonly number[],
  { weight, bias }: Step['weights'],
): Values => {
  const y = zeros(shape);
  const [input, output] = [volume(x), volume(y)];
  const outGroup = output.C / groups;
  const w = weight?.data ?? new Float32Array();
  eachPatch(input, output, { windows, groups }, (patch, n, g, cell) => {
    for (let o = g * outGroup; o < (g + 1) * outGroup; o++)
      y.data[(n * output.C + o) * output.cells + cell] = (bias?.data[o] ?? 0) + products(w, o * patch.length, patch);
  });
  return y;
};

/**
 * Calls back for every place of a convolution's output, image and group: with what one row of weights is multiplied with there, and
 * a way to add as many values to the cells that it was read from.
 */
export const eachPatch = (
  input: Volume,
  output: Volume,
  { windows, groups }: Pick<OperatorOf<'convolution'>, 'windows' | 'groups'>,
  visit: (
    patch: Float64Array,
    n: number,
    g: number,
    cell: number,
    putBack: (values: Float64Array, onto: Float64Array) => void,
  ) => void,
): void => {
  const slid = windows3(windows);
  const taps = slid[0].kernel * slid[1].kernel * slid[2].kernel;
  const inGroup = input.C / groups;
  const patch = new Float64Array(inGroup * taps);
  // The taps inside the input at one place, and the cells that they lie on.
  const [tap, from] = [new Uint32Array(taps), new Uint32Array(taps)];
  let [inside, start] = [0, 0];
  const putBack = (values: Float64Array, onto: Float64Array): void => {
    for (let c = 0; c < inGroup; c++)
      for (let i = 0; i < inside; i++) {
        const at = start + c * input.cells + (from[i] as number);
        onto[at] = (onto[at] as number) + (values[c * taps + (tap[i] as number)] as number);
      }
  };
  eachCell(output, (d, h, w, cell) => {
    inside = 0;
    eachTap(input, slid, [d, h, w], (k, at) => {
      tap[inside] = k;
      from[inside++] = at;
    });
    patch.fill(0);
    for (let n = 0; n < input.N; n++) {
      for (let g = 0; g < groups; g++) {
        start = (n * input.C + g * inGroup) * input.cells;
        for (let c = 0; c < inGroup; c++)
          for (let i = 0; i < inside; i++)
            patch[c * taps + (tap[i] as number)] = input.data[start + c * input.cells + (from[i] as number)] as number;
        visit(patch, n, g, cell, putBack);
      }
    }
  });
};

/** The sum of w[first + i] * x[i] over all i. */
const products = (w: Float32Array, first: number, x: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (w[first + i] as number) * (x[i] as number);
  return sum;
};

/**
 * The convolution with its arrows reversed: x[n, c, p] is spread over y[n, o, p * stride - before + k * dilation] by
 * weight[c, o, k]. The windows are those of the convolution that leads back, from y to x.
 */
export const transposed = (
  { windows, groups }: OperatorOf<'transposed'>,
  x: Values,
  shape: readonly number[],
  { weight, bias }: Step['weights'],
): Values => {
  const y = zeros(shape);
  const [input, output] = [volume(x), volume(y)];
  const slid = windows3(windows);
  const taps = slid[0].kernel * slid[1].kernel * slid[2].kernel;
  const [inGroup, outGroup] = [input.C / groups, output.C / groups];
  const w = weight?.data ?? new Float32Array();
  for (let i = 0; i < y.data.length; i++) y.data[i] = bias?.data[Math.floor(i / output.cells) % output.C] ?? 0;
  eachCell(input, (d, h, w_, cell) => {
    eachTap(output, slid, [d, h, w_], (tap, to) => {
      for (let n = 0; n < input.N; n++) {
        for (let c = 0; c < input.C; c++) {
          const first = Math.floor(c / inGroup) * outGroup;
          const value = x.data[(n * input.C + c) * input.cells + cell] as number;
          for (let o = 0; o < outGroup; o++) {
            const at = (n * output.C + first + o) * output.cells + to;
            y.data[at] = (y.data[at] as number) + value * (w[(c * outGroup + o) * taps + tap] as number);
          }
        }
      }
    });
  });
  return y;
};

/** y[n, o] = bias[o] + sum over i of weight[o, i] * x[n, i]; a volume is read channels first. */
export const dense = (
  _: OperatorOf<'dense'>,
  x: Values,
  shape: readonly number[],
  { weight, bias }: Step['weights'],
): Values => {
  const y = zeros(shape);
  const [N = 1, units = 1] = shape;
  const width = x.data.length / N;
  const w = weight?.data ?? new Float32Array();
  for (let n = 0; n < N; n++) {
    for (let o = 0; o < units; o++) {
      let sum = bias?.data[o] ?? 0;
      for (let i = 0; i < width; i++) sum += (w[o * width + i] as number) * (x.data[n * width + i] as number);
      y.data[n * units + o] = sum;
    }
  }
  return y;
};

/** Products of matrices, as they lie in the tensors: see core/matrices.ts. */
export const matmul = (
  operator: OperatorOf<'matmul'>,
  [a, b]: readonly [Values, Values],
  shape: readonly number[],
): Values => {
  const y = zeros(shape);
  const { rows, inner, columns, count, corners } = matricesOf(operator, [a.shape.slice(1), b.shape.slice(1)]);
  const [A, B, Y] = [volume(a), volume(b), volume(y)];
  const at = ({ C, cells }: Volume, n: number, { channel, place }: Corner, row: number, column: number): number =>
    (n * C + channel + column) * cells + place + row;
  for (let n = 0; n < Y.N; n++)
    for (let i = 0; i < count; i++) {
      const corner = corners(i);
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) {
          let sum = 0;
          for (let k = 0; k < inner; k++) {
            const [r, c] = operator.transpose ? [column, k] : [k, column];
            sum += (a.data[at(A, n, corner.a, row, k)] as number) * (b.data[at(B, n, corner.b, r, c)] as number);
          }
          y.data[at(Y, n, corner.out, row, column)] = operator.factor * sum;
        }
    }
  return y;
};
