// The effective receptive field: how strongly each input cell moves a unit, not only whether it can. No weights, no drawing.
//
// Luo, Li, Urtasun, Zemel, "Understanding the Effective Receptive Field in Deep Convolutional Neural Networks", 2016, take the
// gradient of a unit with respect to the input and average it over networks with random weights. Weights that are independent
// with mean 0 need no draws: the expected square of the gradient obeys the same walk back with the weights' variance in place
// of the weights. Each layer deals what arrives at a cell evenly to the cells that it taps (one weight is as large as another, a
// maximum is as likely in one cell as in another), a concatenation to its branches by their channels, an addition to each branch
// in full; an activation halves everything alike. Gates and the statistics of normalisations are taken as given, as in fields.

import { type Graph, isInput, type Node } from '../core/graph.js';
import type { AxisReach } from '../core/reach.js';
import { channels, product, sameShape, spatial, sum } from '../core/shape.js';
import type { Fields } from './receptive-field.js';

export interface Effective {
  /** Height and width of the input; a sequence has one row. The slices of a volume are added up. */
  readonly height: number;
  readonly width: number;
  /** The size of the gradient, root mean square over networks, relative to its largest: row by row. */
  readonly values: Float64Array;
}

/** Planes of more cells than this are not followed. */
const MOST_CELLS = 1 << 25;

/** Null where the unit sees nothing of the input, where a layer has more phases than are listed or more cells than anybody waits for. */
export const effectiveField = (
  graph: Graph,
  fields: Fields,
  input: Node,
  from: Node,
  at: readonly number[],
): Effective | null => {
  if (graph.nodes.some((node) => product(sizesOf(node)) > MOST_CELLS)) return null;
  const maps = new Map([[from.id, unitMap(sizesOf(from), at)]]);
  for (let id = from.id; id > input.id; id -= 1) {
    const node = graph.nodes[id];
    const map = maps.get(id);
    if (!node || !map || isInput(node)) continue;
    maps.delete(id);
    for (const of of node.inputs) {
      const read = graph.nodes[of];
      if (!read || !fields[of] || isGate(node, read, fields)) continue;
      const next = throughLayer(node, read, map);
      if (!next) return null;
      maps.set(of, added(maps.get(of), next));
    }
  }
  const squares = maps.get(input.id);
  return squares ? drawn(sizesOf(input), squares) : null;
};

const sizesOf = (node: Node): readonly number[] => spatial(node.facts?.output ?? []);

const unitMap = (sizes: readonly number[], at: readonly number[]): Float64Array => {
  const map = new Float64Array(product(sizes));
  map[sizes.reduce((index, size, axis) => index * size + (at[axis] ?? 0), 0)] = 1;
  return map;
};

/** Whether what a layer reads there is pooled from everything and broadcast over the places: it scales the data and is none. */
export const isGate = (node: Node, read: Node, fields: Fields): boolean =>
  node.inputs.length > 1 && fields[read.id]?.full === 'global' && !sameShape(sizesOf(read), sizesOf(node));

const added = (map: Float64Array | undefined, more: Float64Array): Float64Array => {
  map?.forEach((value, i) => {
    more[i] = (more[i] ?? 0) + value;
  });
  return more;
};

const throughLayer = (node: Node, read: Node, map: Float64Array): Float64Array | null => {
  const inner = sizesOf(read);
  const all = channels(node.facts?.output ?? []);
  const isConcat = node.inputs.length > 1 && channels(read.facts?.output ?? []) < all;
  const share = isConcat ? channels(read.facts?.output ?? []) / all : 1;
  const reach = node.facts?.reach;
  if (reach === 'global' || (!reach && !sameShape(inner, sizesOf(node))))
    return new Float64Array(product(inner)).fill((share * sum([...map])) / product(inner));
  let [current, sizes]: readonly [Float64Array, readonly number[]] = [map.map((value) => value * share), sizesOf(node)];
  for (const [axis, along] of (reach ?? []).entries()) {
    if (along.taps.length === 0) return null;
    current = dealt(current, sizes, axis, inner[axis] ?? 1, along);
    sizes = sizes.map((size, i) => (i === axis ? (inner[axis] ?? 1) : size));
  }
  return current;
};

/** What the cells along one axis pass on to the cells they tap; what falls into the padding is lost. */
const dealt = (
  map: Float64Array,
  sizes: readonly number[],
  axis: number,
  length: number,
  { advance, taps }: AxisReach,
): Float64Array => {
  const after = product(sizes.slice(axis + 1));
  const before = product(sizes.slice(0, axis));
  const outer = sizes[axis] ?? 1;
  const result = new Float64Array(before * length * after);
  for (let o = 0; o < outer; o += 1) {
    const { start, step, count } = taps[o % taps.length] ?? { start: 0, step: 1, count: 0 };
    for (let t = 0; t < count; t += 1) {
      const cell = Math.floor(o / taps.length) * advance + start + t * step;
      if (cell < 0 || cell >= length) continue;
      for (let b = 0; b < before; b += 1)
        for (let a = 0; a < after; a += 1) {
          const into = (b * length + cell) * after + a;
          result[into] = (result[into] ?? 0) + (map[(b * outer + o) * after + a] ?? 0) / count;
        }
    }
  }
  return result;
};

const drawn = (sizes: readonly number[], squares: Float64Array): Effective | null => {
  const [height, width] = [sizes.at(-2) ?? 1, sizes.at(-1) ?? 1];
  const plane = new Float64Array(height * width);
  squares.forEach((square, i) => {
    plane[i % plane.length] = (plane[i % plane.length] ?? 0) + square;
  });
  const most = Math.sqrt(plane.reduce((a, b) => Math.max(a, b), 0));
  return most === 0 ? null : { height, width, values: plane.map((square) => Math.sqrt(square) / most) };
};

/** Luo et al. count a cell as effective above that share of the centre's: what is beyond two deviations of a Gaussian. */
export const EFFECTIVE = 1 - 0.9545;

/** How many cells are effective. */
export const effectiveCells = ({ values }: Effective): number =>
  values.reduce((count, value) => (value > EFFECTIVE ? count + 1 : count), 0);

/** The smallest square around the strongest cell that holds half of all squares; its side, in cells. */
export const halfSide = ({ height, width, values }: Effective): number => {
  const centre = values.indexOf(1);
  const [row, column] = [Math.floor(centre / width), centre % width];
  const rings = new Float64Array(Math.max(height, width));
  values.forEach((value, i) => {
    const ring = Math.max(Math.abs(Math.floor(i / width) - row), Math.abs((i % width) - column));
    rings[ring] = (rings[ring] ?? 0) + value ** 2;
  });
  const half = sum([...rings]) / 2;
  let [ring, inside] = [0, rings[0] ?? 0];
  while (inside < half) {
    ring += 1;
    inside += rings[ring] ?? 0;
  }
  return 2 * ring + 1;
};
