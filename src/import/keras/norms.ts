// The normalisations of Keras. Their epsilon is larger than that of PyTorch, and their momentum is what is kept, not what is new.

import type { Plain } from '../../core/args.js';
import { product } from '../../core/shape.js';
import { permuted, type StoredTensor } from '../../core/stored.js';
import type { JsonObject } from '../json.js';
import type { Builder, Call } from './call.js';
import { flag, number, numbers, plain } from './config.js';
import { inverse, sameOrder, type Value } from './layout.js';

const EPSILON = 1e-3;

const learned = (call: Call): Readonly<Record<string, Plain>> => {
  const [scale, shift] = [flag(call.config, 'scale', true), flag(call.config, 'center', true)];
  return scale === shift ? (scale ? {} : { affine: false }) : { scale, shift };
};

/** What 0.99 leaves is 0.01, not 0.010000000000000009. */
const rounded = (value: number): number => Number(value.toPrecision(12));

/** What cannot be read is told of as an option. */
const momentumOf = (config: JsonObject): Plain => {
  const kept = plain(config, 'momentum') ?? 0.99;
  return typeof kept === 'number' ? rounded(1 - kept) : kept;
};

export const batchNorm: Builder = (call) => {
  const { config } = call;
  const [axis = -1, ...more] = numbers(config, 'axis') ?? [-1];
  const value = more.length === 0 ? call.along(axis) : undefined;
  if (!value) return call.opaque('a normalisation along these axes is not known here', { rf: 1 });
  if (flag(config, 'renorm', false)) return call.opaque('batch renormalisation is not known here', { rf: 1 });
  return call.same('batchnorm', value, {
    options: {
      ...learned(call),
      eps: plain(config, 'epsilon') ?? EPSILON,
      momentum: momentumOf(config),
    },
    tensors: {
      weight: call.perChannel('gamma', value),
      bias: call.perChannel('beta', value),
      running_mean: call.perChannel('moving_mean', value),
      running_var: call.perChannel('moving_variance', value),
    },
    learns: true,
  });
};

/** Values of every axis of Keras, to the order of ours. */
const turned = (tensor: StoredTensor | undefined, value: Value): StoredTensor | undefined =>
  tensor?.shape.length === value.order.length ? permuted(tensor, inverse(value.order)) : tensor;

export const layerNorm: Builder = (call) => {
  const { config } = call;
  const read = call.input;
  const rank = read.order.length;
  const axes = (numbers(config, 'axis') ?? [-1]).map((axis) => call.axisOf(axis));
  const options = { ...learned(call), eps: plain(config, 'epsilon') ?? EPSILON };
  if (!flag(config, 'rms_scaling', false)) {
    if (axes.length === 1 && axes[0] !== undefined && (axes[0] === rank - 1 || rank === 1)) {
      const value = call.along(axes[0] + 1) ?? read;
      return call.same('layernorm', value, {
        options: { over: 'c', ...options },
        tensors: { weight: call.perChannel('gamma', value), bias: call.perChannel('beta', value) },
        learns: true,
      });
    }
    if (
      sameOrder(
        [...new Set(axes)].map((axis) => axis ?? -1).sort((a, b) => a - b),
        [...read.order.keys()],
      )
    )
      return call.same('layernorm', read, {
        options: { over: 'chw', ...options },
        tensors: { weight: turned(call.weight('gamma'), read), bias: turned(call.weight('beta'), read) },
        learns: true,
      });
  }
  const sizes = call.sizes(read);
  const each = sizes && product(axes.map((axis) => sizes[axis ?? -1] ?? 1));
  const count = ['scale', 'center'].filter((key) => flag(config, key, true)).length;
  return call.opaque('a normalisation along these axes is not known here', {
    params: each === null ? undefined : each * count,
  });
};

export const groupNorm: Builder = (call) => {
  const { config } = call;
  const value = call.along(number(config, 'axis') ?? -1);
  if (!value) return call.opaque('a normalisation along these axes is not known here', { rf: 1 });
  // Groups of one channel are written as -1.
  const settled = call.settled(value);
  const groups = number(config, 'groups') ?? 32;
  const channels = call.site.network.shape(settled.row)?.[0];
  return call.same('groupnorm', settled, {
    options: {
      groups: groups === -1 ? channels : groups,
      ...learned(call),
      eps: plain(config, 'epsilon') ?? EPSILON,
    },
    tensors: { weight: call.weight('gamma'), bias: call.weight('beta') },
    learns: true,
  });
};

export const rmsNorm: Builder = (call) => {
  const value = call.along(numbers(call.config, 'axis')?.[0] ?? -1);
  if (!value || (numbers(call.config, 'axis')?.length ?? 1) > 1)
    return call.opaque('a normalisation along these axes is not known here', { rf: 1 });
  return call.same('rmsnorm', value, {
    options: { eps: plain(call.config, 'epsilon') ?? 1e-6 },
    tensors: { weight: call.perChannel('scale', value) },
    learns: true,
  });
};

/** To a length of 1 along some axes. */
export const unitNorm: Builder = (call) => {
  const value = call.last(call.settled(call.input));
  const axes = (numbers(call.config, 'axis') ?? [-1]).map((axis) => call.axisOf(axis, value));
  const over = axesOf(axes, value);
  if (over === undefined) return call.opaque('a normalisation along these axes is not known here', { params: 0 });
  const length = call.row('reduce', [value.row], { part: 'length', options: { by: 'l2', over } });
  const least = call.row('clip', [length], { part: 'least', options: { low: 1e-6 } });
  return { ...value, row: call.row('div', [value.row, least]) };
};

/** Axes of Keras as the letters of options: `c`, `hw`. */
export const axesOf = (axes: readonly (number | undefined)[], value: Value): string | undefined => {
  const letters = ['c', 'd', 'h', 'w'];
  const rank = value.order.length;
  const found = axes.map((axis) => {
    const ours = axis === undefined ? undefined : value.order[axis];
    return ours === undefined ? undefined : ours === 0 ? 'c' : letters[4 - rank + ours];
  });
  return found.includes(undefined) || found.length === 0 ? undefined : [...new Set(found)].sort().join('');
};
