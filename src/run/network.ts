// Analysis + learned tensors -> Network: what a backend runs. Which tensors a layer has and their shapes; no values made here.

import type { Analysis } from '../analysis/analysis.js';
import { type TensorSort, type TensorTerm, total } from '../core/count.js';
import { isInput, labelOf, type Node, operatorsOf, outputAt } from '../core/graph.js';
import { type Network, Refusal, type Step, type Tensor, type TensorName } from '../core/kernels.js';
import { channels, type Shape } from '../core/shape.js';
import { withMagnitudes } from './weight-norm.js';

/** A learned tensor or a running statistic as a file of weights has it. */
export interface Parameter {
  /** `layer1.0.conv1.weight`; PyTorch's names. */
  readonly name: string;
  /** In PyTorch's order. */
  readonly shape: readonly number[];
  /** `magnitude`: of a weight that is its direction. */
  readonly tensor: TensorName | 'magnitude';
  /** The node it belongs to, and which of the node's operators reads it. */
  readonly node: Node;
  readonly operator: number;
}

/** A step with the row that it is of, and the tensors that it learned, in the order of their counts. */
export interface NamedStep extends Step {
  readonly node: Node;
  readonly learned: readonly Parameter[];
}

export interface NamedNetwork extends Network {
  readonly steps: readonly NamedStep[];
}

const pytorchName = (tensor: TensorSort): Parameter['tensor'] =>
  tensor === 'scale' ? 'weight' : tensor === 'shift' ? 'bias' : tensor;

/** What PyTorch calls the two that a normalised weight is made of. */
const NORMALISED = { weight: 'weight_v', magnitude: 'weight_g' } as const;

/** The gates of a recurrent layer stand below each other. */
const sidesOf = ({ factors: { gates = 1, ...sides } }: TensorTerm): readonly number[] =>
  Object.values(sides).map((side, axis) => (axis === 0 ? gates * side : side));

/** The tensors of one node, in the order of its counts. A layer that shares the weights of another has none of its own. */
const parametersOf = (node: Node, input: Shape): readonly Parameter[] => {
  const operators = operatorsOf(node, input);
  const terms = [...(node.facts?.params ?? []), ...(node.facts?.buffers ?? [])];
  const normalised = terms.some((term) => term.tensor === 'magnitude');
  let weights = 0;
  let slice: readonly number[] = [];
  return terms.map((term) => {
    const tensor = pytorchName(term.tensor);
    // Each operator takes one term of weights, in order, and the magnitudes behind it; all else belongs to the last.
    if (tensor === 'weight') weights += 1;
    const own = tensor === 'weight' || tensor === 'magnitude' ? weights - 1 : operators.length;
    const operator = Math.min(own, operators.length - 1);
    const reads = operator > 0 ? outputAt(operators, operator - 1, node, input) : input;
    const described = operators[operator];
    // Convolutions have sides of 1 that no count has for a factor; all else has the shape of its factors, as a dense layer that
    // slides no window.
    const shape =
      described?.op === 'convolution' && node.facts?.windows && tensor === 'weight'
        ? [
            channels(outputAt(operators, operator, node, input)),
            channels(reads) / described.groups,
            ...described.windows.map(({ kernel }) => kernel),
          ]
        : // The length of each slice has a side of 1 for each of the slice's.
          tensor === 'magnitude'
          ? [...sidesOf(term), ...slice]
          : sidesOf(term);
    if (tensor === 'weight') slice = shape.slice(1).map(() => 1);
    const called = normalised && (tensor === 'weight' || tensor === 'magnitude') ? NORMALISED[tensor] : tensor;
    const name = `${node.name}.${term.part ? `${term.part}.` : ''}${called}`;
    return { name, shape, tensor, node, operator };
  });
};

/** All tensors of a network, in the order of its layers; shared ones once. */
export const parameters = ({ graph }: Pick<Analysis, 'graph'>): readonly Parameter[] =>
  graph.nodes.flatMap((node) => (node.sharedWith === undefined ? parametersOf(node, inputOf(graph.nodes, node)) : []));

const inputOf = (nodes: readonly Node[], node: Node): Shape => nodes[node.inputs[0] ?? -1]?.facts?.output ?? [];

/**
 * The network with its tensors, which come by {@link Parameter.name}. Null where a layer could not be analysed, or has no
 * operator. Throws a RangeError where a tensor is missing: whoever reads weights has compared them before.
 */
export const networkOf = (analysis: Analysis, tensors: ReadonlyMap<string, Tensor>): NamedNetwork | null => {
  const { nodes, outputs } = analysis.graph;
  const steps: NamedStep[] = [];
  let virtual = nodes.length;
  for (const node of nodes) {
    if (isInput(node)) continue;
    const input = inputOf(nodes, node);
    const operators = operatorsOf(node, input);
    if (operators.length === 0 || !node.facts) return null;
    const owner = node.sharedWith === undefined ? node : nodes[node.sharedWith];
    const learned = owner ? parametersOf(owner, inputOf(nodes, owner)) : [];
    let reads = node.inputs;
    let shapes: readonly Shape[] = node.inputs.map((id) => nodes[id]?.facts?.output ?? []);
    operators.forEach((operator, at) => {
      const last = at === operators.length - 1;
      const output = outputAt(operators, at, node, input);
      const id = last ? node.id : virtual++;
      const macs = node.facts?.macs ?? [];
      const own = learned.filter((parameter) => parameter.operator === at);
      steps.push({
        id,
        name: node.name,
        node,
        learned: own,
        operator,
        inputs: reads,
        inputShapes: shapes,
        output,
        weights: weightsOf(own, tensors),
        macs: operators.length === 1 ? total(macs) : total(macs.slice(at, at + 1)),
      });
      reads = [id];
      shapes = [output];
    });
  }
  return {
    inputs: nodes.filter(isInput).map(({ id, name, facts }) => ({ id, name, shape: facts?.output ?? [] })),
    steps,
    outputs,
  };
};

/** The same of a network without errors, or the refusal that names all layers of which nobody knows what they compute. */
export const runnable = (analysis: Analysis, tensors: ReadonlyMap<string, Tensor>): NamedNetwork => {
  const opaque = analysis.graph.nodes.filter(({ kind }) => kind.role === 'opaque');
  const names = opaque.map((node) => `${node.name} (${labelOf(node)})`).join(', ');
  if (opaque.length > 0)
    throw new Refusal(
      'run/opaque',
      `nobody knows here what ${names} ${opaque.length === 1 ? 'computes' : 'compute'}`,
      'all else works without running: figures, fields, explanations',
    );
  const network = networkOf(analysis, tensors);
  if (!network) throw new RangeError('a network that could not be analysed cannot be run');
  return network;
};

/** The tensors of a step; a weight that is normalised is made of the two that are learned. */
const weightsOf = (learned: readonly Parameter[], tensors: ReadonlyMap<string, Tensor>): Step['weights'] => {
  const weights: { -readonly [Name in keyof Step['weights']]: Step['weights'][Name] } = {};
  let magnitude: Tensor | undefined;
  for (const parameter of learned) {
    const tensor = tensorOf(parameter, tensors);
    if (parameter.tensor === 'magnitude') magnitude = tensor;
    else weights[parameter.tensor] = tensor;
  }
  return magnitude && weights.weight ? { ...weights, weight: withMagnitudes(weights.weight, magnitude) } : weights;
};

const tensorOf = ({ name }: Parameter, tensors: ReadonlyMap<string, Tensor>): Tensor => {
  const tensor = tensors.get(name);
  if (!tensor) throw new RangeError(`there is no tensor "${name}"`);
  return tensor;
};
