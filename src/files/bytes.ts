// Files by their parts and the numbers in them: what the readers of tensors are handed, so that nobody holds a large file whole.

/** A file of `size` bytes, read in ranges, each into a buffer of its own. */
export interface Bytes {
  readonly size: number;
  /** Shorter where the file ends. Throws where it cannot be read. */
  readonly read: (offset: number, length: number) => Uint8Array;
}

/** Somebody wrote to a file while it was read. */
export class Shortened extends Error {}

/** A file says what cannot be: it is cut off or damaged, or what is packed in it is not what it says. */
export class Damaged extends Error {}

/** Bytes that are in memory anyway. */
export const held = (bytes: Uint8Array): Bytes => ({
  size: bytes.length,
  // A slice of what Node makes of a pipe, a Buffer, would be no copy.
  read: (offset, length) => new Uint8Array(bytes.subarray(offset, offset + length)),
});

/** How wide a number is, and how many of them, little-endian and aligned, become float32. */
export interface Decoder {
  readonly width: number;
  readonly convert: (raw: Uint8Array, into: Float32Array) => void;
}

/** That many numbers are in memory twice, at most. */
const CHUNK = 1 << 20;

/**
 * `count` numbers from `offset` on, in an array of their own or in the one that is there for them; `swap` where the file is
 * big-endian. Throws where the file ends before.
 */
export const readNumbers = (
  bytes: Bytes,
  offset: number,
  count: number,
  decoder: Decoder,
  { swap = false, into }: { readonly swap?: boolean; readonly into?: Float32Array | undefined } = {},
): Float32Array => {
  const { width } = decoder;
  if (decoder === FLOAT32 && !swap && !into)
    return new Float32Array(exactly(bytes, offset, count * width).buffer as ArrayBuffer);
  const all = into ?? new Float32Array(count);
  inPieces(bytes, offset, all, decoder, swap);
  return all;
};

const inPieces = (
  bytes: Bytes,
  offset: number,
  into: Float32Array,
  { width, convert }: Decoder,
  swap: boolean,
): void => {
  for (let done = 0; done < into.length; done += CHUNK) {
    const part = into.subarray(done, done + CHUNK);
    const raw = exactly(bytes, offset + done * width, part.length * width);
    if (swap) for (let at = 0; at < raw.length; at += width) raw.subarray(at, at + width).reverse();
    convert(raw, part);
  }
};

const exactly = (bytes: Bytes, offset: number, length: number): Uint8Array => {
  const raw = bytes.read(offset, length);
  if (raw.length !== length) throw new Shortened('the file became shorter while it was read');
  return raw.byteOffset === 0 && raw.buffer.byteLength === length ? raw : new Uint8Array(raw);
};

type Numbers = new (buffer: ArrayBuffer) => ArrayLike<number | bigint>;

const typed = (width: number, Type: Numbers): Decoder => ({
  width,
  convert(raw, into) {
    const values = new Type(raw.buffer as ArrayBuffer);
    for (let i = 0; i < into.length; i++) into[i] = Number(values[i]);
  },
});

export const FLOAT32: Decoder = {
  width: 4,
  convert: (raw, into) => into.set(new Float32Array(raw.buffer as ArrayBuffer)),
};
export const FLOAT64 = typed(8, Float64Array);
export const INT64 = typed(8, BigInt64Array);
export const UINT64 = typed(8, BigUint64Array);
export const INT32 = typed(4, Int32Array);
export const UINT32 = typed(4, Uint32Array);
export const INT16 = typed(2, Int16Array);
export const UINT16 = typed(2, Uint16Array);
export const INT8 = typed(1, Int8Array);
export const UINT8 = typed(1, Uint8Array);

/** The upper half of a float32. */
export const BFLOAT16: Decoder = {
  width: 2,
  convert(raw, into) {
    const values = new Uint16Array(raw.buffer);
    const bits = new Uint32Array(into.buffer, into.byteOffset, into.length);
    for (let i = 0; i < into.length; i++) bits[i] = (values[i] as number) << 16;
  },
};

/** IEEE 754 binary16: one sign bit, five of the exponent, ten of the fraction. */
export const FLOAT16: Decoder = {
  width: 2,
  convert(raw, into) {
    const values = new Uint16Array(raw.buffer);
    for (let i = 0; i < into.length; i++) into[i] = fromHalf(values[i] as number);
  },
};

const fromHalf = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};

/** The numbers of a tensor as bytes, without a copy. */
export const rawBytes = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
