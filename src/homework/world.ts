// The network's layers as cells of a sheet see them: in truth, or with a student's own earlier answers put in. No grading.

import type { Analysis } from '../analysis/analysis.js';
import { type Count, isBias, isFrozen, replaced, type TensorCount, term } from '../core/count.js';
import { type Expectation, isInput, type Node, operatorsOf, recompute } from '../core/graph.js';
import type { Facts } from '../core/layer.js';
import { isTransposed } from '../core/operator.js';
import { channels, type Shape, sameShape, spatial } from '../core/shape.js';
import { slide, spread, type Window } from '../core/window.js';

/** One layer, what it reads, and what it says of itself. */
export interface Part {
  readonly node: Node;
  readonly inputs: readonly Shape[];
  readonly facts: Facts;
  /** The layers from the network's input to this one, itself last, along what each reads first. */
  readonly path: () => readonly Part[];
}

export const weights = ({ facts }: Part): TensorCount => (facts.params ?? []).filter((t) => !isBias(t));
export const biases = ({ facts }: Part): TensorCount => (facts.params ?? []).filter(isBias);
export const frozen = ({ facts }: Part): TensorCount => (facts.params ?? []).filter(isFrozen);

/** What the lecture gives an instance norm, one channel to a group, that has nothing to learn in this network. */
export const scaleAndShift = ({ node, inputs, facts }: Part): Count => {
  const [read = []] = inputs;
  if (node.kind.role !== 'norm' || (facts.params ?? []).length > 0) return [];
  const single = operatorsOf(node, read).some(
    (one) => one.op === 'normalise' && one.over === 'group' && one.groups === channels(read),
  );
  return single ? [term({ C: channels(read) }), term({ C: channels(read) })] : [];
};

/** What a line of a sheet is about: a layer, the layers below a name, or the whole network. */
export interface Subject {
  readonly name: string;
  readonly parts: readonly [Part, ...Part[]];
  /** The part whose output is that of the subject. */
  readonly result: Part;
  /** The part whose window is that of the subject: the layer itself, without its norm and activation. */
  readonly main: Part;
  readonly whole: boolean;
  readonly analysis: Analysis;
}

export interface World {
  /** By the node's id; those that could be computed. */
  readonly parts: ReadonlyMap<number, Part>;
  readonly items: Items;
}

/** The layers by name, and by every name that they stand below: `a.conv1` is of `a`. */
export interface Items {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly below: ReadonlyMap<string, readonly Node[]>;
}

const itemsOf = ({ graph }: Pick<Analysis, 'graph'>): Items => {
  const below = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (let at = node.name.lastIndexOf('.'); at > 0; at = node.name.lastIndexOf('.', at - 1)) {
      const name = node.name.slice(0, at);
      const others = below.get(name);
      if (others) others.push(node);
      else below.set(name, [node]);
    }
  }
  return { nodes: new Map(graph.nodes.map((node) => [node.name, node])), below };
};

/** The layers as they are; with `own` shapes put in place of outputs, what follows from those. */
export const worldOf = (
  { graph }: Analysis,
  own: ReadonlyMap<number, Shape> = new Map(),
  items: Items = itemsOf({ graph }),
): World => {
  const parts = new Map<number, Part>();
  for (const node of graph.nodes) {
    const read = node.inputs.map((id) => parts.get(id)?.facts.output);
    const inputs = read.filter((shape) => shape !== undefined);
    if (inputs.length < read.length || !node.facts) continue;
    const computed = own.size === 0 || isInput(node) ? node.facts : recompute(node, inputs);
    if (!computed) continue;
    const mine = own.get(node.id);
    const facts = mine ? withOutput(computed, mine) : computed;
    const part: Part = { node, inputs, facts, path: () => pathTo(part, parts) };
    parts.set(node.id, part);
  }
  return { parts, items };
};

const truths = new WeakMap<Analysis, World>();

/** The layers as they are: the same for every sheet about the network. */
export const truthOf = (analysis: Analysis): World => {
  const known = truths.get(analysis) ?? worldOf(analysis);
  truths.set(analysis, known);
  return known;
};

const pathTo = (part: Part, parts: World['parts']): readonly Part[] => {
  const path: Part[] = [];
  for (let at: Part | undefined = part; at; at = parts.get(at.node.inputs[0] ?? -1)) path.push(at);
  return path.reverse();
};

