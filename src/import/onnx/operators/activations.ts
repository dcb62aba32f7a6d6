// ONNX operators that are functions of each value, and softmax.

import type { Plain } from '../../../core/args.js';
import { product } from '../../../core/shape.js';
import { reshaped } from '../../../core/stored.js';
import { type Call, plainFloat, Unsaid } from '../call.js';
import { joined, lettered } from './axes.js';
import { channelsFirst } from './products.js';
import type { Translation } from './translation.js';

type Options = Readonly<Record<string, Plain>>;

/** A function of each value, under its name here, with options from the node's attributes. */
const by =
  (kind: string, options: (call: Call) => Options = () => ({})): Translation =>
  (call) => {
    const flow = call.flow(0);
    return call.like(flow, call.row(kind, options(call), [flow.row]));
  };

/** A bound from an input, or from what was an attribute before opset 11. */
const boundOf = (call: Call, i: number, name: string, none: number): number => {
  const [given] = call.numbers(i) ?? [];
  const value = given === undefined ? call.float(name, none) : plainFloat(given);
  // The largest float32 is how an exporter writes no bound.
  return Math.abs(value) >= 3.4e38 ? Math.sign(value) * Number.POSITIVE_INFINITY : value;
};

const clip: Translation = (call) => {
  const low = boundOf(call, 1, 'min', Number.NEGATIVE_INFINITY);
  const high = boundOf(call, 2, 'max', Number.POSITIVE_INFINITY);
  if (low === Number.NEGATIVE_INFINITY && high === Number.POSITIVE_INFINITY) return call.value(0);
  if (low === 0 && high === Number.POSITIVE_INFINITY) return by('relu')(call);
  if (low === 0 && high === 6) return by('relu6')(call);
  return by('clip', () => ({
    ...(low !== Number.NEGATIVE_INFINITY && { low }),
    ...(high !== Number.POSITIVE_INFINITY && { high }),
  }))(call);
};

const shrink: Translation = (call) => {
  const [limit, bias] = [call.float('lambd', 0.5), call.float('bias', 0)];
  if (bias !== 0 && bias !== limit) throw new Unsaid(`it shrinks by ${bias} from ${limit} on`);
  return by(bias === 0 ? 'hardshrink' : 'softshrink', () => ({ lambda: limit }))(call);
};

const prelu: Translation = (call) => {
  const slopes = call.weight(1);
  const count = product(slopes.dims);
  const flow = call.flow(0);
  const axis = call.dims(0).length - slopes.dims.length + slopes.dims.findIndex((n) => n !== 1);
  const input = count === 1 ? flow : channelsFirst(call, flow, axis);
  if (count !== 1 && call.shape(input.row)?.[0] !== count) throw new Unsaid(`its slopes are ${slopes.dims.join('x')}`);
  const tensors = { weight: reshaped(slopes.stored, [count]) };
  return call.like(input, call.learned('prelu', { slopes: count }, [input.row], tensors, slopes));
};

/** Before opset 13 over all axes from the one that is named on. */
const softmax =
  (kind: 'softmax' | 'logsoftmax'): Translation =>
  (call) => {
    const input = call.flow(0);
    const dims = call.dims(0);
    const isOld = call.opset < 13;
    const axis = call.axis(call.int('axis', isOld ? 1 : -1), dims.length);
    const axes = isOld ? dims.map((_, i) => i).slice(axis) : [axis];
    const real = axes.filter((one) => dims[one] !== 1);
    const { flow, letter } = lettered(call, input, real.length > 0 ? real : [axis]);
    const over = joined((real.length > 0 ? real : [axis]).map(letter));
    return call.like(flow, call.row(kind, over === 'c' ? {} : { over }, [flow.row]));
  };

/** Only one value of its slope and scale has a name here. */
const selu: Translation = (call) => {
  const [alpha, gamma] = [call.float('alpha', 1.67326), call.float('gamma', 1.0507)];
  if (Math.abs(alpha - 1.67326) > 1e-4 || Math.abs(gamma - 1.0507) > 1e-4)
    throw new Unsaid(`its numbers are ${alpha} and ${gamma}`);
  return by('selu')(call);
};

/** Neurons that are dropped in training only. */
const dropout: Translation = (call) => {
  const [ratio] = call.opset >= 12 ? (call.numbers(1) ?? []) : [];
  const rate = plainFloat(ratio ?? call.float('ratio', 0.5));
  const value = call.value(0);
  if ('constant' in value) return value;
  return by('dropout', () => ({ rate }))(call);
};

/** Functions of each value that have no word here: what comes out has the shape of what goes in. */
const NAMELESS = [
  'Acos',
  'Acosh',
  'Asin',
  'Asinh',
  'Atan',
  'Atanh',
  'Bernoulli',
  'BitwiseNot',
  'Ceil',
  'Cos',
  'Cosh',
  'CumSum',
].concat([
  'Erf',
  'Floor',
  'Hardmax',
  'IsInf',
  'IsNaN',
  'MeanVarianceNormalization',
  'Not',
  'Round',
  'Sign',
  'Sin',
  'Sinh',
  'Tan',
  'Trilu',
]);

const nameless: Translation = (call) => {
  throw new Unsaid('there is no such layer here', call.dims(0));
};

export const ACTIVATIONS: Readonly<Record<string, Translation>> = {
  ...Object.fromEntries(NAMELESS.map((op) => [op, nameless])),
  Relu: by('relu'),
  LeakyRelu: by('leakyrelu', (call) => ({ slope: call.float('alpha', 0.01) })),
  Elu: by('elu', (call) => ({ alpha: call.float('alpha', 1) })),
  Celu: by('celu', (call) => ({ alpha: call.float('alpha', 1) })),
  Selu: selu,
  Sigmoid: by('sigmoid'),
  Tanh: by('tanh'),
  Softplus: by('softplus'),
  Softsign: by('softsign'),
  HardSigmoid: (call) => {
    const [alpha, beta] = [call.float('alpha', 0.2), call.float('beta', 0.5)];
    const isUsual = Math.abs(alpha - 1 / 6) < 1e-6 && beta === 0.5;
    return by('hardsigmoid', () => (isUsual ? {} : { alpha, beta }))(call);
  },
  HardSwish: by('hardswish'),
  Gelu: by('gelu', (call): Options => (call.text('approximate', 'none') === 'tanh' ? { approximate: 'tanh' } : {})),
  FastGelu: by('gelu', () => ({ approximate: 'tanh' })),
  Mish: by('mish'),
  Swish: (call) => {
    if (call.float('alpha', 1) !== 1) throw new Unsaid(`its alpha is ${call.float('alpha', 1)}`);
    return by('silu')(call);
  },
  // Of a formula there is another value up to the limit.
  ThresholdedRelu: by('threshold', (call) => {
    const value = call.float('value', 0);
    return { limit: call.float('alpha', 1), ...(value !== 0 && { value }) };
  }),
  Clip: clip,
  Shrink: shrink,
  PRelu: prelu,
  Abs: by('abs'),
  Exp: by('exp'),
  Log: by('log'),
  Sqrt: by('sqrt'),
  Neg: by('neg'),
  Reciprocal: by('pow', () => ({ exponent: -1 })),
  Softmax: softmax('softmax'),
  LogSoftmax: softmax('logsoftmax'),
  Dropout: dropout,
};
