// The .safetensors format, read and written: a length, a JSON header, raw little-endian numbers. Files arrive as ranges of bytes.

import { Problem } from '../core/diagnostic.js';
import type { Tensor } from '../core/kernels.js';

/** Where the bytes come from: a file of `size` bytes, read in ranges, each into a buffer of its own. */
export interface Bytes {
  readonly size: number;
  readonly read: (offset: number, length: number) => Uint8Array;
}

/** A tensor of a file, not yet read. */
export interface Entry {
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Its values as float32; exact for f32, f16 and bf16. */
  readonly load: () => Tensor;
}

/** A header longer than this is no header (the format's own limit). */
const MOST_HEADER = 100_000_000;

const WIDTHS: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2, F64: 8, I64: 8, I32: 4, U8: 1, BOOL: 1 };

/** The tensors by name, or what is wrong with the file. `__metadata__` is left out. */
export const readSafetensors = (bytes: Bytes): ReadonlyMap<string, Entry> | Problem => {
  if (bytes.size < 8) return broken(`it has ${bytes.size} bytes, fewer than the 8 that hold the header's length`);
  const length = Number(new DataView(bytes.read(0, 8).slice().buffer).getBigUint64(0, true));
  if (length > MOST_HEADER || 8 + length > bytes.size)
    return broken(`its header should have ${length} bytes, the file has ${bytes.size}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.read(8, length)));
  } catch {
    return broken('its header is no JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return broken('its header is no JSON object');
  const room = bytes.size - 8 - length;
  const entries = new Map<string, Entry>();
  for (const [name, described] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const entry = entryOf(name, described, room, 8 + length, bytes);
    if (entry instanceof Problem) return entry;
    entries.set(name, entry);
  }
  return entries;
};

const broken = (why: string): Problem =>
  new Problem(
    'weights/file',
    `this is no .safetensors file: ${why}`,
    'save it with safetensors.torch.save_file(model.state_dict(), path)',
  );

const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;

const entryOf = (name: string, described: unknown, room: number, start: number, bytes: Bytes): Entry | Problem => {
  const { dtype, shape, data_offsets } = (described ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !shape.every(isCount) || !Array.isArray(data_offsets))
    return broken(`"${name}" has no dtype, shape and data_offsets`);
  const [from, to] = data_offsets as unknown[];
  if (!isCount(from) || !isCount(to) || from > to || to > room)
    return broken(`"${name}" lies at ${data_offsets.join(' to ')} of ${room} bytes`);
  const count = (shape as number[]).reduce((a, b) => a * b, 1);
  const width = WIDTHS[dtype];
  if (width !== undefined && count * width !== to - from)
    return broken(
      `"${name}" of ${shape.join('x') || 'one value'} takes ${count * width} bytes as ${dtype}, not ${to - from}`,
    );
  return { dtype, shape, load: () => ({ shape, data: decode(dtype, bytes.read(start + from, to - from), count) }) };
};

/** The numbers that float32 holds exactly; others are not learned tensors. */
export const READABLE: readonly string[] = ['F32', 'F16', 'BF16'];

const decode = (dtype: string, raw: Uint8Array, count: number): Float32Array => {
  if (dtype === 'F32')
    return new Float32Array(
      raw.byteOffset % 4 === 0 ? raw.buffer : raw.slice().buffer,
      raw.byteOffset % 4 === 0 ? raw.byteOffset : 0,
      count,
    );
  const words = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const data = new Float32Array(count);
  if (dtype === 'BF16') {
    const bits = new Uint32Array(data.buffer);
    for (let i = 0; i < count; i++) bits[i] = words.getUint16(2 * i, true) << 16;
  } else for (let i = 0; i < count; i++) data[i] = fromHalf(words.getUint16(2 * i, true));
  return data;
};

/** IEEE 754 binary16: one sign bit, five of the exponent, ten of the fraction. */
const fromHalf = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};

/** A file of float32 tensors, in their order. */
export const writeSafetensors = (tensors: ReadonlyMap<string, Tensor>): Uint8Array => {
  let at = 0;
  const header: Record<string, unknown> = {};
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + data.byteLength] };
    at += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // The header is filled up with spaces, so that the numbers start at a multiple of 8.
  const padded = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + padded + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.fill(0x20, 8, 8 + padded);
  file.set(json, 8);
  let offset = 8 + padded;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
};
