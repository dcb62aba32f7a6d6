// Pictures as tensors: resized and cropped as torchvision does with Pillow's images, then normalised. Decoding is files/picture.ts.

import type { Tensor } from '../core/kernels.js';
import type { Picture } from '../files/picture.js';

/** The picture with its shorter side that long; the longer one is rounded down, as torchvision does. */
export const resizeShorter = (picture: Picture, side: number): Picture => {
  const { width, height } = picture;
  const longer = Math.trunc((side * Math.max(width, height)) / Math.min(width, height));
  return width <= height ? resize(picture, longer, side) : resize(picture, side, longer);
};

/** Bilinear as Pillow resizes: where it shrinks, all pixels below the triangle count. First along rows, then along columns. */
export const resize = (picture: Picture, height: number, width: number): Picture => {
  const { channels } = picture;
  const rows = { ...picture, width, data: along(picture.data, picture.height, picture.width, width, channels) };
  if (height === picture.height) return rows;
  // Columns of an image are rows of one whose pixels are whole rows.
  return { ...rows, height, data: along(rows.data, 1, picture.height, height, width * channels) };
};

/** Pillow's weights have 22 bits of fraction (libImaging/Resample.c). */
const ONE = 2 ** 22;

/** `count` runs of `from` pixels of `channels` values each become runs of `to`; rounded to whole values. */
const along = (data: Uint8Array, count: number, from: number, to: number, channels: number): Uint8Array => {
  if (from === to) return data;
  const into = new Uint8Array(count * to * channels);
  const scale = from / to;
  const support = Math.max(scale, 1);
  for (let x = 0; x < to; x++) {
    const center = (x + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const last = Math.min(from, Math.trunc(center + support + 0.5));
    const triangle = Array.from({ length: last - first }, (_, i) =>
      Math.max(0, 1 - Math.abs((i + first - center + 0.5) / support)),
    );
    const total = triangle.reduce((a, b) => a + b, 0);
    const weights = triangle.map((w) => Math.floor((w / total) * ONE + 0.5));
    for (let run = 0; run < count; run++) {
      for (let c = 0; c < channels; c++) {
        let sum = ONE / 2;
        for (let i = 0; i < weights.length; i++)
          sum += (weights[i] as number) * (data[(run * from + first + i) * channels + c] as number);
        into[(run * to + x) * channels + c] = Math.min(255, Math.floor(sum / ONE));
      }
    }
  }
  return into;
};

/** The middle of a picture; half cells as Python rounds them, and black where it is too small, both as torchvision does. */
export const cropCentre = (picture: Picture, height: number, width: number): Picture => {
  const { channels } = picture;
  const [top, left] = [half(picture.height - height), half(picture.width - width)];
  const data = new Uint8Array(height * width * channels);
  for (let y = Math.max(0, -top); y < height && y + top < picture.height; y++)
    for (let x = Math.max(0, -left); x < width && x + left < picture.width; x++) {
      const from = ((y + top) * picture.width + x + left) * channels;
      data.set(picture.data.subarray(from, from + channels), (y * width + x) * channels);
    }
  return { width, height, channels, data };
};

/** Half of it to the nearest whole number, halves to the even one; below 0 what is added before is rounded down. */
const half = (n: number): number => {
  if (n < 0) return -Math.floor(-n / 2);
  const down = Math.floor(n / 2);
  return n % 2 === 0 ? down : down + (down % 2);
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
