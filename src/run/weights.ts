// The learned tensors of a network: made from a seed, or taken from a file by name. What does not fit is named, all at once.

import type { Analysis } from '../analysis/analysis.js';
import { Problem } from '../core/diagnostic.js';
import { operatorsOf } from '../core/graph.js';
import type { Tensor } from '../core/kernels.js';
import type { Operator } from '../core/operator.js';
import { seedOf } from '../core/random.js';
import { product } from '../core/shape.js';
import type { StoredTensor } from '../core/stored.js';
import { suggestion } from '../core/suggest.js';
import { READABLE } from '../files/safetensors.js';
import { lazily } from './lazy.js';
import { type Parameter, parameters } from './network.js';
import { uniform } from './random.js';
import { magnitudesOf } from './weight-norm.js';

/**
 * Tensors before training. Weights are uniform with the variance 2 / fan_in (He et al., 2015; fan_in = the inputs of one
 * output), biases 0, normalisations pass on what they normalise: gamma 1, beta 0, running mean 0 and variance 1.
 */
export const initialised = (analysis: Analysis, seed: number): ReadonlyMap<string, Tensor> => {
  const tensors = new Map<string, Tensor>();
  let before: Tensor | undefined;
  for (const parameter of parameters(analysis)) {
    // A magnitude stands behind the weight that is its direction, and is as long as that.
    const direction = parameter.tensor === 'magnitude' ? before : undefined;
    before = direction ? lazily(parameter.shape, () => magnitudesOf(direction)) : initial(parameter, analysis, seed);
    tensors.set(parameter.name, before);
  }
  return tensors;
};

const initial = (parameter: Parameter, { graph }: Analysis, seed: number): Tensor => {
  const { name, shape, tensor, node } = parameter;
  const input = graph.nodes[node.inputs[0] ?? -1]?.facts?.output ?? [];
  const operator = operatorsOf(node, input)[parameter.operator];
  const length = product(shape);
  const filled = (value: number): Tensor => lazily(shape, () => new Float32Array(length).fill(value));
  if (tensor.startsWith('bias') || tensor === 'running_mean') return filled(0);
  if (tensor === 'running_var' || !operator || operator.op === 'normalise') return filled(1);
  if (operator.op === 'prelu' || operator.op === 'scale' || operator.op === 'parameter') return filled(operator.init);
  const drawn = { seed: seedOf(seed, name), reach: Math.sqrt(6 / fanIn(operator, shape)) };
  return lazily(shape, (into) => uniform(length, drawn.reach, drawn.seed, into), drawn);
};

/**
 * The same with normalisations as after some training: scales and variances from 0.5 to 1.5, shifts and means from -0.5 to
 * 0.5. Before training they do nothing, and nothing is shown by them.
 */
export const asTrained = (
  analysis: Analysis,
  tensors: ReadonlyMap<string, Tensor>,
  seed: number,
): ReadonlyMap<string, Tensor> =>
  new Map([
    ...tensors,
    ...parameters(analysis).flatMap(({ name, shape, tensor, node }): readonly (readonly [string, Tensor])[] => {
      if (node.kind.role !== 'norm') return [];
      const middle = tensor === 'weight' || tensor === 'running_var' ? 1 : 0;
      const data = uniform(product(shape), 0.5, seedOf(seed, name)).map((value) => middle + value);
      return [[name, { shape, data }]];
    }),
  ]);

/** How many weighed inputs an output adds up. A transposed kernel meets an output at every stride-th tap. */
const fanIn = (operator: Operator, [first = 1, ...rest]: readonly number[]): number => {
  // One row is read, and nothing is added up.
  if (operator.op === 'embedding') return 1;
  if (operator.op !== 'transposed') return product(rest);
  const met = operator.windows.map(({ kernel, stride }) => Math.max(1, kernel / stride));
  return Math.max(1, (first / operator.groups) * product(met));
};

/** Counted by PyTorch beside the running statistics; nothing is computed with it. */
const COUNTER = /(^|\.)num_batches_tracked$/;

/**
 * The values stand in the same order in both: sizes of 1 differ between tools (a factor per channel is [C] here, [C, 1, 1]
 * there), and a dense layer's [out, in] is a convolution whose kernel is as large as its input.
 */
const sameValues = (a: readonly number[], b: readonly number[]): boolean => {
  const [narrowA, narrowB] = [a, b].map((shape) => shape.filter((n) => n !== 1).join());
  return narrowA === narrowB || ((a.length === 2 || b.length === 2) && a[0] === b[0] && product(a) === product(b));
};

