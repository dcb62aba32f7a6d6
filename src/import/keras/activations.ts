// The activation functions of Keras by their names, as layers and inside of other layers.

import type { Plain } from '../../core/args.js';
import { permuted, reshaped } from '../../core/stored.js';
import { isObject, type Json } from '../json.js';
import type { Builder, Call } from './call.js';
import { get, number, numbers, object, plain, string } from './config.js';
import { inverse, type Value } from './layout.js';
import { axesOf } from './norms.js';

interface Activation {
  readonly kind: string;
  readonly options?: Readonly<Record<string, Plain>>;
  /** It works along the last axis, not value by value. */
  readonly along?: true;
}

const SILU: Activation = { kind: 'silu' };
const HARD_SWISH: Activation = { kind: 'hardswish' };

const ACTIVATIONS: ReadonlyMap<string, Activation> = new Map<string, Activation>(
  Object.entries({
    relu: { kind: 'relu' },
    relu6: { kind: 'relu6' },
    sigmoid: { kind: 'sigmoid' },
    tanh: { kind: 'tanh' },
    softmax: { kind: 'softmax', along: true },
    log_softmax: { kind: 'logsoftmax', along: true },
    softplus: { kind: 'softplus' },
    softsign: { kind: 'softsign' },
    selu: { kind: 'selu' },
    elu: { kind: 'elu' },
    celu: { kind: 'celu' },
    exponential: { kind: 'exp' },
    swish: SILU,
    silu: SILU,
    gelu: { kind: 'gelu' },
    mish: { kind: 'mish' },
    leaky_relu: { kind: 'leakyrelu', options: { slope: 0.2 } },
    hard_sigmoid: { kind: 'hardsigmoid' },
    hard_silu: HARD_SWISH,
    hard_swish: HARD_SWISH,
    hard_tanh: { kind: 'hardtanh' },
    hard_shrink: { kind: 'hardshrink' },
    soft_shrink: { kind: 'softshrink' },
    log_sigmoid: { kind: 'logsigmoid' },
    glu: { kind: 'glu', along: true },
  } satisfies Record<string, Activation>),
);

/** TensorFlow.js writes some of them as one word. */
const withoutHumps = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const found = (name: string, call: Call): Activation | undefined => {
  const known = ACTIVATIONS.get(withoutHumps(name).replace(/^_/, ''));
  // Keras 3 has the slope of a sixth, those before it of a fifth.
  return known?.kind === 'hardsigmoid' && call.site.version < 3 ? { ...known, options: { alpha: 0.2 } } : known;
};

/** `linear` is none. */
export const isLinear = (activation: Json | undefined): boolean =>
  activation === undefined || activation === null || activation === 'linear';

/** The name of a function: Keras 3 may wrap it. Undefined where it is a layer, or anything else. */
export const functionName = (activation: Json | undefined): string | undefined => {
  if (typeof activation === 'string') return activation;
  if (!isObject(activation)) return undefined;
  const config = get(activation, 'config');
  return string(activation, 'class_name') === 'function' && typeof config === 'string' ? config : undefined;
};

/** Whatever a layer has for `activation`, behind what it computes. */
export const activated = (call: Call, value: Value, part = 'act'): Value => {
  const activation = get(call.config, 'activation');
  if (isLinear(activation)) return value;
  const name = functionName(activation);
  const known = name === undefined ? undefined : found(name, call);
  if (known) return applied(call, value, known, part);
  if (name === 'linear') return value;
  const within = { inputs: [value], part };
  if (isObject(activation) && name === undefined) {
    const config = object(activation, 'config');
    const made = config && call.site.build(call.as(string(activation, 'class_name') ?? '', config, within));
    if (made) return first(made, value);
  }
  const shown = name ?? (isObject(activation) ? string(activation, 'class_name') : undefined) ?? 'activation';
  return call
    .as(shown, call.config, within)
    .opaque(`the activation "${shown}" is not known here`, { params: 0, rf: 1 });
};

