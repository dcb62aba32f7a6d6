// Functions of one value: by the name that Keras has for them, or put together from others where TensorFlow.js has none.

import type { Pointwise } from '../../core/operator.js';
import { type StepOf, Unsaid } from '../model.js';
import { type Context, onImage, read } from './axes.js';
import { learned } from './learned.js';
import { activation, call, merged, same, scaled, type Value } from './value.js';

type Said = (value: Value, alpha: number, beta: number) => Value | Unsaid;

const named =
  (name: string): Said =>
  (value) =>
    activation(name, value);

const relu = (value: Value, most?: number): Value => same('ReLU', value, most === undefined ? {} : { max_value: most });

/** max(x, least), min(x, most) or both: moved so that one end is 0. */
const clamped: Said = (value, least, most) => {
  if (least === Number.NEGATIVE_INFINITY)
    return most === Number.POSITIVE_INFINITY ? value : scaled(relu(scaled(value, -1, most)), -1, most);
  const moved = least === 0 ? value : scaled(value, 1, -least);
  const cutOff = relu(moved, most === Number.POSITIVE_INFINITY ? undefined : most - least);
  return least === 0 ? cutOff : scaled(cutOff, 1, least);
};

const squared = (value: Value): Value => merged('Multiply', [value, value]);

/** x sigmoid(2u) is x (1 + tanh(u)) / 2, u being a polynomial of x. */
const geluTanh: Said = (value) => {
  const factor = 2 * Math.sqrt(2 / Math.PI);
  const polynomial = merged('Multiply', [value, scaled(squared(value), factor * 0.044715, factor)]);
  return merged('Multiply', [value, activation('sigmoid', polynomial)]);
};

const none =
  (what: string): Said =>
  () =>
    new Unsaid(`TensorFlow.js has no layer that ${what}`);

/** What TensorFlow.js computes, which has fewer functions than Keras and calls some otherwise. */
const JSON_WORDS: Readonly<Record<Pointwise['function'], Said>> = {
  identity: named('linear'),
  relu: (value) => relu(value),
  leakyrelu: (value, negative_slope) => same('LeakyReLU', value, { negative_slope }),
  elu: (value, alpha) => same('ELU', value, { alpha }),
  celu: (value, alpha) => scaled(same('ELU', scaled(value, 1 / alpha), { alpha: 1 }), alpha),
  selu: named('selu'),
  gelu: named('gelu'),
  'gelu-tanh': geluTanh,
  silu: named('swish'),
  mish: named('mish'),
  sigmoid: named('sigmoid'),
  tanh: named('tanh'),
  softplus: named('softplus'),
  hardswish: (value) => merged('Multiply', [value, scaled(relu(scaled(value, 1, 3), 6), 1 / 6)]),
  hardsigmoid: (value, alpha, beta) => relu(scaled(value, alpha, beta), 1),
  softsign: named('softsign'),
  clamp: clamped,
  abs: (value) => merged('Add', [relu(value), relu(scaled(value, -1))]),
  exp: none('takes an exponential'),
  log: none('takes a logarithm'),
  sqrt: none('takes a root'),
  pow: (value, alpha) =>
    alpha === 2
      ? squared(value)
      : alpha === 1
        ? value
        : new Unsaid('TensorFlow.js has no layer that takes a power other than 2'),
  logsigmoid: (value) => scaled(activation('softplus', scaled(value, -1)), -1),
  softshrink: (value, alpha) =>
    merged('Add', [relu(scaled(value, 1, -alpha)), scaled(relu(scaled(value, -1, -alpha)), -1)]),
  hardshrink: (value, theta) =>
    merged('Add', [
      same('ThresholdedReLU', value, { theta }),
      scaled(same('ThresholdedReLU', scaled(value, -1), { theta }), -1),
    ]),
  threshold: (value, theta, below) =>
    below === 0 && theta >= 0
      ? same('ThresholdedReLU', value, { theta })
      : new Unsaid('TensorFlow.js has a threshold only from 0 on, below which all is 0'),
};

const op =
  (name: string): Said =>
  (value) =>
    call(`ops.${name}`, [value], value.sizes);

