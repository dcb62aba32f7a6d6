// The network after the language: layers with their arguments and facts, joined by the indices they read. Immutable.

import { factorsOf, type TensorCount } from './count.js';
import { type Diagnostic, isProblem, type Place, type Problem } from './diagnostic.js';
import type { Facts, LayerKind } from './layer.js';
import type { Operator } from './operator.js';
import type { Quantity } from './quantity.js';
import { channels, type Layout, product, type Shape, told } from './shape.js';

/** One tensor and the layer that makes it. Inputs are nodes too, of role `input`, and come first. */
export interface Node {
  /** Position in `Graph.nodes`. */
  readonly id: number;
  /** Unique; scopes joined by dots: `layer2.0.conv1`. */
  readonly name: string;
  readonly kind: LayerKind;
  /** The resolved options; null where they could not be. */
  readonly args: Readonly<Record<string, unknown>> | null;
  /** The nodes read, by id, all smaller than this node's own. */
  readonly inputs: readonly number[];
  /** Null where the layer failed or reads something that did; then `error` is the code of its own failure, if it is its own. */
  readonly facts: Facts | null;
  readonly error?: Diagnostic['code'];
  /** What comes out is known, what it costs hangs on something that is not: the layer whose weights it was to use. */
  readonly uncounted?: true;
  readonly at?: Place | undefined;
  /** The layer that this one was written beside, as its `norm`, `act` or `drop`. */
  readonly sugarOf?: number | undefined;
  /** The layer whose weights this one reuses. */
  readonly sharedWith?: number;
  /** Training leaves its weights alone. */
  readonly frozen?: true;
  /** How the program that it comes from writes it, where that is not the usual way. What it computes is the same. */
  readonly as?: As;
}

/** Ways to write a layer that compute the same, and that other tools count, or keep, differently. */
export const AS = {
  function: 'a function is called, and there is no module: `F.relu(x)`, `torch.add(x, y)`',
  mean: '`x.mean` instead of a pool',
  linear: 'a 1x1 convolution that is a dense layer over the channels of each place',
  subclass: 'a module whose class is derived from the usual one',
  identity: 'a pool that changes nothing at this size stands here, or behind it',
  inplace: 'writes over what it reads',
} as const;
export type As = keyof typeof AS;

/** What `expect:` says of an item or of the whole, to be compared once the figures are known. */
export interface Expectation {
  readonly about: string;
  /** The item's rows, `[first, last]`, and the node that is its result. Absent for totals. */
  readonly rows?: { readonly first: number; readonly last: number; readonly result: number };
  readonly quantity: string;
  readonly expected: Quantity | Shape;
  readonly text: string;
  /** The order of the sizes in its text. */
  readonly layout: Layout;
  readonly at?: Place | undefined;
}

/** What `lint: {ignore: …}` silences: a rule's id, or a family as `pad/*`. */
export interface Ignore {
  readonly rule: string;
  readonly at?: Place | undefined;
  /** The first and the last row of the item that says so. Absent where the file does. */
  readonly rows?: readonly [first: number, last: number];
}

/** An item of the text that makes several layers: a block where it is used, a residual with its body. Of copies, one. */
export interface Composite {
  readonly at: Place;
  /** Its layers, by their ids. */
  readonly first: number;
  readonly last: number;
  /** The node that comes out of it; -1 where a mistake leaves open which. */
  readonly result: number;
}

export interface Graph {
  readonly name: string;
  readonly variant: string | null;
  readonly variants: readonly string[];
  readonly batch: number;
  readonly dtype: Dtype;
  /** The order in which its shapes are printed: as they are written, or as was asked. */
  readonly layout: Layout;
  readonly nodes: readonly Node[];
  /** Ids of the outputs: those that are stated, in their order, or else the nodes that nobody reads; none where a mistake leaves open which. */
  readonly outputs: readonly number[];
  readonly expectations: readonly Expectation[];
  /** Where the totals that are expected come from. */
  readonly source: string | null;
  /** What the variant and the file remark. */
  readonly notes: readonly string[];
  readonly ignores: readonly Ignore[];
  /** Which block made the layers below a name, by that name: `layer1.0`. */
  readonly blocks: ReadonlyMap<string, string>;
  readonly composites: readonly Composite[];
  /** Where the key of the layers stands. */
  readonly layersAt?: Place | undefined;
  /** What a mistake leaves unknown of what memory hangs on. */
  readonly unknown: readonly ('batch' | 'dtype')[];
}

export const DTYPES = { f32: 4, f16: 2, bf16: 2, int8: 1 } as const;
export type Dtype = keyof typeof DTYPES;

/** What reading a text gives: the graph as far as it could be built, and everything that was wrong with it. */
export interface Parsed {
  readonly graph: Graph;
  readonly diagnostics: readonly Diagnostic[];
}

