// Batch normalisation at test time is a fixed scale and shift of each channel, which a linear layer beside it can take over.
// Plan: which normalisations fold into which layers, and why others do not. Fold: the network without them. Nothing runs here.

import type { Analysis } from '../analysis/analyze.js';
import type { Graph, Node } from '../core/graph.js';
import type { Network, Step, Tensor, TensorName } from '../core/kernels.js';
import type { Operator } from '../core/operator.js';
import { channels, product } from '../core/shape.js';
import { parameters } from './network.js';

/** One normalisation by its step's id, and the layer that takes it over: the one `before` it or the one `after` it. */
export interface Fold {
  readonly norm: number;
  readonly host: number;
  readonly side: 'before' | 'after';
}

/** Why a layer cannot take a normalisation over: `relu1 is not linear`. */
export interface Reason {
  readonly layer: string;
  readonly why: string;
}

/** A normalisation that stays, and why neither side can take it. */
export interface Kept {
  readonly norm: number;
  readonly before: Reason;
  readonly after: Reason;
}

export interface FoldPlan {
  readonly folds: readonly Fold[];
  readonly kept: readonly Kept[];
}

type Batch = Extract<Operator, { op: 'normalise' }>;

const isBatch = (operator: Operator): operator is Batch => operator.op === 'normalise' && operator.over === 'batch';

/** The network is that of the graph: its steps have the ids of the nodes. */
export const planFolds = ({ steps, outputs }: Network, { nodes }: Graph): FoldPlan => {
  // What one of the layers that share weights takes over, all of them would.
  const shared = new Set(nodes.flatMap(({ id, sharedWith }) => (sharedWith === undefined ? [] : [id, sharedWith])));
  const byId = new Map(steps.map((step) => [step.id, step]));
  const readers = new Map<number, Step[]>();
  for (const step of steps) for (const id of step.inputs) readers.set(id, [...(readers.get(id) ?? []), step]);
  const folded = new Map<number, Fold>();

  const hostBefore = (norm: Step): number | Reason => {
    let reader = norm;
    for (;;) {
      const step = byId.get(reader.inputs[0] ?? -1);
      if (!step) return { layer: 'the input', why: 'has no weights' };
      const goesOn = folded.get(step.id)?.side === 'before' || passes(step);
      if (!goesOn && !hasWeights(step)) return { layer: step.name, why: whatItIs(step) };
      if ((readers.get(step.id)?.length ?? 0) > 1) return { layer: step.name, why: 'is read by others, too' };
      if (outputs.includes(step.id)) return { layer: step.name, why: 'is an output itself' };
      if (!goesOn) return shared.has(step.id) ? { layer: step.name, why: SHARED } : step.id;
      reader = step;
    }
  };

  const hostAfter = (norm: Step): number | Reason => {
    let step = norm;
    for (;;) {
      const [reader, other] = readers.get(step.id) ?? [];
      if (!reader || outputs.includes(step.id)) return { layer: step.name, why: 'is an output' };
      if (other) return { layer: step.name, why: 'is read by several layers' };
      const why =
        reader.id >= nodes.length
          ? 'is two convolutions, and the first has no bias'
          : shared.has(reader.id)
            ? SHARED
            : whyNot(norm, reader);
      if (hasWeights(reader)) return why ? { layer: reader.name, why } : reader.id;
      if (!passes(reader) && !(reader.operator.op === 'reshape' && leadsToDense(reader, readers)))
        return { layer: reader.name, why: whatItIs(reader) };
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
const whyNot = (norm: Step, { operator }: Step): string | null => {
  if (scaleAndShift(norm).shift.every((value) => value === 0)) return null;
  if (operator.op === 'transposed') return 'reaches its cells over different numbers of taps, and the shift with them';
  const pads = operator.op === 'convolution' && operator.windows.some(({ before, after }) => before > 0 || after > 0);
  return pads ? 'pads with zeros, which the shift does not reach' : null;
};

const SHARED = 'shares its weights with other layers';

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

/** The same for the graph, as it is written: its shapes are right, its counts are still those of before. */
export const foldedGraph = (graph: Graph, { folds }: FoldPlan): Graph => {
  const gone = new Map(folds.map(({ norm }) => [norm, graph.nodes[norm]?.inputs[0] ?? -1]));
  const hosts = new Set(folds.map(({ host }) => host));
  const kept = graph.nodes.filter(({ id }) => !gone.has(id));
  const newIds = new Map(kept.map(({ id }, i) => [id, i]));
  const idOf = (id: number): number => newIds.get(id) ?? idOf(gone.get(id) ?? 0);
  // Where the owner of shared weights is gone, the first of those that use them owns them.
  const owners = new Map<number, number>();
  const ownerOf = ({ id, sharedWith }: Node): number | undefined => {
    if (sharedWith === undefined || newIds.has(sharedWith)) return sharedWith;
    const owner = owners.get(sharedWith);
    owners.set(sharedWith, owner ?? id);
    return owner;
  };
  const nodes = kept.map((node, id): Node => {
    const { sharedWith: _, ...rest } = node;
    const owner = ownerOf(node);
    return {
      ...rest,
      id,
      args: hosts.has(node.id) ? { ...node.args, bias: true } : node.args,
      inputs: node.inputs.map(idOf),
      ...(owner !== undefined && { sharedWith: idOf(owner) }),
    };
  });
  return { ...graph, nodes, outputs: graph.outputs.map(idOf), expectations: [] };
};

/** The tensors of a folded network by the names that its written and analysed spec gives them. */
export const foldedTensors = ({ steps }: Network, analysis: Analysis): ReadonlyMap<string, Tensor> => {
  const byName = new Map<string, Step[]>();
  for (const step of steps) byName.set(step.name, [...(byName.get(step.name) ?? []), step]);
  return new Map(
    parameters(analysis).map(({ name, node, operator, tensor }) => {
      const found = byName.get(node.name)?.[operator]?.weights[tensor];
      if (!found) throw new RangeError(`there is no tensor "${name}"`);
      return [name, found];
    }),
  );
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
