// Constants of an ONNX graph, and what is computed of them while it is read: sizes, axes, paddings. What stays with the weights is not
// computed: it is seen in another order or shape.

import { product } from '../../core/shape.js';
import { eachPlace, permuted, reshaped, type StoredTensor, stridesOf } from '../../core/stored.js';

export interface Constant {
  readonly dims: readonly number[];
  readonly isFloat: boolean;
  /** The values, where there are few and they are known. */
  readonly numbers?: readonly number[] | undefined;
  readonly stored: StoredTensor;
  /** The name of the initializer that it is, or was. */
  readonly learned?: string;
}

export const constant = (dims: readonly number[], numbers: readonly number[], isFloat: boolean): Constant => ({
  dims,
  isFloat,
  numbers,
  stored: { shape: dims, dtype: 'float', load: () => Float32Array.from(numbers) },
});

/** Whether it is a parameter of PyTorch's, which has a dotted name, or one that its layer gave it. */
export const isLearned = ({ learned = '', isFloat }: Constant): boolean =>
  isFloat && /^[\p{L}_][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+)+$/u.test(learned) && !/^onnx/.test(learned);

export const whole = (numbers: readonly number[]): Constant => constant([numbers.length], numbers, false);

/** The other sizes that are meant by a target with 0 (as before) and -1 (what is left); null where there are none. */
export const targetDims = (
  dims: readonly number[],
  target: readonly number[],
  allowZero: boolean,
): readonly number[] | null => {
  const sizes = target.map((n, axis) => (n === 0 && !allowZero ? (dims[axis] ?? 0) : n));
  const rest = product(sizes.filter((n) => n !== -1));
  const all = product(dims);
  const open = sizes.filter((n) => n === -1).length;
  const whole = sizes.map((n) => (n === -1 ? all / rest : n));
  return open <= 1 && whole.every((n) => Number.isSafeInteger(n) && n >= 0) && product(whole) === all ? whole : null;
};

export const reshapedConstant = (one: Constant, dims: readonly number[]): Constant => ({
  ...one,
  dims,
  stored: reshaped(one.stored, dims),
});

/** Whether these are all axes, each once. */
export const isOrder = (order: readonly number[]): boolean =>
  [...order].sort((a, b) => a - b).every((axis, i) => axis === i);

export const transposedConstant = (one: Constant, order: readonly number[]): Constant => ({
  ...one,
  dims: order.map((axis) => one.dims[axis] ?? 1),
  stored: permuted(one.stored, order),
  numbers: one.numbers && inOrder(one.numbers, one.dims, order),
});

/** Where each value of a shape is, in order, by the steps along its axes. */
const offsets = (dims: readonly number[], steps: readonly number[]): readonly number[] => {
  const found = new Array<number>(product(dims));
  eachPlace(dims, steps, (to, from) => {
    found[to] = from;
  });
  return found;
};

const valuesAt = (numbers: readonly number[], places: readonly number[]): readonly number[] =>
  places.map((at) => numbers[at] ?? Number.NaN);

const inOrder = (numbers: readonly number[], dims: readonly number[], order: readonly number[]): readonly number[] => {
  const strides = stridesOf(dims);
  return valuesAt(
    numbers,
    offsets(
      order.map((axis) => dims[axis] ?? 1),
      order.map((axis) => strides[axis] ?? 0),
    ),
  );
};

/** Of numbers that may be more than a call takes. */
export const largest = (numbers: readonly number[]): number =>
  numbers.reduce((most, n) => Math.max(most, n), Number.NEGATIVE_INFINITY);

export const smallest = (numbers: readonly number[]): number =>
  numbers.reduce((least, n) => Math.min(least, n), Number.POSITIVE_INFINITY);

/** The shape that all of these are spread to, by the rules of NumPy; null where they do not agree. */
export const spreadDims = (all: readonly (readonly number[])[]): readonly number[] | null => {
  const rank = largest(all.map((dims) => dims.length));
  const spread: number[] = [];
  for (let axis = 0; axis < rank; axis += 1) {
    const sizes = all.map((dims) => dims[dims.length - rank + axis] ?? 1);
    const size = sizes.find((n) => n !== 1) ?? 1;
    if (sizes.some((n) => n !== 1 && n !== size)) return null;
    spread.push(size);
  }
  return spread;
};

