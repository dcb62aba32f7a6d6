// ONNX operators that normalise.

import { product } from '../../../core/shape.js';
import { reshaped } from '../../../core/stored.js';
import { type Call, fitting, plainFloat, Unsaid } from '../call.js';
import { dimsOf } from '../flow.js';
import type { Constant } from '../fold.js';
import { isMadeUp } from '../names.js';
import { channelsFirst } from './products.js';
import type { Translation } from './translation.js';

/** A scale of ones, or a shift of zeros, that only stands in the file because the operator wants one. */
const isIdle = (one: Constant | undefined, value: number): boolean =>
  one !== undefined &&
  (one.learned === undefined || isMadeUp(one.learned)) &&
  (one.numbers ?? unnamed(one))?.every((n) => n === value) === true;

/** The numbers of a constant that is no initializer, however many there are. */
const unnamed = ({ learned, stored }: Constant): Float32Array | undefined =>
  learned === undefined ? stored.load?.() : undefined;

/** Scale and shift, as far as they were learned: what stands in no initializer was not. */
const affineOf = (call: Call): readonly [Constant | undefined, Constant | undefined] => {
  const [scale, shift] = [1, 2].map((i) => (call.has(i) ? call.weight(i) : undefined));
  const [isOne, isZero] = [isIdle(scale, 1), isIdle(shift, 0)];
  if (isOne && (shift === undefined || isZero)) return [undefined, undefined];
  const own = (one: Constant | undefined, isNothing: boolean) =>
    isNothing && one?.learned === undefined ? undefined : one;
  return [own(scale, isOne), own(shift, isZero)];
};

/** Options of the scale and the shift that are learned; either may be missing. */
const learnedOf = (scale: Constant | undefined, shift: Constant | undefined): Record<string, boolean> =>
  scale && shift ? {} : scale || shift ? { scale: scale !== undefined, shift: shift !== undefined } : { affine: false };

const tensorsOf = (scale: Constant | undefined, shift: Constant | undefined, shape?: readonly number[]) => ({
  weight: scale && (shape ? reshaped(scale.stored, shape) : scale.stored),
  bias: shift && (shape ? reshaped(shift.stored, shape) : shift.stored),
});

const epsilonOf = (call: Call): Record<string, number> => {
  const eps = call.float('epsilon', 1e-5);
  return eps === 1e-5 ? {} : { eps };
};

/** ONNX's momentum is the share of the old statistics, PyTorch's and ours that of the new ones. */
const batchNorm: Translation = (call) => {
  const input = call.standard(0);
  const [mean, variance] = [3, 4].map((i) => call.weight(i));
  fitting(product(mean?.dims ?? []), dimsOf(input)[1] ?? 1, 'channels');
  const [scale, shift] = affineOf(call);
  const momentum = plainFloat(1 - call.float('momentum', 0.9));
  const options = { ...learnedOf(scale, shift), ...epsilonOf(call), ...(momentum !== 0.1 && { momentum }) };
  const tensors = {
    ...tensorsOf(scale, shift),
    running_mean: mean?.stored,
    running_var: variance?.stored,
  };
  return call.volume(call.learned('batchnorm', options, [input.row], tensors, scale ?? mean));
};

const instanceNorm: Translation = (call) => {
  const input = call.standard(0);
  const [scale, shift] = affineOf(call);
  if (scale) fitting(product(scale.dims), dimsOf(input)[1] ?? 1, 'channels');
  const affine = scale && shift ? { affine: true } : learnedOf(scale, shift);
  const options = { ...affine, ...epsilonOf(call) };
  return call.volume(call.learned('instancenorm', options, [input.row], tensorsOf(scale, shift), scale ?? shift));
};

/** From opset 21 on a value per channel, before one per group. */
const groupNorm: Translation = (call) => {
  const input = call.standard(0);
  const [scale, shift] = affineOf(call);
  const channels = dimsOf(input)[1] ?? 1;
  for (const one of [scale, shift])
    if (one && product(one.dims) !== channels)
      throw new Unsaid(`it scales ${product(one.dims)} groups, not ${channels} channels`);
  const options = { groups: call.int('num_groups', 1), ...learnedOf(scale, shift), ...epsilonOf(call) };
  return call.volume(call.learned('groupnorm', options, [input.row], tensorsOf(scale, shift, [channels]), scale));
};

/** Over the axes from one on, or over those that a formula named: the channels of each place, or all of an image. */
const layerNorm =
  (kind: 'layernorm' | 'rmsnorm'): Translation =>
  (call) => {
    const flow = call.flow(0);
    const dims = call.dims(0);
    const named = call.ints('axes')?.map((axis) => call.axis(axis, dims.length));
    const from = call.axis(call.int('axis', -1), dims.length);
    const axes = (named ?? dims.map((_, axis) => axis).slice(from)).filter((axis) => dims[axis] !== 1);
    const [scale, shift] = affineOf(call);
    const count = product(axes.map((axis) => dims[axis] ?? 1));
    for (const one of [scale, shift])
      if (one && product(one.dims) !== count)
        throw new Unsaid(`it scales ${one.dims.join('x')} of ${axes.map((axis) => dims[axis]).join('x')} values`);
    const [axis, another] = axes;
    const affine = kind === 'rmsnorm' ? (scale ? {} : { affine: false }) : learnedOf(scale, shift);
    if (axis !== undefined && another === undefined) {
      const input = channelsFirst(call, flow, axis);
      const isVector = (call.shape(input.row) ?? [1]).length === 1;
      const over = kind === 'layernorm' && !isVector ? { over: 'c' } : {};
      const options = { ...over, ...affine, ...epsilonOf(call) };
      return call.like(input, call.learned(kind, options, [input.row], tensorsOf(scale, shift, [count]), scale));
    }
    const rest = dims.flatMap((size, i) => (size === 1 || axes.includes(i) ? [] : [i]));
    if (rest.length > 0 || axes.length === 0 || axes.length > 4 || kind === 'rmsnorm')
      throw new Unsaid(`it normalises axes ${axes.join(' and ')} of ${dims.join('x')}`);
    const input = call.arranged(
      flow,
      axes.map((one) => [one]),
    );
    const shape = call.shape(input.row) ?? [];
    const options = { ...affine, ...epsilonOf(call) };
    return call.like(input, call.learned(kind, options, [input.row], tensorsOf(scale, shift, shape), scale));
  };

export const NORMS: Readonly<Record<string, Translation>> = {
  BatchNormalization: batchNorm,
  InstanceNormalization: instanceNorm,
  GroupNormalization: groupNorm,
  LayerNormalization: layerNorm('layernorm'),
  SimplifiedLayerNormalization: layerNorm('rmsnorm'),
  RMSNormalization: layerNorm('rmsnorm'),
};