/**
 * The tensors of the network from a file, or everything that does not fit: tensors that are missing, too many, of another
 * shape, or of numbers that are not read. Values are read when they are asked for, and nothing is run unless all fit.
 */
export const fromFile = (
  analysis: Analysis,
  entries: ReadonlyMap<string, StoredTensor>,
): ReadonlyMap<string, Tensor> | readonly Problem[] => {
  const wanted = parameters(analysis);
  const problems: Problem[] = [];
  const tensors = new Map<string, Tensor>();
  const used = new Set<string>();
  const missing: Parameter[] = [];
  const only = onlyOnes(wanted);
  for (const parameter of wanted) {
    const name = entries.has(parameter.name) || !only.has(parameter) ? parameter.name : parameter.node.name;
    const entry = entries.get(name);
    if (!entry) {
      missing.push(parameter);
      continue;
    }
    used.add(name);
    if (!sameValues(entry.shape, parameter.shape))
      problems.push(
        new Problem(
          'weights/shape',
          `${name} is ${text(entry.shape)} in the file, and ${text(parameter.shape)} here`,
          'the file belongs to another network, or another variant of it',
        ),
      );
    else if (!entry.load)
      problems.push(
        new Problem(
          'weights/dtype',
          `${name} holds ${entry.dtype}; ${READABLE.join(', ')} are read`,
          'save it as float32',
        ),
      );
    else tensors.set(parameter.name, lazily(parameter.shape, entry.load));
  }
  const extra = new Map([...entries].filter(([name]) => !used.has(name) && !COUNTER.test(name)));
  const prefix = prefixOf(missing, extra);
  const leftOver = byLength(extra);
  for (const [i, { name, shape }] of missing.entries())
    problems.push(
      new Problem(
        'weights/missing',
        `${name} of ${text(shape)} is not in the file`,
        prefix === undefined
          ? i < MOST_ADVICE
            ? insteadOf(name, shape, leftOver)
            : 'the file belongs to another network'
          : `all names in the file begin with "${prefix}": save the tensors without it`,
      ),
    );
  for (const [name, { shape }] of extra)
    problems.push(
      new Problem(
        'weights/extra',
        `${name} of ${text(shape)} in the file belongs to no layer`,
        'the network has no layer of that name, or the layer has no such tensor',
      ),
    );
  return problems.length > 0 ? problems : tensors;
};

/** Those that are their layer's only tensor. One that is no layer in PyTorch has the name of its row alone: `layer_scale`. */
const onlyOnes = (all: readonly Parameter[]): ReadonlySet<Parameter> => {
  const byNode = new Map<number, Parameter[]>();
  for (const parameter of all) byNode.set(parameter.node.id, [...(byNode.get(parameter.node.id) ?? []), parameter]);
  return new Set([...byNode.values()].flatMap(([first, second]) => (first && !second ? [first] : [])));
};

/** What all missing names lack in front: `module.` of PyTorch's DataParallel. */
const prefixOf = (missing: readonly Parameter[], extra: ReadonlyMap<string, StoredTensor>): string | undefined => {
  const [first] = missing;
  if (!first) return undefined;
  const prefixes = [...extra.keys()].filter((name) => name.endsWith(`.${first.name}`));
  return prefixes
    .map((name) => name.slice(0, -first.name.length))
    .find((prefix) => missing.every(({ name }) => extra.has(prefix + name)));
};

/** Names are compared for the first of those that are missing, each with so many; nobody reads more. */
const MOST_ADVICE = 50;
const MOST_CANDIDATES = 200;

/** What is left over, by how many values it has. */
const byLength = (
  extra: ReadonlyMap<string, StoredTensor>,
): ReadonlyMap<number, readonly (readonly [string, StoredTensor])[]> => {
  const found = new Map<number, (readonly [string, StoredTensor])[]>();
  for (const [name, entry] of extra) {
    const length = product(entry.shape);
    const same = found.get(length);
    if (!same) found.set(length, [[name, entry]]);
    else if (same.length < MOST_CANDIDATES) same.push([name, entry]);
  }
  return found;
};

/** What is left over and would fit there. */
const insteadOf = (name: string, shape: readonly number[], leftOver: ReturnType<typeof byLength>): string => {
  const candidates = leftOver.get(product(shape)) ?? [];
  const fitting = candidates.flatMap(([other, entry]) => (sameValues(entry.shape, shape) ? [other] : []));
  return fitting.length > 0
    ? suggestion(name, fitting, 'of that shape are left over')
    : 'nothing left over would fit there';
};

const text = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