/** Values spread to a larger shape. */
const spreadTo = (one: readonly number[], dims: readonly number[], to: readonly number[]): readonly number[] => {
  const strides = stridesOf(dims);
  const steps = to.map((_, axis) => {
    const own = axis - (to.length - dims.length);
    return own >= 0 && dims[own] !== 1 ? (strides[own] ?? 0) : 0;
  });
  return valuesAt(one, offsets(to, steps));
};

type Numbers = readonly number[];

const of2 = (compute: (a: number, b: number) => number) => (values: Numbers) =>
  values.reduce((sum, value) => compute(sum, value));

/** One value of as many: by operator. The last entries take and give truth as 0 and 1. */
const CELLWISE: Readonly<Record<string, (values: Numbers, isFloat: boolean) => number>> = {
  Add: of2((a, b) => a + b),
  Sub: of2((a, b) => a - b),
  Mul: of2((a, b) => a * b),
  Div: ([a = 0, b = 1], isFloat) => (isFloat ? a / b : Math.trunc(a / b)),
  Mod: ([a = 0, b = 1]) => a - b * Math.floor(a / b),
  Pow: of2((a, b) => a ** b),
  Min: (values) => smallest(values),
  Max: (values) => largest(values),
  Sum: (values) => values.reduce((sum, value) => sum + value),
  Neg: ([a = 0]) => -a,
  Abs: ([a = 0]) => Math.abs(a),
  Ceil: ([a = 0]) => Math.ceil(a),
  Floor: ([a = 0]) => Math.floor(a),
  Round: ([a = 0]) => (Math.abs(a % 1) === 0.5 ? 2 * Math.round(a / 2) : Math.round(a)),
  Sqrt: ([a = 0]) => Math.sqrt(a),
  Exp: ([a = 0]) => Math.exp(a),
  Log: ([a = 0]) => Math.log(a),
  Reciprocal: ([a = 0]) => 1 / a,
  Sign: ([a = 0]) => Math.sign(a),
  Equal: ([a, b]) => Number(a === b),
  Less: ([a = 0, b = 0]) => Number(a < b),
  LessOrEqual: ([a = 0, b = 0]) => Number(a <= b),
  Greater: ([a = 0, b = 0]) => Number(a > b),
  GreaterOrEqual: ([a = 0, b = 0]) => Number(a >= b),
  Not: ([a]) => Number(!a),
  And: ([a, b]) => Number(a && b),
  Or: ([a, b]) => Number(a || b),
  Where: ([condition, a = 0, b = 0]) => (condition ? a : b),
};

