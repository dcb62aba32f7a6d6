// How Keras says each operator: the one table, of which both the code and the JSON are written.

import type { OperatorOf } from '../../core/operator.js';
import type { Shape } from '../../core/shape.js';
import { type StepOf, Unsaid, type Words } from '../model.js';
import { type Context, cut, lastly, read } from './axes.js';
import { convolution, transposed } from './convolutions.js';
import { learned } from './learned.js';
import {
  concat,
  glu,
  pad,
  permute,
  pixelshuffle,
  pixelunshuffle,
  reshape,
  shuffle,
  slice,
  unpool,
  upsample,
} from './moves.js';
import { lrn, normalise, softmax } from './norms.js';
import { pointwise, prelu, scale } from './pointwise.js';
import { adaptivePool, pool, reduce } from './pools.js';
import { constants, dense, embedding, matmul, recurrent } from './products.js';
import { activation, call, joined, layer, merged, reshaped, scaled, type Value } from './value.js';

const MERGES: Readonly<Record<OperatorOf<'combine'>['by'], string>> = {
  add: 'Add',
  sub: 'Subtract',
  mul: 'Multiply',
  div: 'ops.divide',
  maximum: 'Maximum',
  minimum: 'Minimum',
  average: 'Average',
};

/** A vector has a value per channel; what Keras lacks in axes it would put in front of them anyway. */
const spread = (value: Value, sizes: Shape): Value =>
  value.sizes.length < sizes.length
    ? reshaped(value, [...new Array<number>(sizes.length - value.sizes.length).fill(1), ...value.sizes])
    : value;

const widest = (values: readonly Value[], rank: number): Shape =>
  Array.from({ length: rank }, (_, axis) => Math.max(...values.map(({ sizes }) => sizes[axis] ?? 1)));

const combine = (step: StepOf<'combine'>, { target }: Context): Value | Unsaid => {
  const { by } = step.operator;
  const sizes = lastly(step.output);
  const values = step.inputs.map((_, at) => spread(read(step, at), sizes));
  const [first, ...others] = values;
  if (!first) return new Unsaid('it reads nothing');
  if (others.length === 0) return activation('linear', first);
  if (by === 'div') {
    if (target === 'json') return new Unsaid('TensorFlow.js has no layer that divides one tensor by another');
    return others.reduce((made, value) => call(MERGES.div, [made, value], widest([made, value], sizes.length)), first);
  }
  if (by !== 'sub') return merged(MERGES[by], values, sizes);
  // TensorFlow.js has no Subtract.
  if (target === 'json') return merged('Add', [first, ...others.map((value) => scaled(value, -1))], sizes);
  return others.reduce((made, value) => merged('Subtract', [made, value], widest([made, value], sizes.length)), first);
};

const parameter = (step: StepOf<'parameter'>, { target }: Context): Value | Unsaid => {
  const weight = learned(step, 'weight');
  if (target === 'json' || !weight)
    return new Unsaid(
      'TensorFlow.js has no layer that reads nothing and gives what it learned',
      'write it as code: --to keras',
    );
  const sizes = lastly(step.output);
  const rank = sizes.length;
  const order = [...Array.from({ length: rank - 1 }, (_, axis) => axis + 1), 0];
  const batch: Value = { sizes: [], from: { read: 'batch' }, reads: [] };
  return layer(
    'Parameter',
    [batch],
    sizes,
    { shape: sizes, init: step.operator.init },
    { weights: [{ name: 'value', value: rank > 1 ? { transpose: order, of: weight } : weight }] },
  );
};

/** So many channels may have a constant each where a layer takes one for all. */
const MOST_PARTS = 16;

const affine = (step: StepOf<'affine'>, context: Context): Value | Unsaid => {
  const { times, plus } = step.operator;
  const value = read(step);
  const last = value.sizes.length - 1;
  const C = value.sizes[last] ?? 1;
  const isOne = [times, plus].every((list) => list.every((n) => n === list[0]));
  if (context.target === 'code' || isOne) return constants(times, plus, value);
  if (C > MOST_PARTS)
    return new Unsaid('TensorFlow.js multiplies and adds the same to all channels, and these are many');
  const of = (list: readonly number[], c: number) => list[list.length === 1 ? 0 : c] ?? 0;
  return joined(
    Array.from({ length: C }, (_, c) => scaled(cut(value, last, c, 1, context), of(times, c), of(plus, c))),
    last,
  );
};

export const WORDS: Words<Context, Value> = {
  convolution,
  transposed,
  dense,
  pool,
  'adaptive-pool': adaptivePool,
  normalise,
  lrn,
  pointwise,
  prelu,
  softmax,
  combine,
  concat,
  reduce,
  matmul,
  scale,
  affine,
  glu,
  unpool,
  recurrent,
  embedding,
  parameter,
  reshape,
  permute,
  pad,
  slice,
  shuffle,
  pixelshuffle,
  pixelunshuffle,
  upsample,
};
