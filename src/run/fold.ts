// Batch normalisation at test time is a fixed scale and shift of each channel, which a linear layer beside it can take over.
// Plan: which normalisations fold into which layers, and why others do not. Fold: the network without them. Nothing runs here.

import type { Network, Step, Tensor, TensorName } from '../core/kernels.js';
import type { Operator } from '../core/operator.js';
import { channels, product } from '../core/shape.js';

/** One normalisation by its step's id, and the layer that takes it over: the one `before` it or the one `after` it. */
export interface Fold {
  readonly norm: number;
  readonly host: number;
  readonly side: 'before' | 'after';
}

/** A normalisation that stays, and why neither side can take it: a sentence each. */
export interface Kept {
  readonly norm: number;
  readonly before: string;
  readonly after: string;
}

export interface FoldPlan {
  readonly folds: readonly Fold[];
  readonly kept: readonly Kept[];
}

type Batch = Extract<Operator, { op: 'normalise' }>;

const isBatch = (operator: Operator): operator is Batch => operator.op === 'normalise' && operator.over === 'batch';

/** `shared` are the steps that use weights together with others: what one of them takes over, all would. */
export const planFolds = ({ steps, outputs }: Network, shared: ReadonlySet<number> = new Set()): FoldPlan => {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const readers = new Map<number, Step[]>();
  for (const step of steps) for (const id of step.inputs) readers.set(id, [...(readers.get(id) ?? []), step]);
  const folded = new Map<number, Fold>();

  /** Why nobody but `reader` may read what a step makes; null where nobody does. */
  const alsoRead = (step: Step, reader: Step): string | null => {
    const other = readers.get(step.id)?.find((other) => other !== reader);
    if (other) return `${other.name} reads ${step.name}, too`;
    return outputs.includes(step.id) ? `${step.name} is an output itself` : null;
  };

  const hostBefore = (norm: Step): number | string => {
    let reader = norm;
    for (;;) {
      const step = byId.get(reader.inputs[0] ?? -1);
      if (!step) return 'the input stands before it';
      const problem = alsoRead(step, reader);
      if (problem) return problem;
      if (folded.get(step.id)?.side !== 'before' && !passes(step))
        return hasWeights(step)
          ? shared.has(step.id)
            ? `${step.name} shares its weights with other layers`
            : step.id
          : `${step.name} before it ${whatItIs(step)}`;
      reader = step;
    }
  };

  const hostAfter = (norm: Step): number | string => {
    let step = norm;
    for (;;) {
      const [reader, other] = readers.get(step.id) ?? [];
      if (!reader) return 'nothing stands after it';
      if (other) return `${reader.name} and ${other.name} both read it`;
      if (outputs.includes(step.id)) return `${step.name} is an output itself`;
      if (hasWeights(reader)) return refusedAfter(norm, step, reader, shared) ?? reader.id;
      if (!passes(reader) && !(reader.operator.op === 'reshape' && leadsToDense(reader, readers)))
        return `${reader.name} after it ${whatItIs(reader)}`;
      step = reader;
    }
  };

  const kept: Kept[] = [];
  for (const norm of steps) {
    if (!isBatch(norm.operator)) continue;
    const before = hostBefore(norm);
    if (typeof before === 'number') {
      folded.set(norm.id, { norm: norm.id, host: before, side: 'before' });
      continue;
    }
    const after = hostAfter(norm);
    if (typeof after === 'number') folded.set(norm.id, { norm: norm.id, host: after, side: 'after' });
    else kept.push({ norm: norm.id, before, after });
  }
  return { folds: [...folded.values()], kept };
};

/** Leaves every value as it is: dropout and the like at test time. */
const passes = ({ operator }: Step): boolean => operator.op === 'pointwise' && operator.function === 'identity';

const hasWeights = ({ operator: { op } }: Step): boolean =>
  op === 'convolution' || op === 'transposed' || op === 'dense';

/** A flattened volume keeps its channels one behind the other, which a dense layer's weights can follow. */
const leadsToDense = (step: Step, readers: ReadonlyMap<number, readonly Step[]>): boolean => {
  const [reader, other] = readers.get(step.id) ?? [];
  return reader?.operator.op === 'dense' && other === undefined;
};

const whatItIs = ({ operator }: Step): string => {
  switch (operator.op) {
    case 'pointwise':
    case 'prelu':
    case 'softmax':
      return 'is not linear';
    case 'combine':
    case 'concat':
      return 'joins several layers';
    case 'normalise':
    case 'lrn':
      return 'is a normalisation that stays';
    default:
      return 'has no weights';
  }
};

/** A shift in front of a border of zeros would have to shift the zeros, too. */
const refusedAfter = (norm: Step, last: Step, host: Step, shared: ReadonlySet<number>): string | null => {
  if (shared.has(host.id)) return `${host.name} shares its weights with other layers`;
  if (scaleAndShift(norm).shift.every((value) => value === 0)) return null;
  if (host.operator.op === 'transposed')
    return `${host.name} after it reaches its cells over different numbers of taps, and the shift with them`;
  const pads =
    host.operator.op === 'convolution' && host.operator.windows.some(({ before, after }) => before > 0 || after > 0);
  return pads ? `${host.name} after it pads with zeros, which ${last.name} does not shift` : null;
};

