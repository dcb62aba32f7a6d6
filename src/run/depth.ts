// What normalisation is good for, measured: how large values and gradients are through a stack of layers from three initialisations,
// and how much noise the statistics of a batch add. The stacks are handed in, and run by what is handed in; here their sizes are taken.

import type { Analysis } from '../analysis/analysis.js';
import { isInput } from '../core/graph.js';
import type { Passes, Step, Tensor } from '../core/kernels.js';
import { seedOf } from '../core/random.js';
import { product } from '../core/shape.js';
import { parameters, runnable } from './network.js';
import { normal } from './random.js';
import { initialised } from './weights.js';

/** How large weights are at first, as a share of what He et al. (2015) take. */
export const INITIALISATIONS = { small: 0.5, he: 1, large: 2 } as const;
export type Initialisation = keyof typeof INITIALISATIONS;

/** How a stack is normalised, and its layers in a line: each ends with a nonlinearity, and has one convolution. */
export interface Stack {
  readonly norm: string;
  readonly analysis: Analysis;
}

/** Root mean squares at one layer. */
export interface Sizes {
  /** Of what comes out of it. */
  readonly output: number;
  /** Of the gradient there. */
  readonly gradient: number;
  /** Of its weights, and of the gradient at them. */
  readonly weights: number;
  readonly weightGradient: number;
}

export interface Followed {
  readonly initialisation: Initialisation;
  readonly norm: string;
  /** From the first to the last. */
  readonly layers: readonly Sizes[];
}

/** All of them read the same noise, and at the end stands the same gradient of size 1. */
export const throughDepth = (
  stacks: readonly Stack[],
  batch: number,
  passes: Passes,
  seed: number,
): readonly Followed[] =>
  (Object.keys(INITIALISATIONS) as Initialisation[]).flatMap((initialisation) =>
    stacks.map(({ norm, analysis }) => {
      const steps = stepsOf(analysis, INITIALISATIONS[initialisation], seed);
      const input = analysis.graph.nodes.find(isInput)?.facts?.output ?? [];
      const { values, gradients, weights } = passes(
        steps,
        noise([batch, ...input], seedOf(seed, 'input')),
        noise([batch, ...(steps.at(-1)?.output ?? [])], seedOf(seed, 'gradient')),
      );
      let learned = { weights: 0, weightGradient: 0 };
      const layers: Sizes[] = [];
      for (const [at, { operator, weights: own }] of steps.entries()) {
        if (operator.op === 'convolution')
          learned = { weights: sizeOf(own.weight?.data ?? []), weightGradient: sizeOf(weights[at] ?? []) };
        if (operator.op === 'pointwise')
          layers.push({ output: sizeOf(values[at + 1] ?? []), gradient: sizeOf(gradients[at + 1] ?? []), ...learned });
      }
      return { initialisation, norm, layers };
    }),
  );

/** Normalisations before training do nothing but normalise; weights are as many times as large. */
const stepsOf = (analysis: Analysis, factor: number, seed: number): readonly Step[] => {
  const he = initialised(analysis, seed);
  const scaled = parameters(analysis).flatMap(({ name, node }): readonly (readonly [string, Tensor])[] => {
    const tensor = he.get(name);
    if (!tensor || node.kind.role === 'norm') return [];
    return [[name, { shape: tensor.shape, data: tensor.data.map((value) => factor * value) }]];
  });
  return runnable(analysis, new Map([...he, ...scaled])).steps;
};

const noise = (shape: readonly number[], seed: number): Tensor => ({ shape, data: normal(product(shape), seed) });

const sizeOf = (values: ArrayLike<number>): number => {
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) squares += (values[i] ?? 0) ** 2;
  return Math.sqrt(squares / values.length);
};

// --- noise -------------------------------------------------------------------------------------------------------------

/** What becomes of one value in many batches of one size whose others are drawn anew. */
export interface BatchNoise {
  readonly batch: number;
  readonly mean: number;
  /** The standard deviation over the batches. */
  readonly spread: number;
}

export interface Noise {
  /** The value, and how many batches of each size there are. The others are drawn with mean 0 and variance 1. */
  readonly value: number;
  readonly batches: number;
  readonly sizes: readonly BatchNoise[];
}

const VALUE = 1;
const BATCHES = 1000;
const BATCH_SIZES = [2, 4, 8, 16, 32, 64, 128, 256] as const;

/** Every channel has statistics of its own, so that as many batches are one batch of as many channels. */
export const batchNoise = (passes: Passes, seed: number): Noise => {
  const step: Step = {
    id: 1,
    name: 'norm',
    operator: { op: 'normalise', over: 'batch', eps: 1e-5 },
    inputs: [0],
    inputShapes: [[BATCHES]],
    output: [BATCHES],
    weights: {},
    macs: 0,
  };
  return {
    value: VALUE,
    batches: BATCHES,
    sizes: BATCH_SIZES.map((batch) => {
      const input = noise([batch, BATCHES], seedOf(seed, `batch of ${batch}`));
      input.data.fill(VALUE, 0, BATCHES);
      const [, normalised = new Float64Array()] = passes([step], input, input).values;
      const own = normalised.subarray(0, BATCHES);
      const mean = own.reduce((sum, value) => sum + value, 0) / BATCHES;
      return { batch, mean, spread: sizeOf(own.map((value) => value - mean)) };
    }),
  };
};
