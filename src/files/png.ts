// PNG, made and decoded: its parts are looked at before anything is unpacked, and only those that make the picture are handed to the decoder.

import { grouped } from '../core/quantity.js';
import { type Claims, MOST_BYTES, type Picture, Unfit, unfitSize } from './picture.js';

/** Eight bytes, then IHDR's length and name: the header stands in the same place in every PNG. */
const HEADER = 16;

/** Bits a value, and values a pixel, of every type of colour there is. */
const TYPES: ReadonlyMap<number, { readonly channels: number; readonly depths: readonly number[] }> = new Map([
  [0, { channels: 1, depths: [1, 2, 4, 8, 16] }],
  [2, { channels: 3, depths: [8, 16] }],
  [3, { channels: 1, depths: [1, 2, 4, 8] }],
  [4, { channels: 2, depths: [8, 16] }],
  [6, { channels: 4, depths: [8, 16] }],
]);

const PALETTE = 3;

/** Of a palette and of what in it can be seen through. */
const MOST_OF = { PLTE: 3 * 256, tRNS: 256 } as const;

interface Header extends Claims {
  readonly depth: number;
  readonly type: number;
  readonly channels: number;
  readonly interlaced: boolean;
}

const headerOf = (view: DataView): Header => {
  if (view.byteLength < 33 || view.getUint32(12) !== 0x49484452) throw new Unfit('it does not begin with a header');
  const [width, height] = [view.getUint32(HEADER), view.getUint32(HEADER + 4)];
  const [depth, type] = [view.getUint8(HEADER + 8), view.getUint8(HEADER + 9)];
  const colours = TYPES.get(type);
  if (!colours?.depths.includes(depth))
    throw new Unfit(`no picture has ${depth} bits a value in colours of type ${type}`);
  return { width, height, depth, type, channels: colours.channels, interlaced: view.getUint8(HEADER + 12) === 1 };
};

/** Where the pixels of each pass begin, and how far they are apart; a picture that is not interlaced has one. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const WHOLE = [[0, 0, 1, 1]] as const;

/** Bytes of the pixels as they are unpacked: every row begins with one that says how it is filtered. */
const unpackedBytes = ({ width, height, depth, channels, interlaced }: Header): number =>
  (interlaced ? ADAM7 : WHOLE).reduce((sum, [x, y, across, down]) => {
    const [columns, rows] = [Math.ceil((width - x) / across), Math.ceil((height - y) / down)];
    return columns > 0 && rows > 0 ? sum + rows * (1 + Math.ceil((columns * channels * depth) / 8)) : sum;
  }, 0);

/** The parts that make the picture. Profiles and texts do not, and may be packed to a thousandth of what they are. */
const partsOf = (bytes: Uint8Array, view: DataView): ReadonlyMap<string, readonly Uint8Array[]> => {
  const found = new Map<string, Uint8Array[]>();
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) throw new Unfit('it is cut off');
    const before = found.get(name);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (!before) found.set(name, [data]);
    else if (name === 'IDAT') before.push(data);
    if (name === 'IEND') return found;
    at += 12 + length;
  }
  throw new Unfit('it is cut off');
};

/** How many bytes come out of it, or a little more than `most`. Throws where it is broken off or wrong. */
const inflatedBytes = async (packed: Uint8Array, most: number): Promise<number> => {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Unfit('its pixels cannot be unpacked');
    });
    if (done) return length;
    length += value.length;
    if (length <= most) continue;
    await reader.cancel();
    return length;
  }
};

const joined = (pieces: readonly Uint8Array[]): Uint8Array => {
  const [first, second] = pieces;
  if (first && !second) return first;
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
};

/** A part as the file has it. Nobody looks at the check sum. */
const chunk = (name: string, data: Uint8Array): readonly Uint8Array[] => {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, data.length);
  head.set(
    Array.from(name, (letter) => letter.charCodeAt(0)),
    4,
  );
  return [head, data, new Uint8Array(4)];
};

/** Throws {@link Unfit}, and whatever the decoder does. */
export const decodePng = async (bytes: Uint8Array): Promise<Picture> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const header = headerOf(view);
  const { width, depth, type, interlaced } = header;
  const wrong = unfitSize(header);
  if (wrong) throw new Unfit(wrong);
  if (interlaced && depth < 8) throw new Unfit(`interlaced pictures of ${depth} bits a value are not read`);
  const expected = unpackedBytes(header);
  if (expected > MOST_BYTES)
    throw new Unfit(`unpacked it takes ${grouped(expected)} bytes; at most ${grouped(MOST_BYTES)} are read`);
  const parts = partsOf(bytes, view);
  for (const [name, most] of Object.entries(MOST_OF))
    if ((parts.get(name)?.[0]?.length ?? 0) > most) throw new Unfit(`its ${name} has more than ${most} bytes`);
  const pixels = joined(parts.get('IDAT') ?? []);
  const length = await inflatedBytes(pixels, expected);
  if (length !== expected)
    throw new Unfit(
      `its pixels take ${grouped(expected)} bytes, and ${length > expected ? 'more' : grouped(length)} are packed in it`,
    );
  // Colours of other types have no palette; what stands there is a suggestion to displays of few colours.
  const colours = type === PALETTE ? [...chunksOf('PLTE', parts), ...chunksOf('tRNS', parts)] : [];
  const plain = joined([
    bytes.subarray(0, 33),
    ...colours,
    ...chunk('IDAT', pixels),
    ...chunk('IEND', new Uint8Array()),
  ]);
  const png = await import('fast-png');
  const decoded = png.decode(plain);
  const { data, channels } = decoded.palette
    ? { data: png.convertIndexedToRgb(decoded), channels: decoded.palette[0]?.length ?? 3 }
    : decoded;
  const unit = decoded.palette ? 8 : depth;
  return { width, height: header.height, channels, data: toBytes(data, width * channels, header.height, unit) };
};

const chunksOf = (name: string, parts: ReadonlyMap<string, readonly Uint8Array[]>): readonly Uint8Array[] =>
  (parts.get(name) ?? []).flatMap((data) => chunk(name, data));

/** Of 16 bits the upper 8; of less than 8 bits a value each, stretched to 0 to 255. Rows begin at whole bytes. */
const toBytes = (data: ArrayLike<number>, perRow: number, rows: number, depth: number): Uint8Array => {
  if (depth === 8 && data instanceof Uint8Array) return data;
  const into = new Uint8Array(perRow * rows);
  if (depth === 16) {
    for (let i = 0; i < into.length; i++) into[i] = (data[i] as number) >> 8;
    return into;
  }
  const bytesPerRow = Math.ceil((perRow * depth) / 8);
  const most = (1 << depth) - 1;
  for (let y = 0, i = 0; y < rows; y++)
    for (let x = 0; x < perRow; x++, i++) {
      const bit = x * depth;
      const byte = data[y * bytesPerRow + (bit >> 3)] as number;
      into[i] = (((byte >> (8 - depth - (bit & 7))) & most) * 255) / most;
    }
  return into;
};

/** A .png file. */
export const encode = async (picture: Picture): Promise<Uint8Array> => (await import('fast-png')).encode(picture);
