// Products with matrices as layers of Keras: dense layers, tables of rows, recurrent layers, and products of two tensors.

import type { Direction, TensorName } from '../../core/kernels.js';
import type { Recurrence } from '../../core/operator.js';
import { channels } from '../../core/shape.js';
import { type StepOf, Unsaid } from '../model.js';
import { type Context, flat, lastly, read } from './axes.js';
import { type Learned, learned } from './learned.js';
import { call, layer, type Option, permuted, reshaped, same, scaled, type Value, type Weight } from './value.js';

/** A volume is flattened channels first, so that the weights keep their order. */
export const dense = (step: StepOf<'dense'>): Value | Unsaid => {
  const [weight, bias] = [learned(step, 'weight'), learned(step, 'bias')];
  if (!weight) return new Unsaid('it has no weights');
  const [units = 1] = step.output;
  return layer(
    'Dense',
    [flat(read(step))],
    [units],
    { units, use_bias: bias !== undefined },
    {
      weights: [
        { name: 'kernel', value: { transpose: [1, 0], of: weight } },
        ...(bias ? [{ name: 'bias', value: bias }] : []),
      ],
    },
  );
};

export const embedding = (step: StepOf<'embedding'>): Value | Unsaid => {
  const weight = learned(step, 'weight');
  if (!weight) return new Unsaid('it has no rows');
  const [words = 1, dim = 1] = step.weights.weight?.shape ?? [];
  const sizes = lastly(step.output);
  // Each number stands in a channel of its own here.
  const numbers = reshaped(read(step), sizes.slice(0, -1));
  return layer(
    'Embedding',
    [numbers],
    sizes,
    { input_dim: words, output_dim: dim },
    { weights: [{ name: 'embeddings', value: weight }] },
  );
};

const CELLS: Readonly<Record<Recurrence, { readonly name: string; readonly gates: readonly number[] }>> = {
  rnn: { name: 'SimpleRNN', gates: [0] },
  // Keras begins with the update gate, PyTorch with the reset gate.
  gru: { name: 'GRU', gates: [1, 0, 2] },
  lstm: { name: 'LSTM', gates: [0, 1, 2, 3] },
};

type Recurrent = StepOf<'recurrent'>;

/** [gates * units, n] -> [n, gates * units], in the order that Keras has its gates in. */
const gatesOf = (value: Learned, gates: readonly number[]): Learned =>
  gates.every((from, to) => from === to) ? value : { blocks: gates, of: value };

const directionOf = (step: Recurrent, of: Direction, part: string): readonly Weight[] => {
  const { cell } = step.operator;
  const { gates } = CELLS[cell];
  const tensor = (name: TensorName): Learned | undefined => {
    const value = learned(step, name);
    return value && gatesOf(value, gates);
  };
  const turned = (value: Learned | undefined): Learned | undefined => value && { transpose: [1, 0], of: value };
  const [ih, hh] = [tensor(`bias_ih_${of}`), tensor(`bias_hh_${of}`)];
  const both = ih ?? hh;
  const bias: Learned | undefined =
    cell === 'gru' ? both && { stack: [ih ?? both, ih ? (hh ?? null) : null] } : ih && hh ? { sum: [ih, hh] } : both;
  const all: readonly (readonly [string, Learned | undefined])[] = [
    ['kernel', turned(tensor(`weight_ih_${of}`))],
    ['recurrent_kernel', turned(tensor(`weight_hh_${of}`))],
    ['bias', bias],
  ];
  return all.flatMap(([name, value]) => (value ? [{ name: `${part}${name}`, value }] : []));
};

