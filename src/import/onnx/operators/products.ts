// ONNX operators that multiply matrices: dense layers where one of them is stored, products of two tensors else.

import { product } from '../../../core/shape.js';
import { mapped, permuted, reshaped, type StoredTensor } from '../../../core/stored.js';
import { type Call, Unsaid, type Value } from '../call.js';
import { dimsOf, type Flow, flowIn, inMemory, transposed } from '../flow.js';
import { type Constant, spreadDims } from '../fold.js';
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
  const [units = 1] = stored.shape;
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

/** Two tensors, each of them matrices: [..., M, K] by [..., K, N]. */
const multiplied = (call: Call, a: Flow, b: Flow): Value => {
  const [dimsA, dimsB] = [dimsOf(a), dimsOf(b)];
  if (dimsA.length < 2 || dimsB.length < 2) throw new Unsaid('it multiplies a vector');
  const [batchA, batchB] = [dimsA.slice(0, -2), dimsB.slice(0, -2)];
  const batch = spreadDims([batchA, batchB]);
  const isOne = batchB.every((n) => n === 1);
  if (!batch || product(batch) !== product(batchA) || !(isOne || product(batchA) === product(batchB)))
    throw new Unsaid(`it multiplies ${dimsA.join('x')} by ${dimsB.join('x')}`);
  const [m, k] = [dimsA.length - 2, dimsA.length - 1];
  const [kOfB, n] = [dimsB.length - 2, dimsB.length - 1];
  const many = batchA.flatMap((size, axis) => (size === 1 ? [] : [axis]));
  const between = many.length === 0 ? [] : [many];
  const ofB = many.length === 0 ? [] : isOne ? [] : [many.map((axis) => axis + dimsB.length - dimsA.length)];
  const transpose = (b.axes[kOfB] ?? -1) < (b.axes[n] ?? -1);
  const left = call.arranged(a, [[k], ...between, [m]]);
  const right = call.arranged(b, transpose ? [[kOfB], ...ofB, [n]] : [[n], ...ofB, [kOfB]]);
  const row = call.row('matmul', transpose ? { transpose } : {}, [left.row, right.row]);
  const dims = [...batch, dimsA[m] ?? 1, dimsB[n] ?? 1];
  const shift = batch.length - batchA.length;
  return { flow: flowIn(row, dims, [dims.length - 1, ...many.map((axis) => axis + shift), dims.length - 2]) };
};

export const PRODUCTS: Readonly<Record<string, Translation>> = {
  Gemm: gemm,
  MatMul: matMul,
  Linear: matMul,
};
