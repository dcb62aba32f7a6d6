// The learned tensors of a network: made from a seed, or taken from a file by name. What does not fit is named, all at once.

import type { Analysis } from '../analysis/analyze.js';
import { Problem } from '../core/diagnostic.js';
import { operatorsOf } from '../core/graph.js';
import type { Tensor } from '../core/kernels.js';
import type { Operator } from '../core/operator.js';
import { product } from '../core/shape.js';
import { suggestion } from '../core/suggest.js';
import { type Parameter, parameters } from './network.js';
import { seedOf, uniform } from './random.js';
import { type Entry, READABLE } from './safetensors.js';

/**
 * Tensors before training. Weights are uniform with the variance 2 / fan_in (He et al., 2015; fan_in = the inputs of one
 * output), biases 0, normalisations pass on what they normalise: gamma 1, beta 0, running mean 0 and variance 1.
 */
export const initialised = (analysis: Analysis, seed: number): ReadonlyMap<string, Tensor> =>
  new Map(parameters(analysis).map((parameter) => [parameter.name, initial(parameter, analysis, seed)]));

const initial = (parameter: Parameter, { graph }: Analysis, seed: number): Tensor => {
  const { name, shape, tensor, node } = parameter;
  const input = graph.nodes[node.inputs[0] ?? -1]?.facts?.output ?? [];
  const operator = operatorsOf(node, input)[parameter.operator];
  const length = product(shape);
  const filled = (value: number): Tensor => ({ shape, data: new Float32Array(length).fill(value) });
  if (tensor === 'bias' || tensor === 'running_mean') return filled(0);
  if (tensor === 'running_var' || !operator || operator.op === 'normalise') return filled(1);
  if (operator.op === 'prelu' || operator.op === 'scale') return filled(operator.init);
  return { shape, data: uniform(length, Math.sqrt(6 / fanIn(operator, shape)), seedOf(seed, name)) };
};

/** How many weighed inputs an output adds up. A transposed kernel meets an output at every stride-th tap. */
const fanIn = (operator: Operator, [first = 1, ...rest]: readonly number[]): number => {
  if (operator.op !== 'transposed') return product(rest);
  const met = operator.windows.map(({ kernel, stride }) => Math.max(1, kernel / stride));
  return Math.max(1, (first / operator.groups) * product(met));
};

/** Counted by PyTorch beside the running statistics; nothing is computed with it. */
const COUNTER = /(^|\.)num_batches_tracked$/;

/** Shapes are the same up to sizes of 1, which differ between tools: a factor per channel is [C] here, [C, 1, 1] there. */
const sameValues = (a: readonly number[], b: readonly number[]): boolean => {
  const sizes = (shape: readonly number[]) => shape.filter((n) => n !== 1).join();
  return sizes(a) === sizes(b);
};

/**
 * The tensors of the network from a file, or everything that does not fit: tensors that are missing, too many, of another
 * shape, or of numbers that are not read. Nothing is loaded unless all fit.
 */
export const fromFile = (
  analysis: Analysis,
  entries: ReadonlyMap<string, Entry>,
): ReadonlyMap<string, Tensor> | readonly Problem[] => {
  const wanted = parameters(analysis);
  const problems: Problem[] = [];
  const used = new Map<Parameter, Entry>();
  const names = new Set<string>();
  for (const parameter of wanted) {
    const name = called(parameter, entries);
    const entry = name === undefined ? undefined : entries.get(name);
    if (name === undefined || !entry) continue;
    names.add(name);
    used.set(parameter, entry);
    if (!sameValues(entry.shape, parameter.shape))
      problems.push(
        new Problem(
          'weights/shape',
          `${name} is ${text(entry.shape)} in the file, and ${text(parameter.shape)} here`,
          'the file belongs to another network, or another variant of it',
        ),
      );
    else if (!READABLE.includes(entry.dtype))
      problems.push(
        new Problem('weights/dtype', `${name} holds ${entry.dtype}; F32, F16 and BF16 are read`, 'save it as float32'),
      );
  }
  const extra = [...entries.keys()].filter((name) => !names.has(name) && !COUNTER.test(name));
  for (const { name, shape } of wanted.filter((parameter) => !used.has(parameter)))
    problems.push(
      new Problem(
        'weights/missing',
        `${name} of ${text(shape)} is not in the file`,
        extra.length > 0 ? suggestion(name, extra, 'tensors left over') : 'the file has no tensor left over',
      ),
    );
  for (const name of extra)
    problems.push(
      new Problem(
        'weights/extra',
        `${name} of ${text(entries.get(name)?.shape ?? [])} in the file belongs to no layer`,
        'the network has no layer of that name, or the layer has no such tensor',
      ),
    );
  if (problems.length > 0) return problems;
  return new Map([...used].map(([{ name, shape }, entry]) => [name, { shape, data: entry.load().data }]));
};

/** A learned tensor that is no layer in PyTorch has the name of its row alone: `layer_scale`. */
const called = ({ name, node, tensor }: Parameter, entries: ReadonlyMap<string, Entry>): string | undefined =>
  entries.has(name) ? name : tensor === 'weight' && entries.has(node.name) ? node.name : undefined;

const text = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