const applied = (call: Call, value: Value, { kind, options = {}, along }: Activation, part: string): Value =>
  call.same(kind, along ? call.last(kind === 'glu' ? call.settled(value) : value) : value, { part, options });

const first = (made: Value | readonly Value[], otherwise: Value): Value =>
  'row' in made ? made : (made[0] ?? otherwise);

/** Activations that are layers, with numbers of their own. */
export const relu: Builder = (call) => {
  const { input, config } = call;
  const [max, slope, threshold] = [
    number(config, 'max_value'),
    number(config, 'negative_slope') ?? 0,
    number(config, 'threshold') ?? 0,
  ];
  const unread = ['max_value', 'negative_slope', 'threshold'].find(
    (key) => plain(config, key) !== undefined && number(config, key) === undefined,
  );
  if (unread) return call.opaque(`its ${unread} is no number`, { params: 0, rf: 1 });
  // At the threshold itself Keras keeps the value.
  if (threshold !== 0) return call.opaque('a ReLU with a threshold is not known here', { params: 0, rf: 1 });
  if (slope !== 0) {
    const bent = call.same('leakyrelu', input, { options: { slope } });
    return max === undefined ? bent : call.same('clip', bent, { part: 'max', options: { high: max } });
  }
  if (max === 6) return call.same('relu6', input);
  return max === undefined
    ? call.same('relu', input)
    : call.same('hardtanh', input, { options: { low: 0, high: max } });
};

export const leakyRelu: Builder = (call) => {
  const slope = plain(call.config, 'negative_slope') ?? plain(call.config, 'alpha') ?? 0.3;
  return call.same('leakyrelu', call.input, { options: { slope } });
};

export const elu: Builder = (call) =>
  call.same('elu', call.input, { options: { alpha: plain(call.config, 'alpha') ?? 1 } });

export const thresholdedRelu: Builder = (call) =>
  call.same('threshold', call.input, { options: { limit: plain(call.config, 'theta') ?? 1 } });

export const softmax: Builder = (call) => {
  const axes = numbers(call.config, 'axis') ?? [-1];
  const value = axes.some((axis) => axis !== -1) ? call.settled(call.input) : call.input;
  const over = axesOf(
    axes.map((axis) => call.axisOf(axis, value)),
    value,
  );
  if (over === undefined) return call.opaque('a softmax along these axes is not known here', { params: 0 });
  return call.same('softmax', value, { options: { over: over === 'c' ? undefined : over } });
};

/** Slopes for every value are more than a row here has: below zero the values are multiplied by them, and added again. */
export const prelu: Builder = (call) => {
  const value = call.settled(call.input);
  const sizes = call.sizes(value);
  const shared = new Set((numbers(call.config, 'shared_axes') ?? []).map((axis) => call.axisOf(axis, value)));
  const alpha = call.weight('alpha');
  const own = sizes?.map((size, axis) => (shared.has(axis) ? 1 : size)) ?? [];
  const shape = inverse(value.order).map((axis) => own[axis] ?? 1);
  const [C = 1, ...places] = shape;
  if (places.every((n) => n === 1))
    return call.same('prelu', value, {
      options: { slopes: C },
      tensors: { weight: alpha && reshaped(alpha, [C]) },
      learns: true,
    });
  const slopes = call.row('parameter', [], {
    part: 'slopes',
    options: { shape },
    tensors: { weight: alpha?.shape.length === shape.length ? permuted(alpha, inverse(value.order)) : alpha },
    learns: true,
  });
  const above = call.row('relu', [value.row], { part: 'above' });
  const below = call.row('clip', [value.row], { part: 'below', options: { high: 0 } });
  const scaled = call.row('mul', [below, slopes], { part: 'scaled' });
  return { ...value, row: call.row('add', [above, scaled]) };
};