/** The scale and the shift of each channel: `gamma / sqrt(variance + eps)` and `beta - mean * scale`, in float64. */
const scaleAndShift = ({ name, operator, output, weights }: Step): Record<'scale' | 'shift', Float64Array> => {
  if (!isBatch(operator)) throw new Error(`${name} is no batch normalisation`);
  const [scale, shift] = [new Float64Array(channels(output)), new Float64Array(channels(output))];
  const at = (tensor: TensorName, c: number, fallback: number): number => weights[tensor]?.data[c] ?? fallback;
  for (let c = 0; c < scale.length; c += 1) {
    const factor = at('weight', c, 1) / Math.sqrt(at('running_var', c, 1) + operator.eps);
    scale[c] = factor;
    shift[c] = at('bias', c, 0) - at('running_mean', c, 0) * factor;
  }
  return { scale, shift };
};

/** The network without the normalisations that fold, their neighbours' weights changed. What it computes is the same. */
export const fold = (network: Network, { folds }: FoldPlan): Network => {
  const steps = new Map(network.steps.map((step) => [step.id, step]));
  const gone = new Map<number, number>();
  for (const { norm, host, side } of folds) {
    const [normStep, hostStep] = [steps.get(norm), steps.get(host)];
    if (!normStep || !hostStep) continue;
    steps.set(host, (side === 'before' ? takenBefore : takenAfter)(hostStep, normStep));
    gone.set(norm, normStep.inputs[0] ?? -1);
  }
  const standsFor = (id: number): number => {
    let left = id;
    for (let next = gone.get(left); next !== undefined; next = gone.get(left)) left = next;
    return left;
  };
  return {
    ...network,
    steps: network.steps.flatMap(({ id }) => {
      const step = steps.get(id);
      return step && !gone.has(id) ? [{ ...step, inputs: step.inputs.map(standsFor) }] : [];
    }),
    outputs: network.outputs.map(standsFor),
  };
};

/** y = s (W x + b) + t = (s W) x + (s b + t), each filter with its own s and t. */
const takenBefore = (host: Step, norm: Step): Step => {
  const { scale, shift } = scaleAndShift(norm);
  const filters = scale.length;
  const filterOf = filterIndex(host);
  const bias = Float64Array.from(shift, (t, o) => t + (scale[o] ?? 1) * (host.weights.bias?.data[o] ?? 0));
  return withWeights(host, (value, i) => value * (scale[filterOf(i)] ?? 1), { shape: [filters], data: bias });
};

/** y = W (s x + t) + b = (W s) x + (W t + b), each channel read with its own s and t. */
const takenAfter = (host: Step, norm: Step): Step => {
  const { scale, shift } = scaleAndShift(norm);
  const filters = channels(host.output);
  const [filterOf, channelOf] = [filterIndex(host), channelIndex(host, scale.length)];
  const bias = Float64Array.from({ length: filters }, (_, o) => host.weights.bias?.data[o] ?? 0);
  host.weights.weight?.data.forEach((value, i) => {
    const o = filterOf(i);
    bias[o] = (bias[o] ?? 0) + value * (shift[channelOf(i)] ?? 0);
  });
  return withWeights(host, (value, i) => value * (scale[channelOf(i)] ?? 1), { shape: [filters], data: bias });
};

const withWeights = (
  host: Step,
  change: (value: number, i: number) => number,
  bias: { readonly shape: readonly number[]; readonly data: Float64Array },
): Step => {
  const weight = host.weights.weight as Tensor;
  return {
    ...host,
    weights: {
      ...host.weights,
      weight: { shape: weight.shape, data: weight.data.map(change) },
      bias: { shape: bias.shape, data: Float32Array.from(bias.data) },
    },
  };
};

/** The filter that the i-th number of a layer's weight belongs to. Orders as in core/operator.ts. */
const filterIndex = ({ operator, weights, output }: Step): ((i: number) => number) => {
  const shape = weights.weight?.shape ?? [];
  if (operator.op !== 'transposed') return (i) => Math.floor(i / product(shape.slice(1)));
  const [readChannels = 1, ownFilters = 1, ...kernel] = shape;
  const taps = product(kernel);
  const perGroup = readChannels / (channels(output) / ownFilters);
  return (i) =>
    Math.floor(Math.floor(i / (ownFilters * taps)) / perGroup) * ownFilters + (Math.floor(i / taps) % ownFilters);
};

/** The channel of what is read, of `count`, that the i-th number of a layer's weight is multiplied with. */
const channelIndex = ({ operator, weights }: Step, count: number): ((i: number) => number) => {
  const [first = 1, second = 1, ...kernel] = weights.weight?.shape ?? [];
  const taps = product(kernel);
  if (operator.op === 'transposed') return (i) => Math.floor(i / (second * taps));
  if (operator.op !== 'convolution') return (i) => Math.floor((i % second) / (second / count));
  const filtersPerGroup = first / operator.groups;
  return (i) => {
    const filter = Math.floor(i / (second * taps));
    return Math.floor(filter / filtersPerGroup) * second + (Math.floor(i / taps) % second);
  };
};