/** What there is where nothing could be read. */
export const EMPTY_GRAPH: Graph = {
  name: '',
  variant: null,
  variants: [],
  batch: 1,
  dtype: 'f32',
  layout: 'hwc',
  nodes: [],
  outputs: [],
  expectations: [],
  source: null,
  notes: [],
  ignores: [],
  blocks: new Map(),
  composites: [],
  unknown: [],
};

export const isInput = (node: Node): boolean => node.kind.role === 'input';

/** The layers that nobody reads: the outputs where none are stated. */
export const unread = (nodes: readonly Node[]): readonly number[] => {
  const isRead = readIn(nodes);
  return nodes.filter((node) => !isInput(node) && !isRead(node)).map((node) => node.id);
};

/** Whether any of the nodes reads one of them. */
export const readIn = (nodes: readonly Node[]): ((node: Node) => boolean) => {
  const read = new Uint8Array(nodes.length);
  for (const { inputs } of nodes) for (const id of inputs) read[id] = 1;
  return ({ id }) => read[id] === 1;
};

/**
 * The nodes whose values come out of a node. Where one of several inputs has a reach of its own, it is the first; the others
 * tell where its values go, which moves no gradient.
 */
export const sourcesOf = ({ inputs, facts }: Node): readonly number[] =>
  Array.isArray(facts?.reach) && facts.reach.every(({ taps }) => taps.length > 0) ? inputs.slice(0, 1) : inputs;

export const shapeOf = (node: Node | undefined): Shape | null => node?.facts?.output ?? null;

/** The operators of a node, one behind the other; none of an input or of a layer that failed. */
export const operatorsOf = ({ kind, args, facts }: Node, input: Shape): readonly Operator[] => {
  if (!kind.execute || !args || !facts) return [];
  const operators = kind.execute(args as never, facts, input);
  return isMany(operators) ? operators : [operators];
};

/** What the operator at `at` gives: the node's output at the end, before it what its own windows make of the input. */
export const outputAt = (operators: readonly Operator[], at: number, { facts }: Node, input: Shape): Shape =>
  at === operators.length - 1
    ? (facts?.output ?? [])
    : [filtersOf(operators, at, facts?.params ?? [], input), ...(facts?.output ?? []).slice(1)];

/** The filters of a convolution that has another one behind it, from the count of its weights: so many values to each tap. */
const filtersOf = (operators: readonly Operator[], at: number, params: TensorCount, input: Shape): number => {
  const [operator, term] = [operators[at], params.filter(({ tensor }) => tensor === 'weight')[at]];
  if (operator?.op !== 'convolution' || !term) return channels(input);
  const perTap = product(factorsOf(term).map(({ sort, value }) => (sort === 'kernel' ? 1 : value)));
  return perTap / (channels(input) / operator.groups);
};

const isMany = (operators: Operator | readonly Operator[]): operators is readonly Operator[] =>
  Array.isArray(operators);

type Analyze = (args: never, inputs: readonly Shape[]) => Facts | Problem;

/** The layer with other inputs or options; null where that is no layer. */
export const recompute = (
  node: Node,
  inputs: readonly Shape[],
  options: Readonly<Record<string, unknown>> = {},
): Facts | null => {
  if (!node.kind.analyze || !node.args) return null;
  const facts = (node.kind.analyze as Analyze)({ ...node.args, ...options } as never, inputs);
  if (isProblem(facts)) return null;
  return node.sharedWith === undefined ? (node.frozen ? withFrozen(facts) : facts) : withoutLearned(facts);
};

/** Of a layer whose weights training leaves alone. */
export const withFrozen = ({ params = [], ...facts }: Facts): Facts => ({
  ...facts,
  params: params.map((term) => ({ ...term, trainable: false })),
});

/** Of a layer that uses the weights of another, and its statistics: they count there. */
export const withoutLearned = ({ params: _, buffers: __, unstated, ...facts }: Facts): Facts => {
  const others = unstated?.filter((what) => what !== 'params') ?? [];
  return others.length > 0 ? { ...facts, unstated: others } : facts;
};

/** `96 11x11 / 4`: a node's main options; empty where it has none or they could not be read. */
export const labelOf = ({ args, kind }: Node): string => (args ? (kind.label?.(args as never) ?? '') : '');

/** What the reader should know about a row, with its sugar: what its kind says, whether it is frozen, whose weights are used. */
export const notesOf = (
  { nodes }: Pick<Graph, 'nodes'>,
  [node, ...sugar]: readonly [Node, ...Node[]],
  layout: Layout,
): readonly string[] => {
  const owners = [node, ...sugar].flatMap(({ sharedWith = -1 }) => nodes[sharedWith]?.name ?? []);
  return [
    ...(node.facts?.note ? [told(node.facts.note, layout)] : []),
    ...(node.frozen ? ['frozen'] : []),
    ...(owners.length > 0 ? [`shares the weights of ${owners.join(' and ')}`] : []),
  ];
};
