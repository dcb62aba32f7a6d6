// Pictures as tensors: PNG and JPEG decoded, resized and cropped as torchvision does with Pillow's images, then normalised.

import { Problem } from '../core/diagnostic.js';
import type { Tensor } from '../core/kernels.js';

/** Eight bits a value, channels last: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** More is refused before it is unpacked. */
const MOST_PIXELS = 100_000_000;

const PNG = [0x89, 0x50, 0x4e, 0x47];
const JPEG = [0xff, 0xd8, 0xff];
const begins = (bytes: Uint8Array, magic: readonly number[]): boolean => magic.every((byte, i) => bytes[i] === byte);

export const isPicture = (bytes: Uint8Array): boolean => begins(bytes, PNG) || begins(bytes, JPEG);

export const decode = async (bytes: Uint8Array): Promise<Picture | Problem> => {
  try {
    const picture = begins(bytes, PNG) ? await decodePng(bytes) : await decodeJpeg(bytes);
    return picture ?? broken(`it has more than ${MOST_PIXELS} pixels`);
  } catch (error) {
    return broken(error instanceof Error ? error.message : String(error));
  }
};

const broken = (why: string): Problem =>
  new Problem('data/picture', `this picture cannot be decoded: ${why}`, 'save it anew as .png or .jpg');

/** Width and height stand at bytes 16 and 20, in the header that every PNG begins with. */
const decodePng = async (bytes: Uint8Array): Promise<Picture | null> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(16) * view.getUint32(20) > MOST_PIXELS) return null;
  const png = await import('fast-png');
  const decoded = png.decode(bytes);
  const { width, height, palette } = decoded;
  const { data, channels } = palette
    ? { data: png.convertIndexedToRgb(decoded), channels: palette[0]?.length ?? 3 }
    : decoded;
  return { width, height, channels, data: toBytes(data, width * channels, height, palette ? 8 : decoded.depth) };
};

/** Of 16 bits the upper 8; of less than 8 bits a value each, stretched to 0 to 255. Rows begin at whole bytes. */
const toBytes = (data: ArrayLike<number>, perRow: number, rows: number, depth: number): Uint8Array => {
  const of = (i: number): number => data[i] ?? 0;
  if (depth === 8) return Uint8Array.from({ length: perRow * rows }, (_, i) => of(i));
  if (depth === 16) return Uint8Array.from({ length: perRow * rows }, (_, i) => of(i) >> 8);
  const bytesPerRow = Math.ceil((perRow * depth) / 8);
  const most = (1 << depth) - 1;
  return Uint8Array.from({ length: perRow * rows }, (_, i) => {
    const bit = (i % perRow) * depth;
    const byte = of(Math.floor(i / perRow) * bytesPerRow + (bit >> 3));
    return (((byte >> (8 - depth - (bit & 7))) & most) * 255) / most;
  });
};

const decodeJpeg = async (bytes: Uint8Array): Promise<Picture> => {
  const { decode } = (await import('jpeg-js')).default;
  const { width, height, data } = decode(bytes, {
    useTArray: true,
    formatAsRGBA: true,
    maxResolutionInMP: MOST_PIXELS / 1e6,
  });
  return withChannels({ width, height, channels: 4, data }, 3) ?? { width, height, channels: 4, data };
};

// --- channels -----------------------------------------------------------------------------------------------------------

/** Grey as Pillow weighs it (ITU-R 601-2), in 16 bits of fraction. */
const grey = (r: number, g: number, b: number): number => (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;

/** The picture with 1, 3 or 4 channels; alpha is left out, or opaque where there was none. Null for other numbers. */
export const withChannels = (picture: Picture, channels: number): Picture | null => {
  const { data, channels: own } = picture;
  if (own === channels) return picture;
  if (channels !== 1 && channels !== 3 && channels !== 4) return null;
  const into = new Uint8Array((data.length / own) * channels);
  for (let from = 0, to = 0; from < data.length; from += own, to += channels) {
    const [r = 0, g = 0, b = 0] = own < 3 ? [data[from], data[from], data[from]] : data.subarray(from, from + 3);
    if (channels === 1) into[to] = own < 3 ? r : grey(r, g, b);
    else {
      into.set([r, g, b], to);
      if (channels === 4) into[to + 3] = own === 2 ? (data[from + 1] ?? 255) : 255;
    }
  }
  return { ...picture, channels, data: into };
};

// --- sizes --------------------------------------------------------------------------------------------------------------

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
