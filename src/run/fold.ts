// Batch normalisations folded as fold-plan.ts says: the network without them, their neighbours' weights changed, and the graph to
// write it as a spec. Nothing runs here.

import type { Analysis } from '../analysis/analysis.js';
import { affineOf } from '../core/affine.js';
import type { Graph, Node } from '../core/graph.js';
import type { Network, Step, Tensor } from '../core/kernels.js';
import { channels, product } from '../core/shape.js';
import type { FoldPlan } from './fold-plan.js';
import { parameters } from './network.js';

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
  return {
    ...network,
    steps: network.steps.flatMap(({ id }) => {
      const step = steps.get(id);
      return step && !gone.has(id) ? [{ ...step, inputs: step.inputs.map((read) => standsFor(read, gone)) }] : [];
    }),
    outputs: network.outputs.map((id) => standsFor(id, gone)),
  };
};

/** What is read where a folded normalisation was read: by its id, what it read itself. */
const standsFor = (id: number, gone: ReadonlyMap<number, number>): number => {
  let left = id;
  for (let next = gone.get(left); next !== undefined; next = gone.get(left)) left = next;
  return left;
};

/** The same for the graph, as it is written: its shapes are right, its counts are still those of before. */
export const foldedGraph = (graph: Graph, { folds }: FoldPlan): Graph => {
  const gone = new Map(folds.map(({ norm }) => [norm, graph.nodes[norm]?.inputs[0] ?? -1]));
  const hosts = new Set(folds.map(({ host }) => host));
  const kept = graph.nodes.filter(({ id }) => !gone.has(id));
  const newIds = new Map(kept.map(({ id }, i) => [id, i]));
  const idOf = (id: number): number => newIds.get(standsFor(id, gone)) ?? 0;
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
      args: node.args && foldedArgs(node.args, hosts.has(node.id)),
      inputs: node.inputs.map(idOf),
      ...(owner !== undefined && { sharedWith: idOf(owner) }),
    };
  });
  return { ...graph, nodes, outputs: graph.outputs.map(idOf), expectations: [] };
};

/** A host has a bias. Tensors are written as they run: a weight, and neither its direction nor its magnitude. */
const foldedArgs = (args: NonNullable<Node['args']>, host: boolean): NonNullable<Node['args']> => ({
  ...args,
  ...(host && { bias: true }),
  ...(args['weight_norm'] === true && { weight_norm: false }),
});

/** The tensors of a folded network by the names that its written and analysed spec gives them. */
export const foldedTensors = ({ steps }: Network, analysis: Analysis): ReadonlyMap<string, Tensor> => {
  const byName = new Map<string, Step[]>(steps.map(({ name }) => [name, []]));
  for (const step of steps) byName.get(step.name)?.push(step);
  return new Map(
    parameters(analysis).map(({ name, node, operator, tensor }) => {
      const found = tensor === 'magnitude' ? undefined : byName.get(node.name)?.[operator]?.weights[tensor];
      if (!found) throw new RangeError(`there is no tensor "${name}"`);
      return [name, found];
    }),
  );
};

/** y = s (W x + b) + t = (s W) x + (s b + t), each filter with its own s and t. */
const takenBefore = (host: Step, norm: Step): Step => {
  const { scale, shift } = affineOf([norm], channels(norm.output));
  const filters = scale.length;
  const filterOf = filterIndex(host);
  const bias = Float64Array.from(shift, (t, o) => t + (scale[o] ?? 1) * (host.weights.bias?.data[o] ?? 0));
  return withWeights(host, (value, i) => value * (scale[filterOf(i)] ?? 1), { shape: [filters], data: bias });
};

/** y = W (s x + t) + b = (W s) x + (W t + b), each channel read with its own s and t. */
const takenAfter = (host: Step, norm: Step): Step => {
  const { scale, shift } = affineOf([norm], channels(norm.output));
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
