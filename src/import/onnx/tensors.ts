// The tensors of an ONNX file as tensors that are read when asked for, and small ones as numbers. What is computed of them is fold.ts.

import { product } from '../../core/shape.js';
import type { StoredTensor } from '../../core/stored.js';
import {
  BFLOAT16,
  type Bytes,
  Damaged,
  type Decoder,
  FLOAT16,
  FLOAT32,
  FLOAT64,
  held,
  INT8,
  INT16,
  INT32,
  INT64,
  readNumbers,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
} from '../../files/bytes.js';
import { MOST_FOLDED } from './fold.js';
import type { TensorProto } from './model.js';

/** What a tensor's numbers are: by ONNX's number of the type. */
const TYPES: Readonly<Record<number, { readonly name: string; readonly decoder: Decoder; readonly field: number }>> = {
  1: { name: 'float', decoder: FLOAT32, field: 4 },
  2: { name: 'uint8', decoder: UINT8, field: 5 },
  3: { name: 'int8', decoder: INT8, field: 5 },
  4: { name: 'uint16', decoder: UINT16, field: 5 },
  5: { name: 'int16', decoder: INT16, field: 5 },
  6: { name: 'int32', decoder: INT32, field: 5 },
  7: { name: 'int64', decoder: INT64, field: 7 },
  9: { name: 'bool', decoder: UINT8, field: 5 },
  10: { name: 'float16', decoder: FLOAT16, field: 5 },
  11: { name: 'double', decoder: FLOAT64, field: 10 },
  12: { name: 'uint32', decoder: UINT32, field: 11 },
  13: { name: 'uint64', decoder: UINT64, field: 11 },
  16: { name: 'bfloat16', decoder: BFLOAT16, field: 5 },
};

const FLOATS: readonly number[] = [1, 10, 11, 16];

export const isFloat = (type: number): boolean => FLOATS.includes(type);

/** Where files beside the model are found. */
export type Beside = (path: string) => Bytes | null;

/** Tensors have a handful of axes; each of them is looked at again and again. */
export const MOST_AXES = 64;

/** Sizes that a tensor may have; a product past this is a lie. */
const MOST_ELEMENTS = 2 ** 40;

export const dimsOf = (tensor: TensorProto): readonly number[] => {
  const { dims, name } = tensor;
  if (dims.length > MOST_AXES) throw new Damaged(`"${name}" is a tensor of ${dims.length} axes`);
  if (dims.every((n) => Number.isSafeInteger(n) && n >= 0) && product(dims) <= MOST_ELEMENTS) return dims;
  throw new Damaged(`"${name}" is a tensor of ${dims.join('x')}`);
};

/** A tensor of the file, none of its numbers read yet. Throws {@link Damaged} where it has another number of them than its sizes say. */
export const storedTensor = (tensor: TensorProto, file: Bytes, beside: Beside): StoredTensor => {
  const shape = dimsOf(tensor);
  const count = product(shape);
  const type = TYPES[tensor.type];
  if (!type) return { shape, dtype: `type ${tensor.type}` };
  const load = source(tensor, type, count, file, beside);
  return { shape, dtype: type.name, ...(load && { load }) };
};

const source = (
  tensor: TensorProto,
  { decoder, field }: { readonly decoder: Decoder; readonly field: number },
  count: number,
  file: Bytes,
  beside: Beside,
): StoredTensor['load'] => {
  const { raw, left, isExternal, numbers, name } = tensor;
  const expect = (found: number): void => {
    if (found !== count * decoder.width)
      throw new Damaged(`"${name}" of ${tensor.dims.join('x')} takes ${count * decoder.width} bytes, not ${found}`);
  };
  if (isExternal) return external(tensor, decoder, count, beside);
  if (raw) {
    expect(raw.length);
    return (into) => readNumbers(held(raw), 0, count, decoder, { into });
  }
  if (left?.field === 9) {
    expect(left.length);
    return (into) => readNumbers(file, left.offset, count, decoder, { into });
  }
  if (left) return listed(left, decoder, field, count, file, name);
  const values = numbers.get(field);
  if (!values) return count === 0 ? () => new Float32Array(0) : undefined;
  if (values.length !== count) throw new Damaged(`"${name}" of ${tensor.dims.join('x')} has ${values.length} numbers`);
  return () => Float32Array.from(isHalf(decoder) ? fromBits(values, decoder) : values);
};

const isHalf = (decoder: Decoder): boolean => decoder === FLOAT16 || decoder === BFLOAT16;

/** Numbers of 16 bits stand in a field of whole numbers by their bits. */
const fromBits = (bits: readonly number[], decoder: Decoder): Float32Array =>
  readNumbers(held(new Uint8Array(Uint16Array.from(bits).buffer)), 0, bits.length, decoder);

/** Numbers in a field of their own, left in the file: floats and doubles as they are, all else in as many bytes as each takes. */
const listed = (
  { field: found, offset, length }: NonNullable<TensorProto['left']>,
  decoder: Decoder,
  field: number,
  count: number,
  file: Bytes,
  name: string,
): NonNullable<StoredTensor['load']> => {
  const isPlain = field === 4 || field === 10;
  if (found !== field || (isPlain && length !== count * decoder.width))
    throw new Damaged(`"${name}" has other numbers than its type says`);
  if (isPlain) return (into) => readNumbers(file, offset, count, decoder, { into });
  return () => {
    const values = varints(file.read(offset, length));
    if (values.length !== count) throw new Damaged(`"${name}" has ${values.length} numbers, not ${count}`);
    return isHalf(decoder) ? fromBits(values, decoder) : Float32Array.from(values);
  };
};

const varints = (bytes: Uint8Array): readonly number[] => {
  const values: number[] = [];
  let [value, scale] = [0n, 0n];
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << scale;
    scale += 7n;
    if (byte >= 128) continue;
    values.push(Number(BigInt.asIntN(64, value)));
    [value, scale] = [0n, 0n];
  }
  return values;
};

/** Numbers in a file beside the model. Absent where there is no such file: whoever runs the network is told. */
const external = (
  { external: said, name }: TensorProto,
  decoder: Decoder,
  count: number,
  beside: Beside,
): StoredTensor['load'] => {
  const file = beside(said.get('location') ?? '');
  if (!file) return undefined;
  const offset = Number(said.get('offset') ?? 0);
  const length = count * decoder.width;
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > file.size)
    throw new Damaged(`"${name}" should lie at bytes ${offset} to ${offset + length} of a file of ${file.size}`);
  return (into) => readNumbers(file, offset, count, decoder, { into });
};

/** The numbers of a small tensor; undefined where it has none, or too many. Whole numbers are exact up to 2^53. */
export const numbersOf = (tensor: TensorProto, file: Bytes, beside: Beside): readonly number[] | undefined => {
  const count = product(dimsOf(tensor));
  const type = TYPES[tensor.type];
  if (!type || count > MOST_FOLDED) return undefined;
  const { raw, left, isExternal, numbers } = tensor;
  if (tensor.type === 7 && !isExternal) {
    if (numbers.has(7)) return numbers.get(7);
    const bytes = raw ?? (left?.field === 9 ? file.read(left.offset, left.length) : undefined);
    if (bytes && bytes.length === count * 8) return Array.from(new BigInt64Array(bytes.slice().buffer), Number);
    if (left?.field === 7) return varints(file.read(left.offset, left.length));
  }
  const stored = storedTensor(tensor, file, beside);
  return stored.load && Array.from(stored.load());
};
