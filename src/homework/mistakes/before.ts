// Mistakes before a layer, seen in what reaches it: a pool left out, a padding too many, a fraction that was not rounded. The network is
// recomputed under the mistake.

import type { Analysis } from '../../analysis/analysis.js';
import { replaced } from '../../core/count.js';
import { isInput, type Node, operatorsOf, recompute } from '../../core/graph.js';
import { isTransposed } from '../../core/operator.js';
import { channels, elements, type Shape } from '../../core/shape.js';
import { exactPlaces } from '../../core/window.js';
import type { Key, QuantityName } from '../quantities.js';
import type { Part } from '../world.js';
import { type Around, input, isWeighted, type Mistake, number, reweighed, shape, WEIGHTED } from './mistake.js';

/** What a layer makes of what it reads under a mistake; null where the mistake cannot be made in it. */
type Slip = (node: Node, read: Shape) => Shape | null;

const slides = (node: Node, read: Shape): boolean =>
  node.facts?.windows !== undefined && !isTransposed(operatorsOf(node, read));

const padsNothing = (node: Node): boolean =>
  node.facts?.windows?.every((w) => w.before + w.after === 0 && w.kernel >= 1) === true &&
  node.facts.windows.some((w) => w.kernel > 1);

const withPadding = (node: Node, read: Shape, padding: unknown): Shape | null =>
  recompute(node, [read], { padding })?.output ?? null;

const SLIPS = {
  pool: (node, read) => (node.kind.role === 'pool' && node.facts?.windows ? read : null),
  same: (node, read) =>
    node.kind.role === 'weights' && slides(node, read) && padsNothing(node) ? withPadding(node, read, 'same') : null,
  valid: (node, read) =>
    slides(node, read) && node.facts?.windows?.some((w) => w.before + w.after > 0)
      ? withPadding(
          node,
          read,
          node.facts.windows.map(() => [0, 0]),
        )
      : null,
  stride: (node, read) =>
    node.kind.role === 'weights' && slides(node, read) && node.facts?.windows?.some((w) => w.stride > 1)
      ? (recompute(node, [read], { stride: node.facts.windows.map(() => 1) })?.output ?? null)
      : null,
  floor: (node, read) =>
    node.facts?.windows && slides(node, read)
      ? [channels(node.facts.output), ...node.facts.windows.map((w, axis) => exactPlaces(read[axis + 1] ?? 0, w))]
      : null,
} satisfies Readonly<Record<string, Slip>>;

/** The volumes of the network with the slip in those layers. */
const outputsUnder = ({ graph }: Analysis, slip: Slip, isMade: (node: Node) => boolean): readonly (Shape | null)[] => {
  const outputs: (Shape | null)[] = [];
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => outputs[id] ?? null).filter((read) => read !== null);
    const [read] = inputs;
    const own = isInput(node) ? (node.facts?.output ?? null) : null;
    const slipped = read && isMade(node) ? slip(node, read) : null;
    const right = read && inputs.length === node.inputs.length ? (recompute(node, inputs)?.output ?? null) : null;
    outputs.push(own ?? slipped ?? right);
  }
  return outputs;
};

/** So many layers are tried one by one; in deeper networks only all together. */
const MOST_ALONE = 16;

const known = new WeakMap<Analysis, Map<keyof typeof SLIPS, readonly (readonly (Shape | null)[])[]>>();

/** The slip in every layer where it can be made, and in each of them alone. */
const variantsOf = (analysis: Analysis, name: keyof typeof SLIPS): readonly (readonly (Shape | null)[])[] => {
  const before = known.get(analysis) ?? new Map<keyof typeof SLIPS, readonly (readonly (Shape | null)[])[]>();
  known.set(analysis, before);
  const kept = before.get(name);
  if (kept) return kept;
  const slip: Slip = SLIPS[name];
  const { nodes } = analysis.graph;
  const able = nodes.filter((node) => {
    const read = nodes[node.inputs[0] ?? -1]?.facts?.output;
    return read && slip(node, read) !== null;
  });
  const alone = able.length > 1 && able.length <= MOST_ALONE ? able : [];
  const variants =
    able.length === 0
      ? []
      : [
          outputsUnder(analysis, slip, () => true),
          ...alone.map((one) => outputsUnder(analysis, slip, (node) => node === one)),
        ];
  before.set(name, variants);
  return variants;
};

