// Reproducible numbers where no file gives any: noise to feed a network, and weights for it. The same seed, the same numbers.

import type { Tensor } from '../core/kernels.js';
import { product } from '../core/shape.js';
import type { Parameter } from './network.js';

/** mulberry32, by Tommy Ettinger (public domain): numbers from 0 to below 1. Not for secrets. */
export const generator = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Numbers of mean 0 and deviation 1, by Box and Muller. */
export const normal =
  (next: () => number): (() => number) =>
  () =>
    Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

export const noise = (shape: readonly number[], seed: number): Tensor => {
  const draw = normal(generator(seed));
  return { shape, data: Float32Array.from({ length: product(shape) }, draw) };
};

/**
 * Weights that keep the size of what passes through them (He et al., 2015), and normalisations as after some training: scales
 * and variances from 0.5 to 1.5, shifts and means from -0.5 to 0.5.
 */
export const seededTensors = (parameters: readonly Parameter[], seed: number): ReadonlyMap<string, Tensor> => {
  const next = generator(seed);
  const draw = normal(next);
  return new Map(
    parameters.map(({ name, shape, tensor, node }) => {
      const isMatrix = node.kind.role === 'weights';
      const deviation = Math.sqrt(2 / product(shape.slice(1)));
      const value = (): number => {
        if (tensor === 'running_var' || (tensor === 'weight' && !isMatrix)) return 0.5 + next();
        return tensor === 'weight' ? draw() * deviation : isMatrix ? 0.1 * draw() : next() - 0.5;
      };
      return [name, { shape, data: Float32Array.from({ length: product(shape) }, value) }] as const;
    }),
  );
};
