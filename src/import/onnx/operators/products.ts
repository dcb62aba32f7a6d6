// ONNX operators that multiply matrices: dense layers where one of them is stored, products of two tensors else.

import { product } from '../../../core/shape.js';
import { mapped, permuted, reshaped, type StoredTensor } from '../../../core/stored.js';
import { type Call, fitting, Unsaid, type Value } from '../call.js';
import { dimsOf, type Flow, flowIn, inMemory, transposed } from '../flow.js';
import type { Constant } from '../fold.js';
import type { Translation } from './translation.js';

/** The axis that is to be the channels here, first, and all others behind it as they lie. */
export const channelsFirst = (call: Call, flow: Flow, axis: number): Flow => {
  const dims = dimsOf(flow);
  const shape = call.shape(flow.row);
  if (!shape || (flow.axes[axis] === 0 && shape[0] === dims[axis])) return flow;
  const others = inMemory(flow).filter((one) => one !== axis);
  return call.arranged(flow, [[axis], ...(others.length > 3 ? [others] : others.map((one) => [one]))]);
};

/** The result of what makes so many channels of those at an axis, place by place. */
const withChannels = (flow: Flow, row: number, axis: number, channels: number): Value => {
  const dims = dimsOf(flow).map((size, i) => (i === axis ? channels : size));
  const others = inMemory(flow).filter((one) => one !== axis);
  return { flow: { ...flowIn(row, dims, [axis, ...others]), ...(flow.label !== undefined && { label: flow.label }) } };
};

const scaled = (tensor: StoredTensor, by: number): StoredTensor =>
  by === 1 ? tensor : mapped(tensor, (values) => values.map((value) => value * by));

interface Dense {
  readonly weight: Constant;
  /** In PyTorch's order, [units, N]. */
  readonly stored: StoredTensor;
  readonly bias?: StoredTensor | undefined;
}

/** A dense layer of the values along an axis, for each of the places. */
const dense = (call: Call, flow: Flow, axis: number, { weight, stored, bias }: Dense): Value => {
  const [units = 1, reads = 1] = stored.shape;
  fitting(reads, dimsOf(flow)[axis] ?? 1, 'values');
  const input = channelsFirst(call, flow, axis);
  const isVector = (call.shape(input.row) ?? [1]).length === 1;
  const options = { units, ...(isVector ? {} : { per: 'place' }), ...(bias ? {} : { bias: false }) };
  const row = call.learned('fc', options, [input.row], { weight: stored, bias }, weight);
  return withChannels(input, row, axis, units);
};

const turned = ({ stored }: Constant): StoredTensor => permuted(stored, [1, 0]);

/** A bias with a value for each unit, or one for all of them; a matrix is none. */
const biasOf = (bias: Constant, units: number, by: number): StoredTensor => {
  if (product(bias.dims) === units) return scaled(reshaped(bias.stored, [units]), by);
  if (product(bias.dims) === 1)
    return scaled(
      mapped(reshaped(bias.stored, [units]), ([value = 0]) => new Float32Array(units).fill(value)),
      by,
    );
  throw new Unsaid(`it adds ${bias.dims.join('x')} to ${units} units`);
};

const gemm: Translation = (call) => {
  const [turnsA, turnsB] = [call.int('transA', 0) === 1, call.int('transB', 0) === 1];
  const weight = call.constant(1);
  const [alpha, beta] = [call.float('alpha', 1), call.float('beta', 1)];
  const flow = turnsA ? transposed(call.flow(0), [1, 0]) : call.flow(0);
  if (weight?.dims.length !== 2) {
    if (call.has(2) || alpha !== 1) throw new Unsaid('it adds to a product of two tensors');
    return multiplied(call, flow, turnsB ? transposed(call.flow(1), [1, 0]) : call.flow(1));
  }
  const stored = scaled(turnsB ? weight.stored : turned(weight), alpha);
  const bias = call.has(2) ? biasOf(call.weight(2), stored.shape[0] ?? 1, beta) : undefined;
  return dense(call, flow, dimsOf(flow).length - 1, { weight, stored, bias });
};

/** One of both stored: a dense layer of the columns, or of the rows. `Linear` has a bias beside them. */
const matMul: Translation = (call) => {
  const [first, second] = [call.constant(0), call.constant(1)];
  const plain = (one: Constant | undefined): Constant | undefined =>
    one && one.dims.length >= 2 && product(one.dims.slice(0, -2)) === 1
      ? { ...one, dims: one.dims.slice(-2), stored: reshaped(one.stored, one.dims.slice(-2)) }
      : undefined;
  const [left, right] = [plain(first), plain(second)];
  if (right) {
    const flow = call.flow(0);
    const bias = call.has(2) ? biasOf(call.weight(2), right.dims[1] ?? 1, 1) : undefined;
    return dense(call, flow, dimsOf(flow).length - 1, { weight: right, stored: turned(right), bias });
  }
  if (second?.dims.length === 1) {
    const flow = call.flow(0);
    const stored = reshaped(second.stored, [1, second.dims[0] ?? 1]);
    const made = dense(call, flow, dimsOf(flow).length - 1, { weight: second, stored });
    return 'flow' in made ? { flow: { ...made.flow, axes: made.flow.axes.slice(0, -1) } } : made;
  }
  if (left && call.dims(1).length >= 2) {
    const flow = call.flow(1);
    return dense(call, flow, dimsOf(flow).length - 2, { weight: left, stored: left.stored });
  }
  return multiplied(call, call.flow(0), call.flow(1));
};