/** What differs in Keras 3. */
const CODE_WORDS: Partial<Readonly<Record<Pointwise['function'], Said>>> = {
  identity: (value) => same('Identity', value),
  celu: (value, alpha) => call('ops.celu', [value], value.sizes, { alpha }),
  'gelu-tanh': (value) => call('ops.gelu', [value], value.sizes, { approximate: true }),
  silu: named('silu'),
  hardswish: named('hard_silu'),
  hardsigmoid: (value, alpha, beta) =>
    Math.abs(alpha - 1 / 6) < 1e-9 && beta === 0.5
      ? activation('hard_sigmoid', value)
      : relu(scaled(value, alpha, beta), 1),
  clamp: (value, least, most) =>
    least === 0 && Number.isFinite(most)
      ? relu(value, most)
      : call('ops.clip', [value], value.sizes, { x_min: least, x_max: most }),
  abs: op('abs'),
  exp: op('exp'),
  log: op('log'),
  sqrt: op('sqrt'),
  pow: (value, alpha) => call('ops.power', [value], value.sizes, { x2: alpha }),
  logsigmoid: op('log_sigmoid'),
  softshrink: (value, alpha) =>
    merged('Subtract', [value, call('ops.clip', [value], value.sizes, { x_min: -alpha, x_max: alpha })]),
  hardshrink: (value, alpha) =>
    call('where_greater', [call('ops.abs', [value], value.sizes), value], value.sizes, { limit: alpha, otherwise: 0 }),
  threshold: (value, alpha, beta) =>
    call('where_greater', [value, value], value.sizes, { limit: alpha, otherwise: beta }),
};

/** The numbers a function takes where none are given. */
const [ALPHA, BETA] = [1, 0];

export const pointwise = (step: StepOf<'pointwise'>, { target }: Context): Value | Unsaid => {
  const { function: name, alpha = ALPHA, beta = BETA, drops } = step.operator;
  const value = read(step);
  if (drops) {
    const whole = drops.what === 'images' && { noise_shape: [null, ...value.sizes.map(() => 1)] };
    return same('Dropout', value, { rate: drops.rate, ...whole });
  }
  const said = (target === 'code' && CODE_WORDS[name]) || JSON_WORDS[name];
  const made = said(value, alpha, beta);
  // A name for what does nothing.
  return made === value ? JSON_WORDS.identity(value, 1, 0) : made;
};

/** The slope of a channel, or one for all. */
export const prelu = (step: StepOf<'prelu'>): Value | Unsaid => {
  const value = read(step);
  const slopes = learned(step, 'weight');
  if (!slopes) return new Unsaid('it has no slopes');
  const [count = 1] = step.weights.weight?.shape ?? [];
  const rank = value.sizes.length;
  const shared = count === 1 ? value.sizes.map((_, axis) => axis + 1) : value.sizes.slice(1).map((_, axis) => axis + 1);
  const shape = [...new Array<number>(rank - 1).fill(1), count];
  return same(
    'PReLU',
    value,
    { shared_axes: shared.length > 0 ? shared : null },
    { weights: [{ name: 'alpha', value: rank === 1 ? slopes : { reshape: shape, of: slopes } }] },
  );
};

/** A factor for each channel that is learned, with an addend. */
export const scale = (step: StepOf<'scale'>, context: Context): Value | Unsaid => {
  const value = read(step);
  const [factors, addends] = [learned(step, 'weight'), learned(step, 'bias')];
  const C = value.sizes.at(-1) ?? 1;
  const bias = addends ? [{ name: 'bias', value: addends }] : [];
  if (context.target === 'code')
    return same(
      'Scale',
      value,
      { init: step.operator.init, use_scale: factors !== undefined, use_bias: addends !== undefined },
      { weights: [...(factors ? [{ name: 'scale', value: factors }] : []), ...bias] },
    );
  if (!factors) return new Unsaid('TensorFlow.js has no layer that learns an addend alone');
  return onImage(value, (image) =>
    same(
      'DepthwiseConv2D',
      image,
      {
        kernel_size: [1, 1],
        strides: [1, 1],
        padding: 'valid',
        dilation_rate: [1, 1],
        depth_multiplier: 1,
        use_bias: addends !== undefined,
      },
      { weights: [{ name: 'depthwise_kernel', value: { reshape: [1, 1, C, 1], of: factors } }, ...bias] },
    ),
  );
};
