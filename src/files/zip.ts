// Zip archives, read in ranges: the names in one, and its members as files of their own. Nothing is written, and nothing encrypted read.

import { Inflate } from 'fflate';
import { type Bytes, Damaged } from './bytes.js';

export interface Zip {
  /** In the order of the archive; folders have none. */
  readonly names: readonly string[];
  /** A member as a file; null where there is none, or it is encrypted or packed otherwise than by deflate. */
  readonly member: (name: string) => Bytes | null;
}

/** What the table of contents says of a member. */
interface Entry {
  readonly flags: number;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  /** Where its own header begins. */
  readonly at: number;
  /** Where at the latest it has to end: at the next member's header. */
  readonly end: number;
}

/** Bytes of a table of contents: more than 100,000 members with long names. */
const MOST_CONTENTS = 32 * 1024 * 1024;

/** Bytes of a member that is unpacked. */
const MOST_UNPACKED = 2 ** 30;

/** Deflate packs no closer: 258 bytes into 2 bits. */
const MOST_PER_BYTE = 1032;

/** The end of an archive with its comment of up to 65,535 bytes. */
const LONGEST_END = 22 + 65_535;

const [END, END_64, LOCATOR_64, ENTRY, MEMBER] = [0x06054b50, 0x06064b50, 0x07064b50, 0x02014b50, 0x04034b50];

/** Whether a file begins as one, or is an empty one. */
export const isZip = ([p, k, third, fourth]: Uint8Array): boolean =>
  p === 0x50 && k === 0x4b && ((third === 3 && fourth === 4) || (third === 5 && fourth === 6));

/** The archive that a file is. Null where it is none, is cut off, has a name twice, or claims what cannot be. Throws where `bytes` cannot be read. */
export const zipOf = (bytes: Bytes): Zip | null => {
  const contents = contentsOf(bytes);
  const entries = contents && entriesOf(bytes, contents);
  if (!entries) return null;
  return {
    names: [...entries.keys()],
    member: (name) => {
      const entry = entries.get(name);
      return entry ? memberOf(bytes, entry) : null;
    },
  };
};

interface Contents {
  readonly from: number;
  readonly length: number;
  readonly count: number;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

const contentsOf = (bytes: Bytes): Contents | null => {
  const from = Math.max(0, bytes.size - LONGEST_END);
  const view = viewOf(bytes.read(from, bytes.size - from));
  for (let at = view.byteLength - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== END || at + 22 + view.getUint16(at + 20, true) !== view.byteLength) continue;
    // Archives in several files are not read.
    if (view.getUint16(at + 4, true) !== view.getUint16(at + 6, true)) return null;
    const count = view.getUint16(at + 10, true);
    const [length, start] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
    const large = count === 0xffff || length === 0xffffffff || start === 0xffffffff;
    const contents = large
      ? (largeContents(bytes, from + at) ?? { from: start, length, count })
      : { from: start, length, count };
    return contents.length <= MOST_CONTENTS && contents.from + contents.length <= from + at ? contents : null;
  }
  return null;
};

/** As zip64 says it, right before the end. */
const largeContents = (bytes: Bytes, end: number): Contents | null => {
  if (end < 20) return null;
  const locator = viewOf(bytes.read(end - 20, 20));
  if (locator.byteLength < 20 || locator.getUint32(0, true) !== LOCATOR_64) return null;
  const view = viewOf(bytes.read(Number(locator.getBigUint64(8, true)), 56));
  if (view.byteLength < 56 || view.getUint32(0, true) !== END_64) return null;
  const [count, length, from] = [32, 40, 48].map((at) => Number(view.getBigUint64(at, true))) as [
    number,
    number,
    number,
  ];
  return { count, length, from };
};

