// Pixels -> what a network reads: resized, cut out of the middle, scaled to 0 … 1, mean and deviation taken out. No decoding.

import type { Tensor } from '../core/kernels.js';

/** A decoded picture, row by row, its channels together: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** The value of white. */
  readonly depth: number;
  readonly data: ArrayLike<number>;
}

export interface Preparation {
  /** The shorter side is brought to that many pixels first; absent = as large as is needed to cover the network's input. */
  readonly resize?: number;
  /** Per channel, of values from 0 to 1. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Of ImageNet's pictures, as torchvision's models expect them. */
export const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;

/**
 * The picture as [1, C, H, W]. It is resized until its shorter side has the wanted size (by the area of the source's cells
 * where it shrinks, linearly where it grows: Pillow's antialiased bilinear filter) and cut out of the middle. Alpha is left
 * out; a grey picture is repeated for three channels, a coloured one is weighed to grey (ITU-R 601) for one.
 */
export const prepare = (
  picture: Picture,
  shape: readonly number[],
  { resize, mean, deviation }: Preparation,
): Tensor => {
  const [C = 1, H = 1, W = 1] = shape;
  const planes = toChannels(picture, C);
  const scale = Math.max(
    ...(resize === undefined
      ? [H / picture.height, W / picture.width]
      : [resize / Math.min(picture.height, picture.width)]),
  );
  const [height, width] = [Math.round(picture.height * scale), Math.round(picture.width * scale)];
  const data = new Float32Array(C * H * W);
  const rows = filters(picture.height, height, H);
  const columns = filters(picture.width, width, W);
  planes.forEach((plane, c) => {
    for (let y = 0; y < H; y++) {
      for (let x = 0; x < W; x++) {
        let sum = 0;
        for (const row of rows[y] ?? [])
          for (const column of columns[x] ?? [])
            sum += row.weight * column.weight * (plane[row.cell * picture.width + column.cell] as number);
        data[(c * H + y) * W + x] = (sum - (mean[c % mean.length] ?? 0)) / (deviation[c % deviation.length] ?? 1);
      }
    }
  });
  return { shape: [1, C, H, W], data };
};

interface Tap {
  readonly cell: number;
  readonly weight: number;
}

/** For each of the middle `kept` of `to` output cells, the source cells it weighs. Cells outside the source are left out. */
const filters = (from: number, to: number, kept: number): readonly (readonly Tap[])[] => {
  const first = Math.round((to - kept) / 2);
  const step = from / to;
  const reach = Math.max(1, step);
  return Array.from({ length: kept }, (_, i) => {
    const middle = (first + i + 0.5) * step;
    const taps: Tap[] = [];
    for (let cell = Math.max(0, Math.floor(middle - reach)); cell < Math.min(from, Math.ceil(middle + reach)); cell++) {
      const weight = 1 - Math.abs((cell + 0.5 - middle) / reach);
      if (weight > 0) taps.push({ cell, weight });
    }
    const total = taps.reduce((sum, { weight }) => sum + weight, 0);
    return taps.map(({ cell, weight }) => ({ cell, weight: weight / total }));
  });
};

/** One plane per channel, values from 0 to 1. */
const toChannels = ({ channels, depth, data, width, height }: Picture, wanted: number): readonly Float32Array[] => {
  const colours = channels > 2 ? 3 : 1;
  const plane = (of: (pixel: number) => number): Float32Array =>
    Float32Array.from({ length: width * height }, (_, pixel) => of(pixel) / depth);
  const value = (pixel: number, c: number): number => data[pixel * channels + c] ?? 0;
  if (colours === 3 && wanted === 1)
    return [plane((pixel) => 0.299 * value(pixel, 0) + 0.587 * value(pixel, 1) + 0.114 * value(pixel, 2))];
  return Array.from({ length: wanted }, (_, c) => plane((pixel) => value(pixel, Math.min(c, colours - 1))));
};