/** Operators that say nothing of numbers' type but truth. */
const TRUTHS: readonly string[] = ['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'Not', 'And', 'Or'];

/** Masks of windows are the largest constants that exporters leave to be computed; more values than this are weights. */
export const MOST_FOLDED = 1 << 20;

/** The result of an operator on constants whose values are known; null where it is none of those that are computed. */
export const computed = (op: string, inputs: readonly Constant[]): Constant | null => {
  const compute = Object.hasOwn(CELLWISE, op) ? CELLWISE[op] : undefined;
  if (!compute || inputs.length === 0) return null;
  const dims = spreadDims(inputs.map((one) => one.dims));
  if (!dims || product(dims) > MOST_FOLDED) return null;
  const columns = inputs.map((one) => one.numbers && spreadTo(one.numbers, one.dims, dims));
  if (columns.some((column) => !column)) return null;
  const isFloat = !TRUTHS.includes(op) && (op === 'Where' ? inputs.slice(1) : inputs).some((one) => one.isFloat);
  const count = product(dims);
  return constant(
    dims,
    Array.from({ length: count }, (_, i) =>
      compute(
        columns.map((column) => column?.[i] ?? Number.NaN),
        isFloat,
      ),
    ),
    isFloat,
  );
};

/** A constant repeated to a larger shape. */
export const expandedConstant = (one: Constant, to: readonly number[]): Constant | null => {
  const dims = spreadDims([one.dims, to]);
  if (!dims) return null;
  if (product(dims) === product(one.dims)) return reshapedConstant(one, dims);
  return one.numbers && product(dims) <= MOST_FOLDED
    ? constant(dims, spreadTo(one.numbers, one.dims, dims), one.isFloat)
    : null;
};

/** Constants one behind the other along an axis. */
export const joinedConstants = (all: readonly Constant[], along: number): Constant | null => {
  const [first] = all;
  if (!first || all.some((one) => !one.numbers || one.dims.length !== first.dims.length)) return null;
  const axis = along < 0 ? along + first.dims.length : along;
  const dims = first.dims.map((n, i) => (i === axis ? all.reduce((sum, one) => sum + (one.dims[axis] ?? 0), 0) : n));
  const outer = product(dims.slice(0, axis));
  const numbers: number[] = [];
  for (let i = 0; i < outer; i += 1)
    for (const one of all) {
      const run = product(one.dims.slice(axis));
      for (const n of (one.numbers ?? []).slice(i * run, (i + 1) * run)) numbers.push(n);
    }
  return constant(dims, numbers, first.isFloat);
};

/** Some places along an axis. */
export const takenOf = (one: Constant, along: number, wanted: readonly number[], keeps: boolean): Constant | null => {
  const axis = along < 0 ? along + one.dims.length : along;
  const size = one.dims[axis];
  if (!one.numbers || size === undefined) return null;
  const inside = wanted.map((n) => (n < 0 ? n + size : n));
  if (inside.some((n) => n < 0 || n >= size)) return null;
  const dims = one.dims.map((n, i) => (i === axis ? inside.length : n));
  const strides = stridesOf(one.dims);
  const [outer, inner] = [one.dims.slice(0, axis), one.dims.slice(axis + 1)];
  const within = offsets(inner, strides.slice(axis + 1));
  const places = offsets(outer, strides.slice(0, axis)).flatMap((before) =>
    inside.flatMap((n) => within.map((behind) => before + n * (strides[axis] ?? 0) + behind)),
  );
  const values = valuesAt(one.numbers, places);
  return constant(keeps ? dims : dims.filter((_, i) => i !== axis), values, one.isFloat);
};

/** The places that a slice takes, from `start` to `end` by `step`, as ONNX counts them. */
export const slicePlaces = (size: number, start: number, end: number, step: number): readonly number[] => {
  const from = start < 0 ? start + size : start;
  const to = end < 0 ? end + size : end;
  const first = step > 0 ? Math.min(Math.max(from, 0), size) : Math.min(Math.max(from, 0), size - 1);
  const last = step > 0 ? Math.min(Math.max(to, 0), size) : Math.min(Math.max(to, -1), size - 1);
  const places: number[] = [];
  for (let n = first; step > 0 ? n < last : n > last; n += step) places.push(n);
  return places;
};

/** Values written into a constant at some places, each of which is told by its first axes. */
export const scattered = (data: Constant, indices: Constant, updates: Constant): Constant | null => {
  if (!data.numbers || !indices.numbers || !updates.numbers) return null;
  const depth = indices.dims.at(-1) ?? 0;
  const strides = stridesOf(data.dims);
  const run = product(data.dims.slice(depth));
  const values = [...data.numbers];
  for (let i = 0; i * depth < indices.numbers.length; i += 1) {
    const place = indices.numbers.slice(i * depth, (i + 1) * depth);
    const from = place.reduce(
      (sum, n, axis) => sum + (n < 0 ? n + (data.dims[axis] ?? 0) : n) * (strides[axis] ?? 0),
      0,
    );
    for (let n = 0; n < run; n += 1) values[from + n] = updates.numbers[i * run + n] ?? Number.NaN;
  }
  return values.length === data.numbers.length ? constant(data.dims, values, data.isFloat) : null;
};