/** The axes of two tensors by what a product does with them: each of the first with its fellow in the second. */
interface Axes {
  /** As many products as there are places along these. */
  readonly batch: readonly (readonly [ofA: number, ofB: number])[];
  /** What is added up over. */
  readonly inner: readonly (readonly [ofA: number, ofB: number])[];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** Two tensors multiplied. The result's axes are those of the batch, rows and columns; `order` puts them as they are wanted. */
const contracted = (
  call: Call,
  a: Flow,
  b: Flow,
  axes: Axes,
  order: (all: readonly number[]) => readonly number[],
): Value => {
  const { inner, rows, columns } = axes;
  const [dimsA, dimsB] = [dimsOf(a), dimsOf(b)];
  // The second may be one for all, and has no axes for them then.
  const isOne = axes.batch.every(([, ofB]) => dimsB[ofB] === 1);
  const many = axes.batch.filter(([ofA]) => dimsA[ofA] !== 1);
  if (!isOne && axes.batch.some(([ofA, ofB]) => dimsA[ofA] !== dimsB[ofB]))
    throw new Unsaid(`it multiplies ${dimsA.join('x')} by ${dimsB.join('x')}`);
  const [batchA, batchB] = [many.map(([ofA]) => ofA), many.map(([, ofB]) => ofB)];
  const [innerA, innerB] = [inner.map(([ofA]) => ofA), inner.map(([, ofB]) => ofB)];
  const earliest = (some: readonly number[]): number => Math.min(...some.map((axis) => b.axes[axis] ?? -1));
  const transpose = columns.length === 0 || (innerB.length > 0 && earliest(innerB) < earliest(columns));
  const left = call.arranged(a, [innerA, ...(many.length > 0 ? [batchA] : []), rows]);
  const ofBatch = many.length > 0 && !isOne ? [batchB] : [];
  const right = call.arranged(b, transpose ? [innerB, ...ofBatch, columns] : [columns, ...ofBatch, innerB]);
  const row = call.row('matmul', transpose ? { transpose } : {}, [left.row, right.row]);
  const sizes = [
    ...axes.batch.map(([ofA]) => dimsA[ofA] ?? 1),
    ...rows.map((axis) => dimsA[axis] ?? 1),
    ...columns.map((axis) => dimsB[axis] ?? 1),
  ];
  const places = sizes.map((_, place) => place);
  const memory = [
    ...places.slice(axes.batch.length + rows.length),
    ...places.slice(0, axes.batch.length),
    ...places.slice(axes.batch.length, axes.batch.length + rows.length),
  ];
  return { flow: transposed(flowIn(row, sizes, memory), order(places)) };
};

/** Two tensors, each of them matrices: [..., M, K] by [..., K, N]. */
const multiplied = (call: Call, a: Flow, b: Flow): Value => {
  const [rankA, rankB] = [a.axes.length, b.axes.length];
  if (rankA < 2 || rankB < 2) throw new Unsaid('it multiplies a vector');
  const rank = Math.max(rankA, rankB);
  const [left, right] = [inRank(a, rank), inRank(b, rank)];
  const batch = Array.from({ length: rank - 2 }, (_, axis) => [axis, axis] as const);
  const axes = { batch, inner: [[rank - 1, rank - 2] as const], rows: [rank - 2], columns: [rank - 1] };
  return contracted(call, left, right, axes, (places) => places);
};

/** Axes of size 1 in front, as NumPy puts them there. */
export const inRank = (flow: Flow, rank: number): Flow => ({
  ...flow,
  axes: [...new Array<number>(rank - flow.axes.length).fill(-1), ...flow.axes],
});

/** `nchw,ncvw->nhv`: a product, as long as what is added up over stands in both. */
const einsum: Translation = (call) => {
  const equation = call.text('equation', '').replace(/\s/g, '');
  const [, a = '', b = '', out = ''] = /^([A-Za-z]+),([A-Za-z]+)->([A-Za-z]*)$/.exec(equation) ?? [];
  const isSimple = [a, b, out].every((letters) => new Set(letters).size === letters.length) && a !== '';
  const both = [...a].filter((letter) => b.includes(letter));
  const only = (letters: string, others: string): string[] => [...letters].filter((letter) => !others.includes(letter));
  const [rows, columns] = [only(a, b), only(b, a)];
  const batch = both.filter((letter) => out.includes(letter));
  if (!isSimple || [...rows, ...columns].some((letter) => !out.includes(letter)))
    throw new Unsaid(`it adds up by "${equation}"`);
  const pairs = (letters: readonly string[]) =>
    letters.map((letter) => [a.indexOf(letter), b.indexOf(letter)] as const);
  const axes = {
    batch: pairs(batch),
    inner: pairs(both.filter((letter) => !out.includes(letter))),
    rows: rows.map((letter) => a.indexOf(letter)),
    columns: columns.map((letter) => b.indexOf(letter)),
  };
  const made = [...batch, ...rows, ...columns];
  return contracted(call, call.flow(0), call.flow(1), axes, () => [...out].map((letter) => made.indexOf(letter)));
};

export const PRODUCTS: Readonly<Record<string, Translation>> = {
  Gemm: gemm,
  MatMul: matMul,
  Linear: matMul,
  Einsum: einsum,
};
