// Normalisations as layers of Keras, whose momentum is what is kept, not what is new.

import { channelsBefore } from '../../core/operator.js';
import { type StepOf, Unsaid } from '../model.js';
import { axisOf, type Context, onImage, placeOf, read } from './axes.js';
import { type Learned, learned } from './learned.js';
import { activation, call, permuted, reshaped, same, type Value, type Weight } from './value.js';

/** What 1 - 0.1 leaves is 0.9, not 0.9000000000000000222. */
const rounded = (value: number): number => Number(value.toPrecision(12));

const MOMENTUM = 0.1;

type Normalise = StepOf<'normalise'>;

/** Scale and shift, where they are learned. */
const affine = (step: Normalise, of: (tensor: Learned) => Learned = (tensor) => tensor): readonly Weight[] =>
  (['weight', 'bias'] as const).flatMap((name) => {
    const value = learned(step, name);
    return value ? [{ name: name === 'weight' ? 'gamma' : 'beta', value: of(value) }] : [];
  });

export const normalise = (step: Normalise, { target }: Context): Value | Unsaid => {
  const { over, eps, rms = false, elementwise = false, groups = 1, momentum = MOMENTUM } = step.operator;
  const value = read(step);
  const rank = value.sizes.length;
  const common = { epsilon: eps, center: 'bias' in step.weights, scale: 'weight' in step.weights };
  if (over === 'batch') {
    const [mean, variance] = [learned(step, 'running_mean'), learned(step, 'running_var')];
    if (!mean || !variance) return new Unsaid('Keras has no batch normalisation without running statistics');
    const made = (of: Value): Value =>
      same(
        'BatchNormalization',
        of,
        { axis: -1, momentum: rounded(1 - momentum), ...common },
        {
          weights: [
            ...affine(step),
            { name: 'moving_mean', value: mean },
            { name: 'moving_variance', value: variance },
          ],
        },
      );
    // TensorFlow.js normalises no volumes of places.
    return target === 'json' && rank > 3 ? onImage(value, made) : made(value);
  }
  // Of every value its own scale: channels first here, last there.
  const turned = (tensor: Learned): Learned =>
    elementwise && rank > 1
      ? { transpose: [...Array.from({ length: rank - 1 }, (_, axis) => axis + 1), 0], of: tensor }
      : tensor;
  const weights = affine(step, turned);
  const everywhere = over === 'group' && groups === 1 && (elementwise || rank === 1);
  const axis = over === 'channels' || rank === 1 ? -1 : value.sizes.map((_, at) => at + 1);
  if (rms) {
    if (target === 'json') return new Unsaid('TensorFlow.js has no normalisation by the root mean square');
    if (over === 'group' && groups > 1)
      return new Unsaid('Keras has no normalisation of groups by the root mean square');
    const shape = elementwise ? value.sizes : value.sizes.slice(-1);
    return same('RMSNorm', value, { axis, shape, ...common }, { weights });
  }
  if (over === 'channels' || everywhere) return same('LayerNormalization', value, { axis, ...common }, { weights });
  if (elementwise) return new Unsaid('Keras has no normalisation of groups with a scale for every value');
  if (target === 'json') return new Unsaid('TensorFlow.js has no normalisation of groups of channels');
  return same('GroupNormalization', value, { groups, axis: -1, ...common }, { weights });
};

export const lrn = (step: StepOf<'lrn'>, { target }: Context): Value | Unsaid => {
  const { size, alpha, beta, k, behind } = step.operator;
  if (target === 'json')
    return new Unsaid('Keras has no layer of local response normalisation', 'write it as code: --to keras');
  const value = read(step);
  return call('local_response_norm', [value], value.sizes, {
    size,
    alpha,
    beta,
    k,
    before: channelsBefore(size, behind),
  });
};

export const softmax = (step: StepOf<'softmax'>, { target }: Context): Value => {
  const { log, axes } = step.operator;
  const value = read(step);
  const rank = value.sizes.length;
  const isLast = axes.length === 1 && (axes[0] === 0 || rank === 1);
  const along = (last: Value): Value => (log ? activation('log_softmax', last) : same('Softmax', last, { axis: -1 }));
  if (isLast) return along(value);
  if (target === 'code') {
    const over = axes.map(axisOf);
    if (!log) return same('Softmax', value, { axis: over.length === 1 ? (over[0] ?? -1) : over });
    return call('log_softmax', [value], value.sizes, { axis: over });
  }
  // TensorFlow.js knows the last axis only.
  const own = axes.map((axis) => placeOf(axis, rank)).sort((a, b) => a - b);
  const others = value.sizes.flatMap((_, axis) => (own.includes(axis) ? [] : [axis]));
  const order = [...others, ...own];
  const turned = permuted(value, order);
  const count = own.reduce((all, axis) => all * (value.sizes[axis] ?? 1), 1);
  const made = along(reshaped(turned, [...others.map((axis) => value.sizes[axis] ?? 1), count]));
  const back = Array.from({ length: rank }, (_, axis) => order.indexOf(axis));
  return permuted(reshaped(made, turned.sizes), back);
};