/** Keras has one bias where PyTorch has two that are added; a GRU keeps both. */
export const recurrent = (step: Recurrent, { target }: Context): Value | Unsaid => {
  const { cell, layers, bidirectional, last, bend } = step.operator;
  if (cell === 'gru' && target === 'json')
    return new Unsaid(
      'TensorFlow.js has no GRU that resets the state after its product',
      'write it as code: --to keras',
    );
  const ways = bidirectional ? 2 : 1;
  const units = channels(step.output) / ways;
  const { name } = CELLS[cell];
  let value = read(step);
  for (let at = 0; at < layers; at += 1) {
    const sequence = at < layers - 1 || !last;
    const bias = `bias_ih_l${at}` in step.weights || `bias_hh_l${at}` in step.weights;
    const options = {
      units,
      activation: cell === 'rnn' ? bend : 'tanh',
      ...(cell !== 'rnn' && { recurrent_activation: 'sigmoid' }),
      use_bias: bias,
      ...(cell === 'gru' && { reset_after: true }),
      return_sequences: sequence,
    };
    const sizes = sequence ? [value.sizes[0] ?? 1, units * ways] : [units * ways];
    const part = layers > 1 ? { part: `l${at}` } : {};
    value = bidirectional
      ? layer(
          'Bidirectional',
          [value],
          sizes,
          { layer: { layer: name, options }, merge_mode: 'concat' },
          {
            ...part,
            weights: [...directionOf(step, `l${at}`, 'forward_'), ...directionOf(step, `l${at}_reverse`, 'backward_')],
          },
        )
      : layer(name, [value], sizes, options, { ...part, weights: directionOf(step, `l${at}`, '') });
  }
  return value;
};

/** Rows are places, columns are channels: so the matrices lie in Keras's order as they are. */
export const matmul = (step: StepOf<'matmul'>, { target }: Context): Value | Unsaid => {
  const { transpose, heads, factor } = step.operator;
  const [a, b] = [read(step, 0), read(step, 1)];
  const sizes = lastly(step.output);
  if (target === 'json') {
    if (heads > 1 || a.sizes.length !== 2 || b.sizes.length !== 2)
      return new Unsaid('TensorFlow.js multiplies no more than one matrix by another, and not those of several heads');
    const made = layer('Dot', [a, b], sizes, { axes: [2, transpose ? 2 : 1], normalize: false });
    return scaled(made, factor);
  }
  if (heads > 1) return ofHeads(step, a, b);
  const wide = spread(b, a.sizes.length);
  return scaled(times(a, wide, transpose), factor);
};

/** With as many axes as another, those that it lacks in front. */
const spread = (value: Value, rank: number): Value =>
  reshaped(value, [...new Array<number>(Math.max(0, rank - value.sizes.length)).fill(1), ...value.sizes]);

/** a b, or a b^T. */
const times = (a: Value, b: Value, transpose: boolean): Value => {
  const rank = b.sizes.length;
  const right = transpose ? turned(b, [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2]) : b;
  return call('ops.matmul', [a, right], [...a.sizes.slice(0, -1), right.sizes.at(-1) ?? 1]);
};

const turned = (value: Value, order: readonly number[]): Value => permuted(value, order);

/** [..., n, heads * d] as [heads, ..., n, d]. */
const apart = (value: Value, heads: number): Value => {
  const rank = value.sizes.length;
  const each = (value.sizes.at(-1) ?? 1) / heads;
  const split = reshaped(value, [...value.sizes.slice(0, -1), heads, each]);
  return turned(split, [rank - 1, ...Array.from({ length: rank - 1 }, (_, axis) => axis), rank]);
};

const ofHeads = (step: StepOf<'matmul'>, a: Value, b: Value): Value => {
  const { transpose, heads, factor } = step.operator;
  const sizes = lastly(step.output);
  if (transpose) {
    const rank = Math.max(a.sizes.length, b.sizes.length);
    const [queries, keys] = [apart(spread(a, rank), heads), apart(spread(b, rank), heads)];
    return reshaped(scaled(times(queries, keys, true), factor), sizes);
  }
  const values = apart(spread(b, a.sizes.length - 1), heads);
  const mixed = scaled(times(a, values, false), factor);
  const rank = mixed.sizes.length;
  // [heads, ..., n, d] as [..., n, heads * d].
  const back = turned(mixed, [...Array.from({ length: rank - 2 }, (_, axis) => axis + 1), 0, rank - 1]);
  return reshaped(back, sizes);
};

/** Fixed factors and addends; TensorFlow.js knows one for all channels. */
export const constants = (times_: readonly number[], plus: readonly number[], value: Value): Value => {
  const one = (list: readonly number[]): Option => (list.every((n) => n === list[0]) ? (list[0] ?? 0) : list);
  return same('Rescaling', value, { scale: one(times_), offset: one(plus) });
};
