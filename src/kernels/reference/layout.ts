// What moves values without computing: concatenation, reshaping, borders, channels to places and back. And interpolation.

import type { Step } from '../../core/kernels.js';
import type { OperatorOf } from '../../core/operator.js';
import { product } from '../../core/shape.js';
import { BORDERS, tapsOf } from '../axes.js';
import { eachCell, type Values, type Volume, volume, zeros } from './values.js';

/** One behind the other along an axis: each is runs of values there, behind those of the inputs before it. */
export const concat = ({ axis }: OperatorOf<'concat'>, inputs: readonly Values[], shape: readonly number[]): Values => {
  const y = zeros(shape);
  const [outer, whole] = [product(shape.slice(0, axis + 1)), product(shape.slice(axis + 1))];
  let first = 0;
  for (const { data } of inputs) {
    const run = data.length / outer;
    for (let i = 0; i < outer; i++) y.data.set(data.subarray(i * run, (i + 1) * run), i * whole + first);
    first += run;
  }
  return y;
};

/** A learned tensor, once for every image. */
export const repeated = (shape: readonly number[], { weight }: Step['weights']): Values => {
  const y = zeros(shape);
  const length = weight?.data.length ?? 0;
  for (let at = 0; length > 0 && at < y.data.length; at += length) y.data.set(weight?.data ?? [], at);
  return y;
};

export const reshape = (x: Values, shape: readonly number[]): Values => ({ shape, data: x.data });

/** Cells along an axis from `start` on: of every run of values there a part. */
export const slice = ({ axis, start }: OperatorOf<'slice'>, x: Values, shape: readonly number[]): Values => {
  const y = zeros(shape);
  const [outer, step] = [product(x.shape.slice(0, axis + 1)), product(x.shape.slice(axis + 2))];
  const [whole, run] = [x.data.length / outer, y.data.length / outer];
  for (let i = 0; i < outer; i++) {
    const from = i * whole + start * step;
    y.data.set(x.data.subarray(from, from + run), i * run);
  }
  return y;
};

/** Channel i of g groups comes from place i/g of group i mod g. */
export const shuffle = ({ groups }: OperatorOf<'shuffle'>, x: Values): Values =>
  gather(
    x,
    x.shape,
    (n, c, cell, { C, cells }) => (n * C + (c % groups) * (C / groups) + Math.floor(c / groups)) * cells + cell,
  );

/** Each output value from the input value at the index that `from` tells; below 0 it is 0. */
const gather = (
  x: Values,
  shape: readonly number[],
  from: (n: number, c: number, cell: number, input: Volume) => number,
): Values => {
  const y = zeros(shape);
  const [input, output] = [volume(x), volume(y)];
  for (let n = 0; n < output.N; n++) {
    for (let c = 0; c < output.C; c++) {
      for (let cell = 0; cell < output.cells; cell++) {
        const at = from(n, c, cell, input);
        y.data[(n * output.C + c) * output.cells + cell] = at < 0 ? 0 : (x.data[at] as number);
      }
    }
  }
  return y;
};

/** As {@link gather}, by places: the input cell (z, y, x) of an output cell, which may lie outside. */
const gatherPlaces = (
  x: Values,
  shape: readonly number[],
  from: (place: readonly [number, number, number], c: number) => readonly [c: number, d: number, h: number, w: number],
): Values => {
  const { D, H, W, C } = volume(x);
  const places: (readonly [number, number, number])[] = [];
  eachCell(volume(zeros(shape)), (d, h, w) => places.push([d, h, w]));
  return gather(x, shape, (n, c, cell, { cells }) => {
    const [channel, d, h, w] = from(places[cell] ?? [0, 0, 0], c);
    const inside = channel < C && d >= 0 && d < D && h >= 0 && h < H && w >= 0 && w < W;
    return inside ? (n * C + channel) * cells + (d * H + h) * W + w : -1;
  });
};

/** What an axis of a volume lacks stands in front. */
const three = <T>(list: readonly T[], rest: T): readonly [T, T, T] => {
  const [d = rest, h = rest, w = rest] = [...Array<T>(3 - list.length).fill(rest), ...list];
  return [d, h, w];
};

