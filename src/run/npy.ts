// NumPy's .npy format, read and written: a magic word, a header that is a Python dict, raw numbers.

import { Problem } from '../core/diagnostic.js';
import type { Tensor } from '../core/kernels.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const broken = (why: string): Problem =>
  new Problem('data/npy', `this is no .npy file: ${why}`, 'save it with numpy.save(path, array)');

type Read = (view: DataView, at: number) => number;

/** How numbers are read, by NumPy's names without the byte order. */
const DTYPES: Readonly<Record<string, readonly [width: number, read: (little: boolean) => Read]>> = {
  f4: [4, (little) => (view, at) => view.getFloat32(at, little)],
  f8: [8, (little) => (view, at) => view.getFloat64(at, little)],
  i1: [1, () => (view, at) => view.getInt8(at)],
  u1: [1, () => (view, at) => view.getUint8(at)],
  b1: [1, () => (view, at) => view.getUint8(at)],
  i2: [2, (little) => (view, at) => view.getInt16(at, little)],
  u2: [2, (little) => (view, at) => view.getUint16(at, little)],
  i4: [4, (little) => (view, at) => view.getInt32(at, little)],
  u4: [4, (little) => (view, at) => view.getUint32(at, little)],
  i8: [8, (little) => (view, at) => Number(view.getBigInt64(at, little))],
};

/** Versions 1 to 3, any byte order, rows or columns first. */
export const readNpy = (file: Uint8Array): Tensor | Problem => {
  if (!MAGIC.every((byte, i) => file[i] === byte)) return broken('it does not begin with \\x93NUMPY');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const wide = (file[6] ?? 1) > 1;
  const start = wide ? 12 : 10;
  if (file.length < start) return broken('it ends in the header');
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > file.length) return broken('it ends in the header');
  const header = new TextDecoder().decode(file.subarray(start, start + length));
  const descr = /'descr'\s*:\s*'([<>|=]?)(\w+)'/.exec(header);
  const shape = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (!descr || shape === undefined) return broken('its header says no shape and no kind of numbers');
  const [, order = '', kind = ''] = descr;
  const dtype = DTYPES[kind];
  if (!dtype)
    return new Problem(
      'data/npy',
      `numbers of the kind "${kind}" are not read`,
      'save it as float32: array.astype("f4")',
    );
  const sizes = shape.split(',').flatMap((n) => (n.trim() === '' ? [] : [Number(n)]));
  const count = sizes.reduce((a, b) => a * b, 1);
  const [width, reader] = dtype;
  const from = start + length;
  if (!Number.isSafeInteger(count) || file.length - from !== count * width)
    return broken(
      `${sizes.join(' x ') || 'one value'} of ${kind} take ${count * width} bytes, and ${file.length - from} are there`,
    );
  const read = reader(order !== '>');
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = read(view, from + i * width);
  const columnsFirst = /'fortran_order'\s*:\s*True/.test(header);
  return { shape: sizes, data: columnsFirst ? rowsFirst(data, sizes) : data };
};

/** Fortran's order, the first index fastest, as C's, the last fastest. */
const rowsFirst = (data: Float32Array, shape: readonly number[]): Float32Array => {
  const out = new Float32Array(data.length);
  const index = new Array<number>(shape.length).fill(0);
  for (const value of data) {
    out[index.reduce((at, i, axis) => at * (shape[axis] ?? 1) + i, 0)] = value;
    for (let axis = 0; axis < shape.length; axis++) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (shape[axis] ?? 1)) break;
      index[axis] = 0;
    }
  }
  return out;
};

/** Version 1, float32, rows first. */
export const writeNpy = ({ shape, data }: Tensor): Uint8Array => {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Filled up with spaces and a line end, so that the numbers start at a multiple of 64.
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const file = new Uint8Array(10 + length + data.byteLength);
  file.set(MAGIC);
  file[6] = 1;
  new DataView(file.buffer).setUint16(8, length, true);
  file.set(new TextEncoder().encode(`${header.padEnd(length - 1)}\n`), 10);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + length);
  return file;
};
