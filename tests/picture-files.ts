// Pictures made by hand for tests: PNG and JPEG of any header, with whatever is packed in them. No assertions.

import { crc32, deflateSync } from 'node:zlib';

const bytes = (...pieces: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  new Uint8Array(Buffer.concat(pieces.map((piece) => Uint8Array.from(piece))));

const uint32 = (n: number): readonly number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const uint16 = (n: number): readonly number[] => [(n >>> 8) & 255, n & 255];
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A part of a PNG. */
export const chunk = (name: string, data: Uint8Array): Uint8Array => {
  const checked = bytes(ascii(name), data);
  return bytes(uint32(data.length), checked, uint32(crc32(checked)));
};

export interface Png {
  readonly width: number;
  readonly height: number;
  readonly depth?: number;
  readonly type?: number;
  readonly interlaced?: boolean;
  /** Before packing; rows of zeros of the right length by default. */
  readonly pixels?: Uint8Array;
  readonly more?: readonly Uint8Array[];
  /** How many parts the packed pixels are in. */
  readonly parts?: number;
}

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export const pngOf = ({
  width,
  height,
  depth = 8,
  type = 2,
  interlaced = false,
  pixels,
  more = [],
  parts = 1,
}: Png): Uint8Array => {
  const perRow = 1 + Math.ceil((width * depth * (CHANNELS[type] ?? 1)) / 8);
  const packed = new Uint8Array(deflateSync(pixels ?? new Uint8Array(perRow * height)));
  const each = Math.ceil(packed.length / parts);
  return bytes(
    [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10],
    chunk('IHDR', bytes(uint32(width), uint32(height), [depth, type, 0, 0, interlaced ? 1 : 0])),
    ...more,
    ...Array.from({ length: parts }, (_, i) => chunk('IDAT', packed.subarray(i * each, (i + 1) * each))),
    chunk('IEND', new Uint8Array()),
  );
};

/** A profile of that many bytes, packed to a thousandth of it. */
export const profile = (length: number): Uint8Array =>
  chunk('iCCP', bytes(ascii('x\0\0'), deflateSync(new Uint8Array(length))));

const segment = (marker: number, data: readonly number[]): Uint8Array =>
  bytes([0xff, marker], uint16(data.length + 2), data);

/** A table with one code, of one bit. */
const oneCode = (sort: number, value: number): Uint8Array =>
  segment(0xc4, [sort, 1, ...Array<number>(15).fill(0), value]);

export interface Jpeg {
  readonly width: number;
  readonly height: number;
  readonly progressive?: boolean;
  readonly precision?: number;
  /** Of each: id, sampling, table. */
  readonly components?: readonly (readonly [id: number, sampling: number])[];
  /** How many scans make the same values finer, behind the first. */
  readonly finer?: number;
  readonly frames?: number;
  readonly more?: readonly Uint8Array[];
  /** Of the first scan; a block of one colour takes two bits. */
  readonly coded?: Uint8Array;
}

/** One colour throughout. */
export const jpegOf = ({
  width,
  height,
  progressive = false,
  precision = 8,
  components = [[1, 0x11]],
  finer = 0,
  frames = 1,
  more = [],
  coded = new Uint8Array(Math.ceil((width * height) / 64) + 8),
}: Jpeg): Uint8Array => {
  const frame = segment(progressive ? 0xc2 : 0xc0, [
    precision,
    ...uint16(height),
    ...uint16(width),
    components.length,
    ...components.flatMap(([id, sampling]) => [id, sampling, 0]),
  ]);
  const scan = (first: number, last: number, steps: number, data: Uint8Array) =>
    bytes(segment(0xda, [components.length, ...components.flatMap(([id]) => [id, 0]), first, last, steps]), data);
  return bytes(
    [0xff, 0xd8],
    ...more,
    segment(0xdb, [0, ...Array<number>(64).fill(1)]),
    ...Array.from({ length: frames }, () => frame),
    oneCode(0x00, 0),
    // In a progressive picture, 16,384 blocks in which nothing is left; else that nothing is left in this one.
    oneCode(0x10, progressive ? 0xe0 : 0),
    scan(0, progressive ? 0 : 63, 0, coded),
    ...Array.from({ length: finer }, () => scan(1, 63, 0x10, new Uint8Array(80))),
    [0xff, 0xd9],
  );
};

export const comment = (length: number): Uint8Array => segment(0xfe, Array<number>(length).fill(0x20));
