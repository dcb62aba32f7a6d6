// NumPy's .npy format, read and written: a magic word, a header that is a Python dict, raw numbers.

import { Problem } from '../core/diagnostic.js';
import type { Tensor } from '../core/kernels.js';
import { product } from '../core/shape.js';
import { gathered, type StoredTensor } from '../core/stored.js';
import {
  type Bytes,
  type Decoder,
  FLOAT16,
  FLOAT32,
  FLOAT64,
  INT8,
  INT16,
  INT32,
  INT64,
  rawBytes,
  readNumbers,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
} from './bytes.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const broken = (why: string): Problem =>
  new Problem('data/npy', `this is no .npy file: ${why}`, 'save it with numpy.save(path, array)');

/** How numbers are read, by NumPy's names without the byte order. */
const DECODERS: ReadonlyMap<string, Decoder> = new Map(
  Object.entries({
    ...{ f2: FLOAT16, f4: FLOAT32, f8: FLOAT64, b1: UINT8 },
    ...{ i1: INT8, i2: INT16, i4: INT32, i8: INT64, u1: UINT8, u2: UINT16, u4: UINT32, u8: UINT64 },
  }),
);

/** NumPy itself reads no longer ones unasked. */
const MOST_HEADER = 10_000;

/** NumPy's arrays have no more. */
const MOST_AXES = 64;

/** Versions 1 to 3, any byte order, rows or columns first. The numbers are read when they are asked for, each time anew. */
export const readNpy = (file: Bytes): Tensor | Problem => {
  const stored = storedNpy(file);
  if (stored instanceof Problem) return stored;
  const { shape, dtype, load } = stored;
  if (!load)
    return new Problem(
      'data/npy',
      `numbers of the kind "${dtype}" are not read`,
      'save it as float32: array.astype("f4")',
    );
  return {
    shape,
    get data() {
      return load();
    },
  };
};

/** The same, also of kinds of numbers that are not read. */
export const storedNpy = (file: Bytes): StoredTensor | Problem => {
  const first = file.read(0, 12);
  if (!isNpy(first)) return broken('it does not begin with \\x93NUMPY');
  const [version = 0] = first.subarray(6);
  if (version < 1 || version > 3) return broken(`it is of version ${version}; 1 to 3 are read`);
  const wide = version > 1;
  const start = wide ? 12 : 10;
  if (file.size < start) return broken('it ends in the header');
  const view = new DataView(first.buffer, first.byteOffset, first.byteLength);
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > file.size) return broken('it ends in the header');
  if (length > MOST_HEADER) return broken(`its header has ${length} bytes; at most ${MOST_HEADER} are read`);
  const header = new TextDecoder().decode(file.read(start, length));
  const descr = /'descr'\s*:\s*'([<>|=]?)(\w+)'/.exec(header);
  const shape = /'shape'\s*:\s*\(\s*((?:\d+\s*,\s*)*\d*)\s*\)/.exec(header)?.[1];
  if (!descr || shape === undefined) return broken('its header says no shape and no kind of numbers');
  const [, order = '', kind = ''] = descr;
  const sizes = shape.split(',').flatMap((n) => (n.trim() === '' ? [] : [Number(n)]));
  if (sizes.length > MOST_AXES) return broken(`it has ${sizes.length} axes; at most ${MOST_AXES} are read`);
  const decoder = DECODERS.get(kind);
  if (!decoder)
    return sizes.every(Number.isSafeInteger)
      ? { shape: sizes, dtype: kind }
      : broken(`no array is of ${sizes.join(' x ')}`);
  const [count, { width }] = [product(sizes), decoder];
  const from = start + length;
  if (!Number.isSafeInteger(count * width) || file.size - from !== count * width)
    return broken(
      `${sizes.join(' x ') || 'one value'} of ${kind} take ${count * width} bytes, and ${file.size - from} are there`,
    );
  const columnsFirst = /'fortran_order'\s*:\s*True/.test(header);
  return {
    shape: sizes,
    dtype: kind === 'b1' ? 'BOOL' : `${kind[0]?.toUpperCase()}${8 * width}`,
    load: (into) => {
      const swap = order === '>';
      return columnsFirst
        ? rowsFirst(readNumbers(file, from, count, decoder, { swap }), sizes)
        : readNumbers(file, from, count, decoder, { swap, into });
    },
  };
};

/** Whether a file begins as one. */
export const isNpy = (beginning: Uint8Array): boolean => MAGIC.every((byte, i) => beginning[i] === byte);

/** Fortran's order, the first index fastest, as C's, the last fastest. */
const rowsFirst = (data: Float32Array, shape: readonly number[]): Float32Array =>
  gathered(
    data,
    shape,
    shape.map((_, axis) => product(shape.slice(0, axis))),
  );

/** Version 1, float32, rows first; piece by piece. */
export const writeNpy = ({ shape, data }: Tensor): readonly Uint8Array[] => {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Filled up with spaces and a line end, so that the numbers start at a multiple of 64.
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const begin = new Uint8Array(10 + length);
  begin.set(MAGIC);
  begin[6] = 1;
  new DataView(begin.buffer).setUint16(8, length, true);
  begin.set(new TextEncoder().encode(`${header.padEnd(length - 1)}\n`), 10);
  return [begin, rawBytes(data)];
};
