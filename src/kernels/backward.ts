// A chain of steps forwards on a batch in training, and back: what every step computed, and the gradients. By the reference, in
// float64. Single gradients are reference/gradients.ts.

import type { Passes } from '../core/kernels.js';
import { gradientsOf } from './reference/gradients.js';
import { compute, toValues } from './reference.js';

/** `guard` runs each piece of work. */
export const passes =
  (guard: <T>(work: () => T) => T): Passes =>
  (steps, input, last) => {
    const [batch = 1] = input.shape;
    const values = [toValues(input)];
    for (const [at, step] of steps.entries()) {
      const read = values.slice(at, at + 1);
      values.push(guard(() => compute(step, read, { training: true, batch })));
    }
    let gradient = toValues(last);
    const gradients = [gradient.data];
    const weights: (Float64Array | undefined)[] = [];
    for (const [at, step] of [...steps.entries()].toReversed()) {
      const read = values[at];
      if (!read) break;
      const { input: before, weight } = guard(() => gradientsOf(step, read, gradient));
      weights.unshift(weight);
      gradients.unshift(before.data);
      gradient = before;
    }
    return { values: values.map(({ data }) => data), gradients, weights };
  };
