// PNG and JPEG decoded, and PNG made: eight bits a value, with as many channels as are wanted. What networks read is made of it in run/image.ts.

import { Problem } from '../core/diagnostic.js';

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

/** A .png file. */
export const encode = async (picture: Picture): Promise<Uint8Array> => (await import('fast-png')).encode(picture);

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
