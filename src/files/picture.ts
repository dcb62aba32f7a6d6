// A decoded picture, how large one may be, and its colours. Decoding is decode.ts; what networks read is made of it in
// run/image.ts.

import { grouped } from '../core/quantity.js';

/** Eight bits a value, channels last: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** The size that a file says it has. */
export type Claims = Pick<Picture, 'width' | 'height'>;

/** Why a picture is not decoded, found out before it is. */
export class Unfit extends Error {}

const MOST_PIXELS = 40_000_000;

/** Bytes of pixels. A decoder holds them several times. */
export const MOST_BYTES = 200_000_000;

/** A sentence of what is wrong with the size, if anything is. */
export const unfitSize = ({ width, height }: Claims): string | null => {
  if (width < 1 || height < 1) return `it is ${width} pixels wide and ${height} high`;
  if (width * height <= MOST_PIXELS) return null;
  return `it has ${grouped(width)} x ${grouped(height)} pixels; at most ${grouped(MOST_PIXELS)} are read`;
};

/** Grey as Pillow weighs it (ITU-R 601-2), in 16 bits of fraction. */
const grey = (r: number, g: number, b: number): number => (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;

/** Whether a picture can have that many channels. */
export const hasColours = (channels: number): boolean => channels === 1 || channels === 3 || channels === 4;

/** The picture with 1, 3 or 4 channels; alpha is left out, or opaque where there was none. */
export const withChannels = (picture: Picture, channels: number): Picture => {
  const { data, channels: own } = picture;
  if (own === channels) return picture;
  const into = new Uint8Array((data.length / own) * channels);
  const isGrey = own < 3;
  for (let from = 0, to = 0; from < data.length; from += own, to += channels) {
    const r = data[from] as number;
    const g = isGrey ? r : (data[from + 1] as number);
    const b = isGrey ? r : (data[from + 2] as number);
    if (channels === 1) into[to] = isGrey ? r : grey(r, g, b);
    else {
      into[to] = r;
      into[to + 1] = g;
      into[to + 2] = b;
      if (channels === 4) into[to + 3] = own === 2 ? (data[from + 1] as number) : 255;
    }
  }
  return { ...picture, channels, data: into };
};

/** The picture without what `channels` channels have no use for; it never grows. */
export const withoutSpare = (picture: Picture, channels: number): Picture => {
  const needed = channels === 1 ? 1 : picture.channels < 3 ? (channels === 4 ? 2 : 1) : channels;
  return picture.channels > needed ? withChannels(picture, needed) : picture;
};
