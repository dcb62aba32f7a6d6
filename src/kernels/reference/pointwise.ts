// What is computed value by value: activations, learned factors, and merges of several tensors.

import { affineOf } from '../../core/affine.js';
import type { Step } from '../../core/kernels.js';
import type { OperatorOf, Pointwise } from '../../core/operator.js';
import { product } from '../../core/shape.js';
import { type Values, volume, zeros } from './values.js';

const clamp = (x: number, least: number, most: number): number => (x < least ? least : x > most ? most : x);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => (x > 20 ? x : Math.log1p(Math.exp(x)));

// The two constants of selu (Klambauer et al., 2017).
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** The functions by name, given their own numbers. */
const FUNCTIONS: Readonly<Record<Pointwise['function'], (x: number, alpha: number, beta: number) => number>> = {
  identity: (x) => x,
  relu: (x) => (x < 0 ? 0 : x),
  leakyrelu: (x, alpha) => (x < 0 ? alpha * x : x),
  elu: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x)),
  celu: (x, alpha) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha)),
  selu: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
  gelu: (x) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  'gelu-tanh': (x) => (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2,
  silu: (x) => x * sigmoid(x),
  mish: (x) => x * Math.tanh(softplus(x)),
  sigmoid,
  tanh: Math.tanh,
  softplus,
  hardswish: (x) => (x * clamp(x + 3, 0, 6)) / 6,
  hardsigmoid: (x, alpha, beta) => clamp(alpha * x + beta, 0, 1),
  softsign: (x) => x / (1 + Math.abs(x)),
  clamp,
  abs: Math.abs,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  pow: (x, alpha) => x ** alpha,
  logsigmoid: (x) => Math.min(0, x) - Math.log1p(Math.exp(-Math.abs(x))),
  softshrink: (x, alpha) => x - clamp(x, -alpha, alpha),
  hardshrink: (x, alpha) => (Math.abs(x) <= alpha ? 0 : x),
  threshold: (x, alpha, beta) => (x <= alpha ? beta : x),
};

/** The numbers a function takes where none are given. */
const ALPHA = 1;

export const pointwise = ({ function: name, alpha = ALPHA, beta = 0 }: Pointwise, x: Values): Values => {
  const compute = FUNCTIONS[name];
  return { shape: x.shape, data: x.data.map((value) => compute(value, alpha, beta)) };
};

/**
 * The error function to about 1e-15: its Taylor series near 0, beyond it the continued fraction of its complement
 * (Abramowitz and Stegun, 7.1.5 and 7.1.14).
 */
const erf = (x: number): number => {
  const z = Math.abs(x);
  if (z < 2.5) {
    let [sum, term] = [z, z];
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= -(z * z) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = z;
  for (let n = 60; n >= 1; n--) fraction = z + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-z * z) / (fraction * Math.sqrt(Math.PI)));
};

/** Below 0 the slope of the channel, or the one slope of all. */
export const prelu = (x: Values, { weight }: Step['weights']): Values => {
  const { C, cells } = volume(x);
  const slopes = weight?.data ?? new Float32Array(1);
  const slope = (i: number): number => slopes[slopes.length === 1 ? 0 : Math.floor(i / cells) % C] as number;
  return { shape: x.shape, data: x.data.map((value, i) => (value < 0 ? slope(i) * value : value)) };
};

/** Each channel times its own factor, with its own addend. */
export const affine = (step: Step, x: Values): Values => {
  const { C, cells } = volume(x);
  const { scale, shift } = affineOf([step], C);
  const y = x.data.map((value, i) => {
    const c = Math.floor(i / cells) % C;
    return (scale[c] as number) * value + (shift[c] as number);
  });
  return { shape: x.shape, data: y };
};

/** [2C, cells] to [C, cells]. */
export const glu = (x: Values, shape: readonly number[]): Values => {
  const y = zeros(shape);
  const half = y.data.length / (shape[0] ?? 1);
  y.data.forEach((_, i) => {
    const at = i + Math.floor(i / half) * half;
    y.data[i] = (x.data[at] as number) * sigmoid(x.data[at + half] as number);
  });
  return y;
};

/** The index of each value of the output in what is spread over it; null where it is as large. */
const spread = ({ shape: own, data }: Values, shape: readonly number[]): Uint32Array | null => {
  const size = product(shape);
  if (data.length === size) return null;
  const from = new Uint32Array(size);
  const [steps, places] = [own, shape].map((sizes) => sizes.map((_, axis) => product(sizes.slice(axis + 1)))) as [
    number[],
    number[],
  ];
  for (let i = 0; i < size; i++)
    for (const [axis, n] of own.entries())
      if (n > 1) from[i] = (from[i] as number) + (Math.floor(i / (places[axis] ?? 1)) % n) * (steps[axis] ?? 1);
  return from;
};

const COMBINE: Readonly<Record<OperatorOf<'combine'>['by'], (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  average: (a, b) => a + b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  maximum: (a, b) => (a > b || Number.isNaN(a) ? a : b),
  minimum: (a, b) => (a < b || Number.isNaN(a) ? a : b),
};

/** Cell by cell, in the order of the inputs; what has one cell along an axis, or lacks it, goes with all of that axis. */
export const combine = ({ by }: OperatorOf<'combine'>, inputs: readonly Values[], shape: readonly number[]): Values => {
  const y = zeros(shape);
  inputs.forEach((x, first) => {
    const from = spread(x, shape);
    for (let i = 0; i < y.data.length; i++) {
      const value = x.data[from ? (from[i] as number) : i] as number;
      y.data[i] = first === 0 ? value : COMBINE[by](y.data[i] as number, value);
    }
  });
  if (by === 'average') for (let i = 0; i < y.data.length; i++) y.data[i] = (y.data[i] as number) / inputs.length;
  return y;
};
