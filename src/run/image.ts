// Pictures as tensors: resized and cropped as torchvision does with Pillow's images, then normalised. Decoding is files/picture.ts.

import type { Tensor } from '../core/kernels.js';
import type { Picture } from '../files/picture.js';

type Size = readonly [height: number, width: number];

/** The size with the shorter side that long; the longer one is rounded down, as torchvision does. */
export const withShorter = ({ width, height }: Picture, side: number): Size => {
  const longer = Math.trunc((side * Math.max(width, height)) / Math.min(width, height));
  return width <= height ? [longer, side] : [side, longer];
};

/** As small as has that height and width in it, the sides in proportion. */
export const covering = (picture: Picture, [height, width]: Size): Size => {
  const scale = Math.max(height / picture.height, width / picture.width);
  return [Math.max(height, Math.round(picture.height * scale)), Math.max(width, Math.round(picture.width * scale))];
};

/** A stretch of the cells of one axis. */
interface Stretch {
  readonly first: number;
  /** The one behind the last. */
  readonly end: number;
}

/** The middle of an axis; half cells as Python rounds them. What lies before the first cell is in `before`. */
const middle = (from: number, to: number): Stretch & { readonly before: number } => {
  const first = half(from - to);
  return { first: Math.max(0, first), end: Math.min(from, first + to), before: Math.max(0, -first) };
};

/** Half of it to the nearest whole number, halves to the even one; below 0 what is added before is rounded down. */
const half = (n: number): number => {
  if (n < 0) return -Math.floor(-n / 2);
  const down = Math.floor(n / 2);
  return n % 2 === 0 ? down : down + (down % 2);
};

/** Pillow's weights have 22 bits of fraction (libImaging/Resample.c). */
const ONE = 2 ** 22;

/** Of `from` cells the stretch that cell `x` of `to` is made of: bilinear, and where it shrinks all below the triangle. */
const below = (
  x: number,
  from: number,
  to: number,
): Stretch & { readonly center: number; readonly support: number } => {
  const scale = from / to;
  const [center, support] = [(x + 0.5) * scale, Math.max(scale, 1)];
  return {
    first: Math.max(0, Math.trunc(center - support + 0.5)),
    end: Math.min(from, Math.trunc(center + support + 0.5)),
    center,
    support,
  };
};

/** How an axis is brought to another number of cells, of which only a stretch is wanted. */
interface Axis {
  readonly from: number;
  readonly to: number;
  readonly wanted: Stretch;
}

/** The cells that are read for it. */
const reads = ({ from, to, wanted }: Axis): Stretch =>
  from === to ? wanted : { first: below(wanted.first, from, to).first, end: below(wanted.end - 1, from, to).end };

const lengthOf = ({ first, end }: Stretch): number => Math.max(0, end - first);

/** Values that are read for one cell of each of its places together. */
const work = (axis: Axis): number => {
  const { from, to, wanted } = axis;
  return from === to ? 0 : lengthOf(wanted) * (2 * Math.max(1, from / to) + 1);
};

/** More values are not read to make an input of a picture. */
const MOST_WORK = 1e9;

/**
 * The picture resized as Pillow does, of which only the middle is made: `crop` high and wide, black where the picture is too
 * small, both as torchvision does. Null where it would take too long. `coloured` changes the channels of what is there.
 */
export const resizedMiddle = (
  picture: Picture,
  [height, width]: Size,
  crop: Size,
  coloured: (picture: Picture) => Picture,
): Picture | null => {
  const [inRows, inColumns] = [middle(height, crop[0]), middle(width, crop[1])];
  const down: Axis = { from: picture.height, to: height, wanted: inRows };
  const across: Axis = { from: picture.width, to: width, wanted: inColumns };
  const { channels } = picture;
  const rows = reads(down);
  const columns = lengthOf(inColumns);
  if (channels * (lengthOf(rows) * work(across) + columns * work(down)) > MOST_WORK) return null;
  const start = rows.first * picture.width * channels;
  const needed = picture.data.subarray(start, start + lengthOf(rows) * picture.width * channels);
  // First along rows, then along columns, which are rows of pictures whose pixels are whole rows.
  const narrow = along(needed, lengthOf(rows), across, channels, 0);
  const data = along(narrow, 1, down, columns * channels, rows.first);
  const made = coloured({ width: columns, height: lengthOf(inRows), channels, data });
  return onBlack(made, crop, inRows.before, inColumns.before);
};

/**
 * `count` runs of pixels of `channels` values each become runs of what is wanted; rounded to whole values. The runs begin with
 * the pixel `start`.
 */
const along = (data: Uint8Array, count: number, axis: Axis, channels: number, start: number): Uint8Array => {
  const { from, to, wanted } = axis;
  const length = lengthOf(wanted);
  const run = data.length / count;
  const into = new Uint8Array(count * length * channels);
  for (let x = 0; x < length; x++) {
    const { first, weights } =
      from === to ? { first: wanted.first + x, weights: ALONE } : triangle(wanted.first + x, from, to);
    for (let n = 0; n < count; n++) {
      const [at, put] = [n * run + (first - start) * channels, (n * length + x) * channels];
      for (let c = 0; c < channels; c++) {
        let sum = ONE / 2;
        for (let i = 0; i < weights.length; i++)
          sum += (weights[i] as number) * (data[at + i * channels + c] as number);
        into[put + c] = Math.min(255, Math.floor(sum / ONE));
      }
    }
  }
  return into;
};

const triangle = (x: number, from: number, to: number): { readonly first: number; readonly weights: Float64Array } => {
  const { first, end, center, support } = below(x, from, to);
  const weights = new Float64Array(end - first);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    weights[i] = Math.max(0, 1 - Math.abs((i + first - center + 0.5) / support));
    total += weights[i] as number;
  }
  for (let i = 0; i < weights.length; i++) weights[i] = Math.floor(((weights[i] as number) / total) * ONE + 0.5);
  return { first, weights };
};

/** The cell as it is. */
const ALONE = Float64Array.of(ONE);

const onBlack = (picture: Picture, [height, width]: Size, top: number, left: number): Picture => {
  if (picture.height === height && picture.width === width) return picture;
  const { channels } = picture;
  const [from, to] = [picture.width * channels, width * channels];
  const data = new Uint8Array(height * to);
  for (let y = 0; y < picture.height; y++)
    data.set(picture.data.subarray(y * from, (y + 1) * from), (y + top) * to + left * channels);
  return { width, height, channels, data };
};

// --- values -------------------------------------------------------------------------------------------------------------

/** What torchvision's networks were trained with. */
export const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/** [C, H, W]: values from 0 to 1, less the mean, over the deviation; one of each per channel, or one for all. */
export const toTensor = (
  { width, height, channels, data }: Picture,
  { mean, std }: { readonly mean: readonly number[]; readonly std: readonly number[] },
): Tensor => {
  const values = new Float32Array(data.length);
  const cells = width * height;
  for (let c = 0; c < channels; c++) {
    const [m, s] = [mean[c % mean.length] ?? 0, std[c % std.length] ?? 1];
    for (let cell = 0; cell < cells; cell++)
      values[c * cells + cell] = ((data[cell * channels + c] as number) / 255 - m) / s;
  }
  return { shape: [channels, height, width], data: values };
};
