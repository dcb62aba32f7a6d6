// An ONNX file without the numbers of its tensors: protobuf in which each long run of them is replaced by where it lies. What the
// fields mean is model.ts.

import { type Bytes, Damaged } from '../../files/bytes.js';

/** Numbers that stay in the file, by the field they stand in. */
export interface Left {
  readonly field: number;
  readonly offset: number;
  readonly length: number;
}

/** In place of numbers that are left in the file stands this field, with the field's own number, the offset and the length. */
export const LEFT = 1 << 20;

/** Shorter runs are copied: sizes and axes are constants, too. */
const SHORT = 1024;

/** A graph of 100,000 layers has no more nodes, constants, weights and stated shapes than this; of a file that has, nothing is read. */
const MOST_FIELDS = 600_000;

/** Messages nest this deep in no network; a file may claim so. */
const DEEPEST = 40;

/** What there is of a message besides plain fields: messages of interest by field, and fields of numbers. */
interface Message {
  readonly inside?: Readonly<Record<number, () => Message>>;
  readonly numbers?: readonly number[];
}

const TENSOR: Message = { numbers: [4, 5, 6, 7, 9, 10, 11] };
const ATTRIBUTE: Message = {
  inside: { 5: () => TENSOR, 6: () => GRAPH, 10: () => TENSOR, 11: () => GRAPH },
  numbers: [7, 8],
};
const NODE: Message = { inside: { 5: () => ATTRIBUTE } };
const GRAPH: Message = { inside: { 1: () => NODE, 5: () => TENSOR } };
const MODEL: Message = { inside: { 7: () => GRAPH, 25: () => ({ inside: { 7: () => NODE } }) } };

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** The file without long runs of numbers. Throws {@link Damaged}. */
export const withoutNumbers = (file: Bytes): Uint8Array => {
  const pieces: Uint8Array[] = [];
  copy(new Window(file), 0, file.size, MODEL, 0, pieces);
  return joined(pieces);
};

const joined = (pieces: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
};

const copy = (file: Window, from: number, to: number, message: Message, depth: number, into: Uint8Array[]): void => {
  if (depth > DEEPEST) throw new Damaged(`its messages nest deeper than ${DEEPEST} levels`);
  let at = from;
  for (let count = 0; at < to; count += 1) {
    if (count >= MOST_FIELDS)
      throw new Damaged(`a part of it holds more than ${MOST_FIELDS} nodes, weights and shapes`);
    const tag = file.varint(at, to);
    const [field, wire] = [Math.floor(tag.value / 8), tag.value % 8];
    if (wire !== WIRE.bytes) {
      const end = afterPlain(file, wire, tag.end, to);
      into.push(file.bytes(at, end));
      at = end;
      continue;
    }
    const { value: length, end: begin } = file.varint(tag.end, to);
    const end = begin + length;
    if (end > to)
      throw new Damaged(`a part of it at byte ${at} should have ${length} bytes, and only ${to - begin} are left`);
    const inner = message.inside?.[field];
    if (inner && length >= SHORT) {
      const pieces: Uint8Array[] = [];
      copy(file, begin, end, inner(), depth + 1, pieces);
      // There may be more pieces than a call takes.
      into.push(header(field, pieces));
      for (const piece of pieces) into.push(piece);
    } else if (length >= SHORT && message.numbers?.includes(field)) {
      into.push(left({ field, offset: begin, length }));
    } else {
      if (length > MOST_TEXT) throw new Damaged(`a text in it at byte ${at} has ${length} bytes`);
      into.push(file.bytes(at, end));
    }
    at = end;
  }
};

/** Documentation strings are the longest texts there are. */
const MOST_TEXT = 64 * 1024 * 1024;

const afterPlain = (file: Window, wire: number, at: number, to: number): number => {
  const end =
    wire === WIRE.varint
      ? file.varint(at, to).end
      : wire === WIRE.fixed32
        ? at + 4
        : wire === WIRE.fixed64
          ? at + 8
          : Number.NaN;
  if (end <= to) return end;
  throw new Damaged(`no field of it begins at byte ${at}`);
};

/** The beginning of a message that has become shorter, before what is in it. */
const header = (field: number, pieces: readonly Uint8Array[]): Uint8Array => {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return Uint8Array.from([...varint(field * 8 + WIRE.bytes), ...varint(length)]);
};

const left = ({ field, offset, length }: Left): Uint8Array => {
  const content = [...varint(field), ...varint(offset), ...varint(length)];
  return Uint8Array.from([...varint(LEFT * 8 + WIRE.bytes), ...varint(content.length), ...content]);
};

const varint = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];

/** A file seen through a piece of it, so that its fields are not fetched one by one. */
class Window {
  private start = 0;
  private piece: Uint8Array = new Uint8Array(0);

  constructor(private readonly file: Bytes) {}

  bytes(from: number, to: number): Uint8Array {
    if (from < this.start || to > this.start + this.piece.length) {
      this.start = from;
      this.piece = this.file.read(from, Math.max(to - from, Math.min(PIECE, this.file.size - from)));
      if (this.piece.length < to - from) throw new Damaged(`it ends at byte ${from + this.piece.length}`);
    }
    return this.piece.subarray(from - this.start, to - this.start);
  }

  varint(at: number, to: number): { readonly value: number; readonly end: number } {
    const bytes = this.bytes(at, Math.min(at + 10, to));
    let [value, scale] = [0, 1];
    for (const [i, byte] of bytes.entries()) {
      value += (byte & 127) * scale;
      scale *= 128;
      if (byte < 128) return { value, end: at + i + 1 };
    }
    throw new Damaged(`no number of it ends at byte ${at}`);
  }
}

const PIECE = 1 << 16;