/** Cells around the volume, or off it: zeros, the image mirrored at its edge cells, its edge cells again, or the image again. */
export const pad = ({ sides, by }: OperatorOf<'pad'>, x: Values, shape: readonly number[]): Values => {
  const input = volume(x);
  const before = three(
    sides.map(([first]) => first),
    0,
  );
  const size = [input.D, input.H, input.W] as const;
  const source = (axis: 0 | 1 | 2, place: number): number => BORDERS[by](place - before[axis], size[axis]);
  return gatherPlaces(x, shape, ([d, h, w], c) => [c, source(0, d), source(1, h), source(2, w)]);
};

/** Output axis i is input axis `order[i]`, the channels being axis 0. */
export const permute = ({ order }: OperatorOf<'permute'>, x: Values, shape: readonly number[]): Values => {
  const y = zeros(shape);
  const [N = 1, ...sizes] = x.shape;
  const strides = sizes.map((_, axis) => sizes.slice(axis + 1).reduce((a, b) => a * b, 1));
  const length = x.data.length / N;
  const out = shape.slice(1);
  for (let i = 0; i < y.data.length; i++) {
    let rest = i % length;
    let from = Math.floor(i / length) * length;
    for (let axis = out.length - 1; axis >= 0; axis--) {
      const size = out[axis] ?? 1;
      from += (rest % size) * (strides[order[axis] ?? 0] ?? 1);
      rest = Math.floor(rest / size);
    }
    y.data[i] = x.data[from] as number;
  }
  return y;
};

/** Channel c * r² + (row of the block) * r + (column) becomes the cells of one channel's blocks. */
export const pixelshuffle = ({ by }: OperatorOf<'pixelshuffle'>, x: Values, shape: readonly number[]): Values => {
  const factors = three(Array<number>(x.shape.length - 2).fill(by), 1);
  const block = factors[0] * factors[1] * factors[2];
  return gatherPlaces(x, shape, ([d, h, w], c) => {
    const inBlock = ((d % factors[0]) * factors[1] + (h % factors[1])) * factors[2] + (w % factors[2]);
    return [c * block + inBlock, Math.floor(d / factors[0]), Math.floor(h / factors[1]), Math.floor(w / factors[2])];
  });
};

/** The inverse of {@link pixelshuffle}. */
export const pixelunshuffle = ({ by }: OperatorOf<'pixelunshuffle'>, x: Values, shape: readonly number[]): Values => {
  const factors = three(Array<number>(x.shape.length - 2).fill(by), 1);
  const block = factors[0] * factors[1] * factors[2];
  return gatherPlaces(x, shape, ([d, h, w], c) => {
    const inBlock = c % block;
    return [
      Math.floor(c / block),
      d * factors[0] + Math.floor(inBlock / (factors[1] * factors[2])),
      h * factors[1] + (Math.floor(inBlock / factors[2]) % factors[1]),
      w * factors[2] + (inBlock % factors[2]),
    ];
  });
};

/**
 * Each cell from those around its point of the input (ONNX's Resize): nearest takes one, by its rounding; linear weighs the two around
 * it by their distances, cubic four (Keys, 1981). Beyond the edge are edge cells again. As PyTorch's interpolate: nearest is
 * asymmetric and floors, nearest-exact half_pixel and round_prefer_ceil, the others half_pixel or align_corners, with a = -3/4.
 */
export const upsample = (operator: OperatorOf<'upsample'>, x: Values, shape: readonly number[]): Values => {
  const y = zeros(shape);
  const [input, output] = [volume(x), volume(y)];
  const [depth, rows, columns] = tapsOf(operator, [input.D, input.H, input.W], [output.D, output.H, output.W]);
  eachCell(output, (d, h, w, cell) => {
    const [cells, weights]: [number[], number[]] = [[], []];
    for (const z of depth?.[d] ?? [])
      for (const row of rows?.[h] ?? [])
        for (const column of columns?.[w] ?? []) {
          cells.push((z.cell * input.H + row.cell) * input.W + column.cell);
          weights.push(z.weight * row.weight * column.weight);
        }
    for (let plane = 0; plane < output.N * output.C; plane++) {
      let sum = 0;
      for (let i = 0; i < cells.length; i++)
        sum += (weights[i] as number) * (x.data[plane * input.cells + (cells[i] as number)] as number);
      y.data[plane * output.cells + cell] = sum;
    }
  });
  return y;
};