const ABOUT: readonly QuantityName[] = ['in', 'in_features', ...WEIGHTED, 'macs', 'flops', 'out'];

/** What the layer reads under the slip, as the quantity that is asked. */
const readsUnder = (part: Part, { quantity, subject }: Around, name: keyof typeof SLIPS): readonly (Key | null)[] => {
  const own = input(part);
  const dense = isWeighted(part) && !part.facts.windows;
  const flattens = part.node.kind.role === 'shape' && part.facts.output.length === 1;
  if (own.length === 0 || (quantity === 'out' && !flattens)) return [];
  if (quantity !== 'in' && quantity !== 'in_features' && quantity !== 'out' && !dense) return [];
  return variantsOf(subject.analysis, name).flatMap((outputs): readonly (Key | null)[] => {
    const read = outputs[part.node.inputs[0] ?? -1];
    const size = read ? elements(read) : 0;
    if (!read || size === elements(own)) return [];
    if (quantity === 'in') return [shape(read)];
    if (quantity === 'in_features') return [number(size)];
    if (quantity === 'out') return [shape([size])];
    return reweighed(part, quantity, (terms) => replaced(terms, 'input channels', [size]));
  });
};

export const BEFORE: readonly Mistake[] = [
  {
    id: 'forgot-pool-before',
    about: ABOUT,
    hint: 'the pools before it make the volume smaller: is one of them missing?',
    example: {
      network: [
        '28x28x1',
        '{conv: 32, kernel: 3, padding: 1}',
        '{maxpool: 2}',
        '{conv: 32, kernel: 3, padding: 1}',
        '{maxpool: 2}',
        '{fc: 10, name: f}',
      ],
      asks: 'f.in_features',
      answer: '6,272',
    },
    wrong: (part, around) => readsUnder(part, around, 'pool'),
  },
  {
    id: 'same-for-valid-before',
    about: ABOUT,
    hint: 'a convolution before it has no padding, and makes the volume smaller',
    example: {
      network: ['33x33x3', '{conv: 64, kernel: 3}', '{maxpool: 2}', '{fc: 10, name: f}'],
      asks: 'f.in_features',
      answer: '16,384',
    },
    wrong: (part, around) => readsUnder(part, around, 'same'),
  },
  {
    id: 'forgot-padding-before',
    about: ABOUT,
    hint: 'a layer before it has a padding, which keeps the volume larger',
    example: {
      network: ['32x32x3', '{conv: 64, kernel: 3, padding: 1}', '{maxpool: 2}', '{fc: 10, name: f}'],
      asks: 'f.in_features',
      answer: '14,400',
    },
    wrong: (part, around) => readsUnder(part, around, 'valid'),
  },
  {
    id: 'forgot-stride-before',
    about: ABOUT,
    hint: 'a convolution before it has a stride, which makes the volume smaller',
    example: {
      network: ['32x32x3', '{conv: 16, kernel: 3, stride: 2, padding: 1}', '{fc: 10, name: f}'],
      asks: 'f.in_features',
      answer: '16384',
    },
    wrong: (part, around) => readsUnder(part, around, 'stride'),
  },
  {
    id: 'no-floor-before',
    about: ABOUT,
    hint: 'before it a window does not fit in whole steps: what is left over at the end is not used',
    example: {
      network: ['33x33x3', '{conv: 64, kernel: 3}', '{maxpool: 2}', '{fc: 10, name: f}'],
      asks: 'f.in_features',
      answer: '15,376',
    },
    wrong: (part, around) => readsUnder(part, around, 'floor'),
  },
];
