// Gradients of a few operators as plain float64 loops: convolution, relu, padding, normalisation in training. What a chain of them
// comes to is backward.ts.

import type { Step } from '../../core/kernels.js';
import type { Operator, OperatorOf } from '../../core/operator.js';
import { pad } from './layout.js';
import { eachPatch } from './linear.js';
import { learnedAt, momentsIn, sets } from './normalise.js';
import { type Values, volume, zeros } from './values.js';

/** Of one number with respect to what a step reads: its input, and its `weight` where it has one. */
export interface Gradients {
  readonly input: Values;
  readonly weight?: Float64Array;
}

/** From the gradient `dy` with respect to what the step made of `x`. Throws a RangeError for an operator that is not among them. */
export const gradientsOf = ({ operator, weights }: Step, x: Values, dy: Values): Gradients => {
  switch (operator.op) {
    case 'convolution':
      return convolution(operator, x, dy, weights);
    case 'normalise':
      return normalise(operator, x, dy, weights);
    case 'pad':
      return { input: padding(operator, x, dy) };
    case 'pointwise':
      if (operator.function === 'relu') return { input: relu(x, dy) };
  }
  throw new RangeError(`no gradient of ${nameOf(operator)} is known`);
};

const nameOf = (operator: Operator): string => (operator.op === 'pointwise' ? operator.function : operator.op);

/** dw[o, k] = sum of dy[o] * patch[k] over places and images; every cell gets w[o, k] * dy[o] from each patch that it is in. */
const convolution = (
  operator: OperatorOf<'convolution'>,
  x: Values,
  dy: Values,
  { weight }: Step['weights'],
): Gradients => {
  const dx = zeros(x.shape);
  const [input, output] = [volume(x), volume(dy)];
  const outGroup = output.C / operator.groups;
  const w = Float64Array.from(weight?.data ?? []);
  const dw = new Float64Array(w.length);
  const width = w.length / output.C;
  const dpatch = new Float64Array(width);
  eachPatch(input, output, operator, (patch, n, g, cell, putBack) => {
    dpatch.fill(0);
    for (let o = g * outGroup; o < (g + 1) * outGroup; o++) {
      const slope = dy.data[(n * output.C + o) * output.cells + cell] as number;
      // Behind relu every other one is 0.
      if (slope === 0) continue;
      const row = o * width;
      addTimes(slope, patch, dw.subarray(row, row + width));
      addTimes(slope, w.subarray(row, row + width), dpatch);
    }
    putBack(dpatch, dx.data);
  });
  return { input: dx, weight: dw };
};

/** Adds x, as many times, to y. */
const addTimes = (times: number, x: Float64Array, y: Float64Array): void => {
  for (let i = 0; i < y.length; i++) y[i] = (y[i] as number) + times * (x[i] as number);
};

/** At 0 there is no slope; frameworks take 0. */
const relu = (x: Values, dy: Values): Values => ({
  shape: x.shape,
  data: dy.data.map((slope, i) => ((x.data[i] as number) > 0 ? slope : 0)),
});

/** Values are moved only: where each came from is found by padding their numbers, counted from 1, since 0 is what zeros are put as. */
const padding = (operator: OperatorOf<'pad'>, x: Values, dy: Values): Values => {
  const dx = zeros(x.shape);
  const numbers = { shape: x.shape, data: Float64Array.from(x.data, (_, i) => i + 1) };
  pad(operator, numbers, dy.shape).data.forEach((number, i) => {
    if (number > 0) dx.data[number - 1] = (dx.data[number - 1] as number) + (dy.data[i] as number);
  });
  return dx;
};

/**
 * With v = (x - mean) / deviation and g = dy * weight: dx = (g - mean(g) - v * mean(g * v)) / deviation over each set, since mean and
 * deviation move with every value of it. Where no mean is taken away, that of g is not either.
 */
const normalise = (
  operator: OperatorOf<'normalise'>,
  x: Values,
  dy: Values,
  { weight }: Step['weights'],
): Gradients => {
  const dx = zeros(x.shape);
  const learned = learnedAt(operator, x);
  const dw = new Float64Array(weight?.data.length ?? 0);
  const scales = weight?.data;
  for (const set of sets(operator, x)) {
    const { mean, deviation } = momentsIn(set, operator, x);
    const g = Float64Array.from(set, (i) => (dy.data[i] as number) * (scales?.[learned(i)] ?? 1));
    const v = Float64Array.from(set, (i) => ((x.data[i] as number) - mean) / deviation);
    const meanOf = (of: (at: number) => number): number => set.reduce((sum, _, at) => sum + of(at), 0) / set.length;
    const level = operator.rms ? 0 : meanOf((at) => g[at] as number);
    const tilt = meanOf((at) => (g[at] as number) * (v[at] as number));
    set.forEach((i, at) => {
      dx.data[i] = ((g[at] as number) - level - (v[at] as number) * tilt) / deviation;
      const to = learned(i);
      if (weight) dw[to] = (dw[to] as number) + (dy.data[i] as number) * (v[at] as number);
    });
  }
  return { input: dx, ...(weight && { weight: dw }) };
};
