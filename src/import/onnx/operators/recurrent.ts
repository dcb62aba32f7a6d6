// ONNX's LSTM, GRU and RNN: gates in another order, all directions in one tensor.

import { product } from '../../../core/shape.js';
import { mapped, type StoredTensor } from '../../../core/stored.js';
import { type Call, fitting, Unsaid, type Value } from '../call.js';
import { dimsOf } from '../flow.js';
import type { Constant } from '../fold.js';
import { channelsFirst } from './products.js';
import type { Translation } from './translation.js';

interface Cell {
  readonly kind: 'lstm' | 'gru' | 'rnn';
  /** Which of ONNX's gates each of PyTorch's is. */
  readonly gates: readonly number[];
  readonly activations: readonly string[];
}

const LSTM: Cell = { kind: 'lstm', gates: [0, 2, 3, 1], activations: ['Sigmoid', 'Tanh', 'Tanh'] };
const GRU: Cell = { kind: 'gru', gates: [1, 0, 2], activations: ['Sigmoid', 'Tanh'] };
const RNN: Cell = { kind: 'rnn', gates: [0], activations: ['Tanh'] };

/** A part of a stored tensor, with its gates in PyTorch's order. */
const gatesOf = (
  { stored }: Constant,
  at: number,
  rows: number,
  columns: readonly number[],
  gates: readonly number[],
): StoredTensor => {
  const run = (rows / gates.length) * product(columns);
  const change = (values: Float32Array): Float32Array => {
    const into = new Float32Array(run * gates.length);
    for (const [to, from] of gates.entries())
      into.set(values.subarray(at + from * run, at + (from + 1) * run), to * run);
    return into;
  };
  return { ...mapped(stored, change), shape: [rows, ...columns] };
};

const recurrent =
  (cell: Cell): Translation =>
  (call) => {
    const [weight, recurrence] = [call.weight(1), call.weight(2)];
    const bias = call.has(3) ? call.weight(3) : undefined;
    const [directions = 1, rows = 1, inputs = 1] = weight.dims;
    const units = call.int('hidden_size', rows / cell.gates.length);
    refuseOthers(call, cell, directions);
    const tensors: Record<string, StoredTensor> = {};
    for (let d = 0; d < directions; d += 1) {
      const end = `_l0${d === 1 ? '_reverse' : ''}`;
      tensors[`weight_ih${end}`] = gatesOf(weight, d * rows * inputs, rows, [inputs], cell.gates);
      tensors[`weight_hh${end}`] = gatesOf(recurrence, d * rows * units, rows, [units], cell.gates);
      if (!bias) continue;
      tensors[`bias_ih${end}`] = gatesOf(bias, d * 2 * rows, rows, [], cell.gates);
      tensors[`bias_hh${end}`] = gatesOf(bias, (d * 2 + 1) * rows, rows, [], cell.gates);
    }
    const input = channelsFirst(call, call.flow(0), 2);
    const [steps = 1, images = 1, values = 1] = dimsOf(input);
    fitting(inputs, values, 'values');
    if (images !== 1) throw new Unsaid(`it reads ${images} sequences at once`);
    const relu = cell.kind === 'rnn' && activationsOf(call, cell)[0] === 'Relu';
    const options = {
      units,
      ...(directions === 2 && { bidirectional: true }),
      ...(bias ? {} : { bias: false }),
      ...(relu && { nonlinearity: 'relu' }),
    };
    const made = (returns: 'sequence' | 'last'): number =>
      call.learned(cell.kind, { ...options, returns }, [input.row], tensors, weight);
    const apart = directions === 2 ? [2] : [];
    const parts = [...apart, ...(units === 1 ? [] : [units])];
    const of = (size: number, part: number): number => (size === 1 ? -1 : part);
    const states = (row: number): Value => ({
      flow: {
        row,
        parts: [...parts, ...(steps === 1 ? [] : [steps])],
        axes: [of(steps, parts.length), of(directions, 0), -1, of(units, apart.length)],
      },
    });
    const last = (row: number): Value => ({
      flow: { row, parts, axes: [of(directions, 0), -1, of(units, apart.length)] },
    });
    if (call.isUsed(2)) throw new Unsaid('the state of its cells is read');
    const onlyLast = call.isUsed(1) && !call.isUsed(0);
    const first = onlyLast ? undefined : states(made('sequence'));
    return [first ?? call.value(0), ...(call.isUsed(1) ? [last(made('last'))] : [])];
  };

const activationsOf = (call: Call, { activations }: Cell): readonly string[] => {
  const said = call.node.attributes.get('activations')?.strings ?? [];
  return said.length > 0 ? said : activations;
};

/** What PyTorch's layers cannot do is not here either. */
const refuseOthers = (call: Call, cell: Cell, directions: number): void => {
  const { kind, activations } = cell;
  const direction = call.text('direction', 'forward');
  if (direction === 'reverse' || (directions === 2) !== (direction === 'bidirectional'))
    throw new Unsaid(`it goes "${direction}"`);
  const named = activationsOf(call, cell);
  const usual = [...activations, ...(directions === 2 ? activations : [])];
  const isRelu = kind === 'rnn' && named.every((name) => name === 'Relu');
  if (
    !isRelu &&
    (named.length > usual.length || named.some((name, i) => name.toLowerCase() !== usual[i]?.toLowerCase()))
  )
    throw new Unsaid(`its activations are ${named.join(', ')}`);
  if (kind === 'gru' && call.int('linear_before_reset', 0) !== 1)
    throw new Unsaid('its reset comes before the product, and in PyTorch behind it');
  if (call.float('clip', 0) !== 0) throw new Unsaid('it clips its state');
  if (call.int('layout', 0) !== 0) throw new Unsaid('it has its images in front');
  if (call.has(4) && (call.numbers(4) ?? []).some((n) => n !== call.dims(0)[0]))
    throw new Unsaid('its sequences end early');
  for (const state of [5, 6])
    if (call.has(state) && !(call.constant(state)?.numbers ?? [1]).every((n) => n === 0))
      throw new Unsaid('it begins in a state of its own');
  if (call.has(7)) throw new Unsaid('its gates see the cells');
};

export const RECURRENT: Readonly<Record<string, Translation>> = {
  LSTM: recurrent(LSTM),
  GRU: recurrent(GRU),
  RNN: recurrent(RNN),
};