/** Facts with another output: what is counted per place of the output is counted there. */
const withOutput = (facts: Facts, output: Shape): Facts => {
  if (sameShape(facts.output, output)) return facts;
  return { ...facts, output, ...(facts.macs && { macs: replaced(facts.macs, 'output place', spatial(output)) }) };
};

/** What a name is of: the whole item, with all that stands below the name, or the layer of that name alone. */
export type Extent = 'item' | 'layer';

/** The subject of that name, or of those rows; null where there is none, or where it could not be computed. */
export const subjectOf = (
  analysis: Analysis,
  { parts: known, items }: World,
  name: string,
  { rows, extent = 'item' }: { readonly rows?: Expectation['rows']; readonly extent?: Extent } = {},
): Subject | null => {
  const { nodes, outputs } = analysis.graph;
  const whole = name === 'total';
  const own = items.nodes.get(name);
  const wanted = rows
    ? nodes.slice(rows.first, rows.last + 1)
    : whole
      ? nodes.filter((node) => !isInput(node))
      : [...(own ? [own] : []), ...((own && extent === 'layer' ? undefined : items.below.get(name)) ?? [])];
  const parts = wanted.map((node) => known.get(node.id)).filter((part) => part !== undefined);
  const inOrder = own && parts.length > 1 ? parts.toSorted((a, b) => a.node.id - b.node.id) : parts;
  const [first, ...rest] = inOrder;
  if (!first || parts.length < wanted.length) return null;
  const main = own && known.get(own.id);
  const result = known.get(whole ? (outputs[0] ?? -1) : (rows?.result ?? -1)) ?? main ?? parts.at(-1) ?? first;
  return { name, parts: [first, ...rest], result, main: main ?? result, whole, analysis };
};

/** Whether the layer spreads its windows over the output instead of sliding them over the input. */
export const isTransposedPart = ({ node, inputs }: Part): boolean => isTransposed(operatorsOf(node, inputs[0] ?? []));

/** The spatial sizes with every window changed; null where the layer slides none. */
export const reslide = (
  { inputs, facts }: Part,
  change: (w: Window) => Window,
  ceil = false,
): readonly number[] | null =>
  facts.windows?.map((w, axis) => slide(inputs[0]?.[axis + 1] ?? 0, change(w), ceil)) ?? null;

/** The sizes that a transposed convolution makes with every window changed; null for any other layer. */
export const respread = (part: Part, change: (w: Window) => Window): readonly number[] | null => {
  const { inputs, facts } = part;
  if (!facts.windows || !isTransposedPart(part)) return null;
  return facts.windows.map((w, axis) => {
    const read = inputs[0]?.[axis + 1] ?? 0;
    return spread(read, change(w), (facts.output[axis + 1] ?? 0) - spread(read, w));
  });
};

/** Whether each cell sees one cell of the layer before, side by side as there: not after a pool of other windows, nor enlarged. */
export const handsOn = ({ facts: { reach, moves, output }, inputs }: Part): boolean => {
  if (reach === 'global') return false;
  // Mixed channels leave the places where they were.
  const places = spatial(output).map((_, i) => (moves?.split.length ?? 0) - spatial(output).length + i);
  if (!reach)
    return !moves || (sameShape(output, inputs[0] ?? output) && sameShape(moves.order.slice(-places.length), places));
  return reach.every(({ advance, taps }) => advance === 1 && taps.length === 1 && taps[0]?.count === 1);
};

/**
 * The receptive field along a path of sliding windows, each changed; null where something else is on the path. A layer's stride counts
 * for the layers behind it; `own` is the mistake of counting it for itself.
 */
export const fieldAlong = (
  path: readonly Part[],
  change: (w: Window) => Window = (w) => w,
  strides: 'behind' | 'own' = 'behind',
): readonly number[] | null => {
  const axes = (path[0]?.facts.output.length ?? 1) - 1;
  if (axes < 1) return null;
  const size = new Array<number>(axes).fill(1);
  const step = new Array<number>(axes).fill(1);
  for (const part of path) {
    if (isTransposedPart(part) || !(part.facts.windows || handsOn(part))) return null;
    part.facts.windows?.map(change).forEach((w, axis) => {
      const before = step[axis] ?? 1;
      const after = before * w.stride;
      size[axis] = (size[axis] ?? 1) + w.dilation * (w.kernel - 1) * (strides === 'own' ? after : before);
      step[axis] = after;
    });
  }
  return size;
};