const entriesOf = (bytes: Bytes, { from, length, count }: Contents): ReadonlyMap<string, Entry> | null => {
  const table = bytes.read(from, length);
  const view = viewOf(table);
  const found: (Omit<Entry, 'end'> & { readonly name: string; readonly least: number })[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > table.length || view.getUint32(at, true) !== ENTRY) return null;
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((n) => view.getUint16(at + n, true)) as [
      number,
      number,
      number,
    ];
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > table.length) return null;
    const named = table.subarray(at + 46, at + 46 + nameLength);
    const extra = viewOf(table.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength));
    const [size, packed, start] = wholeSizes(
      [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)],
      extra,
    );
    const least = start + 30 + nameLength + packed;
    if (least > from) return null;
    const name = new TextDecoder().decode(named);
    found.push({
      name,
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      packed,
      size,
      at: start,
      least,
    });
    at = next;
  }
  found.sort((a, b) => a.at - b.at);
  const byPlace = found.map((entry, i) => ({ ...entry, end: found[i + 1]?.at ?? from }));
  if (byPlace.some(({ least, end }) => least > end)) return null;
  const entries = new Map(byPlace.map((entry) => [entry.name, entry]));
  if (entries.size < found.length) return null;
  return new Map([...entries].filter(([name]) => !name.endsWith('/')));
};

/** Size, packed size and place, each of them in zip64's extra field where it says 2^32 - 1, in that order. */
const wholeSizes = (sizes: [number, number, number], extra: DataView): readonly [number, number, number] => {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== 1) continue;
    const end = Math.min(extra.byteLength, at + 4 + extra.getUint16(at + 2, true));
    let from = at + 4;
    return sizes.map((size) => {
      if (size !== 0xffffffff || from + 8 > end) return size;
      from += 8;
      return Number(extra.getBigUint64(from - 8, true));
    }) as [number, number, number];
  }
  return sizes;
};

const memberOf = (bytes: Bytes, { flags, method, packed, size, at, end }: Entry): Bytes | null => {
  const header = viewOf(bytes.read(at, 30));
  if (header.byteLength < 30 || header.getUint32(0, true) !== MEMBER) return null;
  const from = at + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const isEncrypted = (flags & 1) !== 0;
  if (isEncrypted || from + packed > end) return null;
  const stretch = stretchOf(bytes, from, packed);
  if (method === 0) return size === packed ? stretch : null;
  if (method !== 8 || size > MOST_UNPACKED || size > packed * MOST_PER_BYTE) return null;
  return unpacked(stretch, size);
};

/** A part of a file as a file. */
const stretchOf = (bytes: Bytes, from: number, size: number): Bytes => ({
  size,
  read: (offset, length) => bytes.read(from + offset, Math.max(0, Math.min(length, size - offset))),
});

/** So many packed bytes are unpacked at once, into at most {@link MOST_PER_BYTE} times as many. */
const PIECE = 16 * 1024;

/** A deflated file. It is unpacked as far as somebody reads; whoever reads on from there does not unpack it anew. */
const unpacked = (packed: Bytes, size: number): Bytes => {
  let run = begun(packed);
  return {
    size,
    read: (offset, length) => {
      const wanted = Math.max(0, Math.min(length, size - offset));
      if (wanted === 0) return new Uint8Array();
      if (offset < run.at()) run = begun(packed);
      run.skip(offset - run.at());
      return run.take(wanted);
    },
  };
};

interface Run {
  /** How many bytes were taken or skipped. */
  readonly at: () => number;
  readonly skip: (count: number) => void;
  readonly take: (count: number) => Uint8Array;
}

const begun = (packed: Bytes): Run => {
  let waiting: Uint8Array[] = [];
  let [at, read, ended] = [0, 0, false];
  const inflate = new Inflate((piece) => waiting.push(piece));
  /** The next stretch that is there, of at most that many bytes. */
  const next = (most: number): Uint8Array => {
    while (waiting.length === 0) {
      if (ended) throw new Damaged('what is packed in it is shorter than it says');
      const piece = packed.read(read, PIECE);
      read += piece.length;
      ended = piece.length === 0 || read >= packed.size;
      try {
        inflate.push(piece, ended);
      } catch {
        throw new Damaged('what is packed in it cannot be unpacked');
      }
      waiting = waiting.filter(({ length }) => length > 0);
    }
    const [first = new Uint8Array(), ...rest] = waiting;
    const part = first.subarray(0, most);
    waiting = part.length < first.length ? [first.subarray(most), ...rest] : rest;
    at += part.length;
    return part;
  };
  return {
    at: () => at,
    skip: (count) => {
      for (let left = count; left > 0; ) left -= next(left).length;
    },
    take: (count) => {
      const into = new Uint8Array(count);
      for (let done = 0; done < count; ) {
        const part = next(count - done);
        into.set(part, done);
        done += part.length;
      }
      return into;
    },
  };
};
