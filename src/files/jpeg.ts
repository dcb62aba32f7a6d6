// JPEG: its parts are looked at before anything is unpacked, and only those that make the picture are handed to the decoder.

import { grouped } from '../core/quantity.js';
import { type Claims, MOST_BYTES, type Picture, Unfit, unfitSize } from './picture.js';

/** What is not the picture: comments, and what cameras and programs add. Of APP0 and APP14 colours depend. */
const isBeside = (marker: number): boolean =>
  marker === 0xfe || (marker >= 0xe1 && marker <= 0xef && marker !== 0xee) || marker === 0xdc;

/** Markers without a part of their own: RST0 to RST7, SOI, TEM. */
const isBare = (marker: number): boolean => (marker >= 0xd0 && marker <= 0xd8) || marker === 0x01;

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

const SCAN = 0xda;
const END = 0xd9;

/** What a scan visits of every block: in a progressive picture one that makes values finer looks at all of them. */
const VISITS = { first: 4, finer: 64 } as const;

/** Progressive pictures have about ten scans; more than so many visits are not made. */
const MOST_VISITS = 5e8;

/** The decoder holds 64 coefficients of 32 bits for every block, and what becomes of them in 8. */
const BLOCK_BYTES = 64 * (4 + 1);

interface Parts {
  /** The file without what is not the picture. */
  readonly plain: Uint8Array;
  readonly frames: readonly Uint8Array[];
  /** Of all scans, for every block. */
  readonly visits: number;
}

const partsOf = (bytes: Uint8Array): Parts => {
  const kept: Uint8Array[] = [Uint8Array.of(0xff, 0xd8)];
  const frames: Uint8Array[] = [];
  let visits = 0;
  for (let at = 2; ; ) {
    // Some cameras write bytes too many between the parts.
    while (at < bytes.length && !(bytes[at] === 0xff && isMarker(bytes[at + 1]))) at++;
    const marker = bytes[at + 1];
    if (marker === undefined || marker === END) break;
    if (isBare(marker)) {
      at += 2;
      continue;
    }
    let end = at + 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
    if (end > bytes.length || end < at + 4) throw new Unfit('it is cut off');
    if (isFrame(marker)) frames.push(bytes.subarray(at + 4, end));
    if (marker === SCAN) {
      visits += (bytes[end - 1] ?? 0) >> 4 > 0 ? VISITS.finer : VISITS.first;
      // Coded pixels, up to a marker that is none of theirs.
      while (end < bytes.length && !(bytes[end] === 0xff && isMarker(bytes[end + 1]) && !isBare(bytes[end + 1] ?? 0)))
        end++;
    }
    if (!isBeside(marker)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  const plain = new Uint8Array(kept.reduce((sum, { length }) => sum + length, 2));
  let to = 0;
  for (const part of kept) {
    plain.set(part, to);
    to += part.length;
  }
  plain.set([0xff, END], to);
  return { plain, frames, visits };
};

/** Two bytes of 255 are filling, and one followed by 0 is a coded 255. */
const isMarker = (byte: number | undefined): boolean => byte !== undefined && byte !== 0 && byte !== 0xff;

interface Frame extends Claims {
  /** Across and down: how many blocks a component has where the coarsest has one. */
  readonly sampling: readonly (readonly [across: number, down: number])[];
}

const frameOf = ({ frames }: Parts): Frame => {
  const [frame, second] = frames;
  if (!frame || second) throw new Unfit(frame ? 'it holds several pictures' : 'it says no size');
  const [precision, h = 0, h2 = 0, w = 0, w2 = 0, count = 0] = frame;
  if (precision !== 8) throw new Unfit(`pictures of ${precision} bits a value are not read`);
  const components = Array.from({ length: count }, (_, i) => frame.subarray(6 + 3 * i, 9 + 3 * i));
  const ids = new Set(components.map(([id]) => id));
  if (![1, 3, 4].includes(count) || ids.size !== count)
    throw new Unfit(`it has ${count} colours, of which 1, 3 or 4 are read`);
  const sampling = components.map(([, factors = 0]) => [factors >> 4, factors & 15] as const);
  if (sampling.flat().some((n) => n < 1 || n > 4)) throw new Unfit('it says no sampling of its colours that there is');
  return { width: (w << 8) | w2, height: (h << 8) | h2, sampling };
};

/** Of all components, in whole units. */
const blocksOf = ({ width, height, sampling }: Frame): number => {
  const [across, down] = [Math.max(...sampling.map(([h]) => h)), Math.max(...sampling.map(([, v]) => v))];
  const units = Math.ceil(width / 8 / across) * Math.ceil(height / 8 / down);
  return sampling.reduce((sum, [h, v]) => sum + units * h * v, 0);
};

/** Throws {@link Unfit}, and whatever the decoder does. */
export const decodeJpeg = async (bytes: Uint8Array): Promise<Picture> => {
  const parts = partsOf(bytes);
  const frame = frameOf(parts);
  const wrong = unfitSize(frame);
  if (wrong) throw new Unfit(wrong);
  const blocks = blocksOf(frame);
  const needed = blocks * BLOCK_BYTES + 3 * frame.width * frame.height;
  const most = 2 * MOST_BYTES;
  if (needed > most) throw new Unfit(`unpacked it takes ${grouped(needed)} bytes; at most ${grouped(most)} are read`);
  if (parts.visits * blocks > MOST_VISITS) throw new Unfit('it is drawn over and over: it has too many scans');
  const { decode } = (await import('jpeg-js')).default;
  const { width, height, data } = decode(parts.plain, {
    useTArray: true,
    formatAsRGBA: false,
    // Tables are counted too. What is large is seen to already.
    maxMemoryUsageInMB: (2 * most) / 1e6,
  });
  return { width, height, channels: 3, data };
};
