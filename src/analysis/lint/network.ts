// An Analysis as lint rules read it: layers joined in both directions, with what they compute. No rules here.

import { type Node, operatorsOf } from '../../core/graph.js';
import type { Facts } from '../../core/layer.js';
import { isTransposed, type Operator } from '../../core/operator.js';
import type { Shape } from '../../core/shape.js';
import type { Analysis } from '../analysis.js';
import { type Axis, axesOf } from './windows.js';

/** A node, what it reads and who reads it. */
export interface Layer {
  readonly node: Node;
  /** Of a layer that failed: an output without sizes. */
  readonly facts: Facts;
  /** The shape of what it reads, the first of several; of an input its own. */
  readonly input: Shape;
  readonly output: Shape;
  readonly operators: readonly Operator[];
  /** The windows of a convolution or a pool; none of any other layer, a transposed convolution among them. */
  readonly axes: readonly Axis[];
  readonly reads: readonly Layer[];
  readonly readers: readonly Layer[];
}

export interface Network {
  readonly analysis: Analysis;
  readonly inputs: readonly Layer[];
  /** The layers that are known, in order. Their neighbours may not be. */
  readonly layers: readonly Layer[];
  readonly of: (node: Node | undefined) => Layer | undefined;
}

const UNKNOWN: Facts = { output: [] };

/** Linear in the nodes and what they read. */
export const networkOf = (analysis: Analysis): Network => {
  const all: Linked[] = [];
  // Copies of a layer share their facts, and with them what is known of them.
  const described = new Map<Facts, Pick<Layer, 'operators' | 'axes'>>();
  for (const node of analysis.graph.nodes) {
    const facts = node.facts ?? UNKNOWN;
    const reads = node.inputs.map((id) => all[id] as Linked);
    const input = reads[0]?.output ?? facts.output;
    let description = described.get(facts);
    if (!description) {
      const operators = operatorsOf(node, input);
      const slides = facts.windows && !isTransposed(operators);
      description = { operators, axes: slides ? axesOf(facts.windows, input, facts.output) : [] };
      described.set(facts, description);
    }
    const { operators, axes } = description;
    const layer: Linked = { node, facts, input, output: facts.output, operators, axes, reads, readers: NOBODY };
    // A layer that reads another one twice reads it.
    for (const read of reads)
      if (read.readers === NOBODY) read.readers = [layer];
      else if (read.readers.at(-1) !== layer) read.readers.push(layer);
    all.push(layer);
  }
  const known = all.filter(({ node }) => node.facts);
  return {
    analysis,
    inputs: known.filter(({ node }) => node.kind.role === 'input'),
    layers: known.filter(({ node }) => node.kind.role !== 'input'),
    of: (node) => node && all[node.id],
  };
};

interface Linked extends Layer {
  readers: Linked[];
}

/** Most layers have one reader, and a list that has grown takes ten times the room: whoever comes first brings a list. */
const NOBODY: Linked[] = [];

/** The layer that reads it, where it is the only one. */
export const next = ({ readers }: Layer): Layer | undefined => (readers.length === 1 ? readers[0] : undefined);

/** The layer it reads, where that is all it reads and nobody else does. */
const before = ({ reads }: Layer): Layer | undefined =>
  reads.length === 1 && reads[0]?.readers.length === 1 ? reads[0] : undefined;

/** The nearest layer before it that is not passed over, along a path without branches. */
export const back = (layer: Layer, passes: (layer: Layer) => boolean): Layer | undefined => {
  let at = before(layer);
  while (at && passes(at)) at = before(at);
  return at;
};

/** Nobody reads it, and it is none of the outputs, where those are stated. */
export const isDead = ({ node, readers }: Layer, { analysis }: Network): boolean => {
  const { outputs } = analysis.graph;
  return readers.length === 0 && outputs.length > 0 && !outputs.includes(node.id);
};

/** Bends its input: a network of none of these is one linear map. */
export const isActivation = ({ node: { kind } }: Layer): boolean => kind.role === 'activation' && !kind.linear;

export const isDropout = ({ node: { kind } }: Layer): boolean => kind.role === 'regularisation';

export const hasWeights = ({ node: { kind } }: Layer): boolean => kind.role === 'weights';

/** Each value of its output is a value of its input, in other places: reshaping, dropout, nothing at all. */
export const onlyMoves = (layer: Layer): boolean =>
  isDropout(layer) ||
  layer.operators.every(({ op }) => op === 'reshape' || op === 'permute') ||
  (layer.node.kind.linear === true && layer.node.kind.role === 'activation');

/** A dense layer, which reads everything at once. */
export const isDense = ({ operators }: Layer): boolean => operators.some(({ op }) => op === 'dense');

/** The most channels apart that a convolution keeps; 1 where every output channel reads every input channel. */
export const groupsOf = ({ operators }: Layer): number =>
  operators.reduce((most, operator) => ('groups' in operator ? Math.max(most, operator.groups ?? 1) : most), 1);

/** Takes away means: of each channel alone, or of several together; null for all other layers. */
export const centres = ({ operators, input }: Layer): 'channel' | 'channels' | null => {
  const [operator] = operators;
  if (operator?.op !== 'normalise' || operator.rms) return null;
  return operator.over === 'batch' || (operator.over === 'group' && operator.groups === input[0])
    ? 'channel'
    : 'channels';
};
