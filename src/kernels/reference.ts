// The reference backend: every operator by plain float64 loops, its definition. Slow, for any rank; nothing is fused.

import { isFixed } from '../core/affine.js';
import type {
  Backend,
  Network,
  Outcome,
  Running,
  Session,
  SessionOptions,
  Step,
  Tensor,
  Timing,
} from '../core/kernels.js';
import { product } from '../core/shape.js';
import { embedding } from './reference/embedding.js';
import {
  concat,
  pad,
  permute,
  pixelshuffle,
  pixelunshuffle,
  repeated,
  reshape,
  shuffle,
  slice,
  upsample,
} from './reference/layout.js';
import { convolution, dense, matmul, transposed } from './reference/linear.js';
import { keptOf, lrn, type Moments, normalise, softmax } from './reference/normalise.js';
import { affine, combine, glu, pointwise, prelu } from './reference/pointwise.js';
import { adaptivePool, pool, reduce, unpool } from './reference/pool.js';
import { recurrent } from './reference/recurrent.js';
import type { Values } from './reference/values.js';

interface Mode {
  readonly training: boolean;
  readonly batch: number;
  readonly kept?: (moments: Moments) => void;
}

/** One step over a batch. The inputs are [N, ...], as the output is. */
export const compute = (step: Step, inputs: readonly Values[], { training, batch, kept }: Mode): Values => {
  const { operator, weights } = step;
  const [x = { shape: [], data: new Float64Array() }] = inputs;
  const shape = [batch, ...step.output];
  switch (operator.op) {
    case 'convolution':
      return convolution(operator, x, shape, weights);
    case 'transposed':
      return transposed(operator, x, shape, weights);
    case 'dense':
      return dense(operator, x, shape, weights);
    case 'pool':
      return pool(operator, x, shape);
    case 'adaptive-pool':
      return adaptivePool(operator, x, shape);
    case 'normalise':
      return isFixed(step) && !training ? affine(step, x) : normalise(operator, x, weights, kept);
    case 'lrn':
      return lrn(operator, x);
    case 'softmax':
      return softmax(operator, x);
    case 'pointwise':
      return pointwise(operator, x);
    case 'prelu':
      return prelu(x, weights);
    case 'scale':
    case 'affine':
      return affine(step, x);
    case 'recurrent':
      return recurrent(operator, x, shape, weights);
    case 'embedding':
      return embedding(step, x, shape);
    case 'parameter':
      return repeated(shape, weights);
    case 'glu':
      return glu(x, shape);
    case 'unpool':
      return unpool(operator, inputs, shape);
    case 'combine':
      return combine(operator, inputs, shape);
    case 'concat':
      return concat(operator, inputs, shape);
    case 'reduce':
      return reduce(operator, x, shape);
    case 'matmul':
      return matmul(operator, [x, inputs[1] ?? x], shape);
    case 'reshape':
      return reshape(x, shape);
    case 'permute':
      return permute(operator, x, shape);
    case 'pad':
      return pad(operator, x, shape);
    case 'slice':
      return slice(operator, x, shape);
    case 'shuffle':
      return shuffle(operator, x);
    case 'pixelshuffle':
      return pixelshuffle(operator, x, shape);
    case 'pixelunshuffle':
      return pixelunshuffle(operator, x, shape);
    case 'upsample':
      return upsample(operator, x, shape);
  }
};

export const toValues = ({ shape, data }: Tensor): Values => ({ shape, data: Float64Array.from(data) });
const toTensor = ({ shape, data }: Values): Tensor => ({ shape, data: Float32Array.from(data) });

/** Runs what takes long, so that it can be broken off. */
type Guard = <T>(work: () => T) => T;

/**
 * The backend; `now` tells milliseconds, each step is computed by `guard`. Values stay float64 from the first layer to the
 * last.
 */
export const reference = (now: () => number, guard: Guard = (work) => work()): Backend => ({
  name: 'reference',
  open: async (network, options) => session(holding(network), options, now, guard),
});

/** The network with its weights in memory: tensors may read a file whenever their values are asked for. */
const holding = (network: Network): Network => {
  const held = new Map<Tensor, Tensor>();
  const hold = (tensor: Tensor): Tensor => {
    const own = held.get(tensor) ?? { shape: tensor.shape, data: tensor.data };
    held.set(tensor, own);
    return own;
  };
  const steps = network.steps.map((step) => ({
    ...step,
    weights: Object.fromEntries(Object.entries(step.weights).map(([name, tensor]) => [name, hold(tensor)])),
  }));
  return { ...network, steps };
};

const session = (
  network: Network,
  { batch, training = false }: SessionOptions,
  now: () => number,
  guard: Guard,
): Session => {
  const lastUse = new Map<number, number>();
  network.steps.forEach(({ inputs }, at) => {
    for (const id of inputs) lastUse.set(id, at);
  });
  for (const id of network.outputs) lastUse.set(id, Number.POSITIVE_INFINITY);
  return {
    core: { backend: 'reference', simd: false, relaxed: false, threads: 1 },
    peakBytes: peakOf(network, batch, lastUse),
    close() {},
    async run(inputs, { observe, progress } = {}, running): Promise<Outcome> {
      const alive = new Map<number, Values>();
      for (const [id, tensor] of inputs) alive.set(id, toValues(tensor));
      const timings: Timing[] = [];
      const statistics = new Map<number, Running>();
      for (const [at, step] of network.steps.entries()) {
        const start = now();
        const reads = step.inputs.map((id) => alive.get(id) as Values);
        const kept = (moments: Moments) =>
          void statistics.set(step.id, keptOf(step, batch, moments, running?.get(step.id)));
        const made = guard(() => compute(step, reads, { training, batch, kept }));
        alive.set(step.id, made);
        const timing: Timing = { id: step.id, ms: now() - start, algorithm: 'reference' };
        timings.push(timing);
        observe?.(step.id, () => toTensor(made), timing);
        for (const id of step.inputs) if (lastUse.get(id) === at) alive.delete(id);
        if (!lastUse.has(step.id)) alive.delete(step.id);
        const pause = progress?.(at + 1, network.steps.length);
        if (pause) await pause;
      }
      const outputs = new Map(network.outputs.map((id) => [id, toTensor(alive.get(id) as Values)] as const));
      return { outputs, timings, ...(training && { statistics }) };
    },
  };
};

const VALUE = Float64Array.BYTES_PER_ELEMENT;

/** Weights as they came, and the activations alive at most, eight bytes a value. */
const peakOf = (network: Network, batch: number, lastUse: ReadonlyMap<number, number>): number => {
  const size = (shape: readonly number[]): number => product(shape) * batch * VALUE;
  const sizes = new Map(network.inputs.map(({ id, shape }) => [id, size(shape)]));
  let alive = [...sizes.values()].reduce((a, b) => a + b, 0);
  let most = alive;
  let weights = 0;
  network.steps.forEach((step, at) => {
    for (const { shape } of Object.values(step.weights)) weights += Float32Array.BYTES_PER_ELEMENT * product(shape);
    sizes.set(step.id, size(step.output));
    alive += size(step.output);
    most = Math.max(most, alive);
    for (const id of new Set(step.inputs)) if (lastUse.get(id) === at) alive -= sizes.get(id) ?? 0;
    if (!lastUse.has(step.id)) alive -= size(step.output);
  });
  return weights + most;
};
