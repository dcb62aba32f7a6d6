// A layer as other tools see it: a sort of step, with the sizes that their formulas are made of. No tool's rule stands here.

import { type TensorCount, total } from '../../core/count.js';
import { type As, type Graph, isInput, type Node, operatorsOf } from '../../core/graph.js';
import type { Operator } from '../../core/operator.js';
import { elements, type Shape, spatial } from '../../core/shape.js';
import type { Window } from '../../core/window.js';

/** What tools have a rule for. A step of another sort costs nothing anywhere. */
export type Sort =
  | 'convolution'
  | 'transposed'
  | 'dense'
  | 'matmul'
  | 'batch norm'
  | 'layer norm'
  | 'group norm'
  | 'instance norm'
  | 'lrn'
  | 'relu'
  | 'relu6'
  | 'leakyrelu'
  | 'prelu'
  | 'elu'
  | 'gelu'
  | 'silu'
  | 'softmax'
  | 'max pool'
  | 'average pool'
  | 'adaptive max'
  | 'adaptive average'
  | 'resize'
  | 'join'
  | 'embedding'
  | 'recurrent'
  | 'other';

/** One layer, for one image. */
export interface Step {
  readonly node: Node;
  readonly sort: Sort;
  readonly as: As | undefined;
  /** Channels first, no batch. */
  readonly input: Shape;
  readonly output: Shape;
  /** Elements of the first input, and of the output. */
  readonly n: number;
  readonly m: number;
  readonly macs: number;
  /** The learned tensors that it uses, another layer's too. */
  readonly params: TensorCount;
  /** All their elements, and those that are biases. */
  readonly learned: number;
  readonly biases: number;
  /** A normalisation learns a scale. */
  readonly scaled: boolean;
  readonly windows: readonly Window[];
  readonly groups: number;
  /** Of a resize. */
  readonly mode: 'nearest' | 'linear' | 'cubic' | undefined;
  /** Of a join, how many values meet. */
  readonly reads: number;
  /** The axis that a softmax adds up, the channels being 0; -1 where it is no softmax. */
  readonly axes: readonly number[];
  /** Its padding is written as the word `same`. */
  readonly same: boolean;
  /** A convolution that PyTorch writes as a dense layer, at every place. */
  readonly linear: boolean;
  /** Of a response normalisation, how many channels go together. */
  readonly size: number;
}

/** The steps of a network in their order; `unknown` are the layers of which nobody knows what they cost. */
export interface Steps {
  readonly steps: readonly Step[];
  readonly unknown: readonly Node[];
}

export const stepsOf = ({ nodes }: Pick<Graph, 'nodes'>): Steps => {
  const steps: Step[] = [];
  const unknown: Node[] = [];
  for (const node of nodes) {
    if (isInput(node)) continue;
    const step = stepOf(node, nodes);
    if (!step) unknown.push(node);
    else if (node.as !== 'identity') steps.push(step);
    else if (step.sort === 'other' || step.sort === 'adaptive average') steps.push(poolOf(step));
    else steps.push(step, poolOf(step));
  }
  return { steps, unknown };
};

/** A pool that changes nothing, of what a step gives. */
const poolOf = ({ node, as, output, m }: Step): Step => ({
  node,
  sort: 'adaptive average',
  as,
  input: output,
  output,
  n: m,
  m,
  macs: 0,
  params: [],
  learned: 0,
  biases: 0,
  scaled: false,
  windows: [],
  groups: 1,
  mode: undefined,
  reads: 1,
  axes: [],
  same: false,
  linear: false,
  size: 1,
});

/** Sorts that cost something; of the operators of one layer the first of them says what it is. */
const stepOf = (node: Node, nodes: readonly Node[]): Step | null => {
  const { facts, as, inputs, uncounted } = node;
  if (!facts || uncounted || facts.unstated) return null;
  const input = nodes[inputs[0] ?? -1]?.facts?.output ?? [];
  const operators = operatorsOf(node, input);
  if (operators.length === 0) return null;
  const sorts = operators.map((operator) => sortOf(operator, input));
  const at = Math.max(
    0,
    sorts.findIndex((sort) => sort !== 'other'),
  );
  const operator = operators[at];
  // Its own terms are gone where it uses those of another; what it computes with them is not.
  const params = (node.sharedWith === undefined ? facts : nodes[node.sharedWith]?.facts)?.params ?? [];
  return {
    node,
    sort: sorts[at] ?? 'other',
    as,
    input,
    output: facts.output,
    n: elements(input),
    m: elements(facts.output),
    macs: total(facts.macs),
    params,
    learned: total(params),
    biases: total(params, ({ tensor }) => tensor.startsWith('bias')),
    scaled: params.some(({ tensor }) => tensor === 'scale'),
    windows: facts.windows ?? [],
    groups: operator && 'groups' in operator ? (operator.groups ?? 1) : 1,
    mode: operator?.op === 'upsample' ? operator.mode : undefined,
    reads: inputs.length,
    axes: operator?.op === 'softmax' ? operator.axes : [],
    same: node.args?.padding === 'same',
    linear: operator?.op === 'convolution' && (as === 'linear' || !facts.windows),
    size: operator?.op === 'lrn' ? operator.size : 1,
  };
};

const sortOf = (operator: Operator, input: Shape): Sort => {
  switch (operator.op) {
    case 'convolution':
    case 'transposed':
    case 'dense':
    case 'matmul':
    case 'lrn':
    case 'prelu':
    case 'embedding':
    case 'recurrent':
      return operator.op;
    case 'normalise':
      if (operator.rms) return 'other';
      if (operator.over === 'batch') return 'batch norm';
      if (operator.over === 'channels' || operator.elementwise) return 'layer norm';
      return operator.groups === input[0] ? 'instance norm' : 'group norm';
    case 'pool':
      return operator.mode === 'max' ? 'max pool' : 'average pool';
    case 'adaptive-pool':
      return operator.mode === 'max' ? 'adaptive max' : 'adaptive average';
    case 'softmax':
      return operator.log ? 'other' : 'softmax';
    case 'upsample':
      return 'resize';
    case 'combine':
      return operator.by === 'add' || operator.by === 'mul' ? 'join' : 'other';
    case 'pointwise':
      return (
        FUNCTIONS[
          operator.function === 'clamp' && operator.alpha === 0 && operator.beta === 6 ? 'relu6' : operator.function
        ] ?? 'other'
      );
    default:
      return 'other';
  }
};

const FUNCTIONS: Readonly<Record<string, Sort>> = {
  relu: 'relu',
  relu6: 'relu6',
  leakyrelu: 'leakyrelu',
  elu: 'elu',
  gelu: 'gelu',
  'gelu-tanh': 'gelu',
  silu: 'silu',
};

/** The spatial axes of what it reads. */
export const axesOf = ({ input }: Step): number => spatial(input).length;
