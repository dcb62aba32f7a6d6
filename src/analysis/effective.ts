// The effective receptive field: how strongly each input cell moves a unit, not only whether it can. No weights, no drawing.
//
// Luo, Li, Urtasun, Zemel, "Understanding the Effective Receptive Field in Deep Convolutional Neural Networks", 2016, take the
// gradient of a unit with respect to the input and average it over networks with random weights. Weights that are independent
// with mean 0 need no draws: the expected square of the gradient obeys the same walk back with the weights' variance in place
// of the weights. Each layer deals what arrives at a cell evenly to the cells that it taps (one weight is as large as another, a
// maximum is as likely in one cell as in another), a concatenation to its branches by their channels, an addition to each branch
// in full; an activation halves everything alike. Gates and the statistics of normalisations are taken as given, as in fields.
// Where values only move, what arrives is moved back, channel by channel.

import { type Graph, isInput, type Node, operatorsOf, sourcesOf } from '../core/graph.js';
import { type AxisReach, type Moves, tapsOf } from '../core/reach.js';
import { channels, product, type Shape, sameShape, spatial } from '../core/shape.js';
import type { Fields } from './receptive-field.js';

export interface Effective {
  /** Height and width of the input; a sequence has one row. The slices of a volume are added up. */
  readonly height: number;
  readonly width: number;
  /** The size of the gradient, root mean square over networks, relative to its largest: row by row. */
  readonly values: Float64Array;
}

/** Of more cells than this, channels counted where they are told apart, nothing is followed. */
const MOST_CELLS = 1 << 25;

/** What arrives at the cells of a layer, channels first: one for all channels together, or as many as there are. */
interface Arriving {
  readonly shape: Shape;
  readonly values: Float64Array;
}

/** Null where the unit sees nothing of the input, where a recurrent layer is on the way, or one has more phases than are listed or more cells than anybody waits for. */
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
    // What a state keeps of a step fades by gates that hang on the values.
    if (keepsState(node, graph)) return null;
    maps.delete(id);
    let first = 0;
    for (const [i, of] of sourcesOf(node).entries()) {
      const read = graph.nodes[of];
      const behind = first;
      first += channels(read?.facts?.output ?? []);
      if (!read || !fields[of] || isGate(node, read, fields)) continue;
      // How much of a value comes from a row that is read as a whole hangs on the values.
      if (node.facts?.stacked || node.facts?.reads?.[i]?.some((axis, at) => axis !== at)) return null;
      const next = throughLayer(node, read, map, behind);
      if (!next) return null;
      maps.set(of, added(maps.get(of), next));
    }
  }
  const squares = maps.get(input.id);
  return squares ? drawn(sizesOf(input), together(squares).values) : null;
};

const keepsState = (node: Node, { nodes }: Graph): boolean =>
  operatorsOf(node, nodes[node.inputs[0] ?? -1]?.facts?.output ?? []).some(({ op }) => op === 'recurrent');

const sizesOf = (node: Node): readonly number[] => spatial(node.facts?.output ?? []);

const unitMap = (sizes: readonly number[], at: readonly number[]): Arriving => {
  const values = new Float64Array(product(sizes));
  values[sizes.reduce((index, size, axis) => index * size + (at[axis] ?? 0), 0)] = 1;
  return { shape: [1, ...sizes], values };
};

/** Whether what a layer reads there is pooled from everything and broadcast over the places: it scales the data and is none. */
export const isGate = (node: Node, read: Node, fields: Fields): boolean =>
  node.inputs.length > 1 &&
  !node.facts?.stacked &&
  // What is slid over it, as unpool's windows, is data of another size.
  !Array.isArray(node.facts?.reach) &&
  fields[read.id]?.full === 'global' &&
  (!sameShape(sizesOf(read), sizesOf(node)) ||
    // A map of one place: what else is read there has not seen everything.
    (product(sizesOf(node)) === 1 && node.inputs.some((id) => fields[id] && fields[id]?.full !== 'global')));

const added = (map: Arriving | undefined, more: Arriving): Arriving => {
  if (!map) return more;
  const alike = sameShape(map.shape, more.shape);
  const [one, other] = alike ? [map, more] : [together(map), together(more)];
  return { shape: one.shape, values: one.values.map((value, i) => value + (other.values[i] ?? 0)) };
};

/** All channels together. */
const together = (map: Arriving): Arriving => {
  const [c = 1, ...sizes] = map.shape;
  if (c === 1) return map;
  const values = new Float64Array(product(sizes));
  map.values.forEach((value, i) => {
    values[i % values.length] = (values[i % values.length] ?? 0) + value;
  });
  return { shape: [1, ...sizes], values };
};

/** Channel by channel, of which each has as much where nothing else is known; null where they are too many. */
const apart = (map: Arriving, c: number): Arriving | null => {
  if (map.shape[0] === c) return map;
  const length = map.values.length;
  if (length * c > MOST_CELLS) return null;
  const values = new Float64Array(length * c);
  for (let i = 0; i < values.length; i += 1) values[i] = (map.values[i % length] ?? 0) / c;
  return { shape: [c, ...spatial(map.shape)], values };
};

const throughLayer = (node: Node, read: Node, map: Arriving, behind: number): Arriving | null => {
  const { output = [], reach, moves, channels: mixed } = node.facts ?? {};
  const inner = read.facts?.output ?? [];
  if (moves) {
    const each = apart(map, channels(output));
    if (each) return movedBack(each.values, moves, inner);
    if (!reach) return null;
  }
  if (reach === 'global') return evenly(together(map), inner);
  let current: Arriving | null = throughChannels(map, channels(inner), channels(output), mixed, behind);
  for (const axis of spatial(output).keys()) {
    const [size, length] = [inner[axis + 1] ?? 1, output[axis + 1] ?? 1];
    const along = reach?.[axis] ?? (size === length ? undefined : SPREAD);
    if (!current || along?.taps.length === 0) return null;
    if (along) current = dealt(current, axis + 1, size, along);
  }
  // A vector beside a volume has no places.
  return current && { ...current, shape: [current.shape[0] ?? 1, ...spatial(inner)] };
};

/** What arrives at the channels that are read: those behind each other, those that are picked, or all. */
const throughChannels = (
  map: Arriving,
  read: number,
  own: number,
  mixed: 'all' | AxisReach | undefined,
  behind: number,
): Arriving | null => {
  if (mixed === 'all') return together(map);
  const alike = map.shape[0] === 1;
  // One of several that are put one behind the other, or channels of zeros behind it.
  if (!mixed && read < own)
    return alike
      ? { ...map, values: map.values.map((value) => (value * read) / own) }
      : dealt(map, 0, read, { advance: 1, taps: [{ start: -behind, step: 1, count: 1 }] });
  if (!mixed || (alike && read <= own)) return map;
  const each = apart(map, own);
  return each && dealt(each, 0, read, mixed);
};

/** One cell that all cells read. */
const SPREAD: AxisReach = { advance: 0, taps: [{ start: 0, step: 1, count: 1 }] };

const evenly = ({ values }: Arriving, inner: Shape): Arriving => {
  const sizes = spatial(inner);
  return {
    shape: [1, ...sizes],
    values: new Float64Array(product(sizes)).fill(values.reduce((a, b) => a + b, 0) / product(sizes)),
  };
};

/** Values back to where they were, in the shape of what is read. */
const movedBack = (values: Float64Array, { split, order }: Moves, inner: Shape): Arriving => {
  const result = new Float64Array(values.length);
  const steps = split.map((_, axis) => product(split.slice(axis + 1)));
  const turned = order.map((axis) => [split[axis] ?? 1, steps[axis] ?? 1] as const).reverse();
  for (let i = 0; i < values.length; i += 1) {
    let [rest, from] = [i, 0];
    for (const [size, step] of turned) {
      from += (rest % size) * step;
      rest = Math.floor(rest / size);
    }
    result[from] = values[i] ?? 0;
  }
  return { shape: inner, values: result };
};

/** What the cells along one axis pass on to the cells they tap; what falls into the padding is lost. */
const dealt = ({ shape, values }: Arriving, axis: number, length: number, reach: AxisReach): Arriving => {
  const after = product(shape.slice(axis + 1));
  const before = product(shape.slice(0, axis));
  const outer = shape[axis] ?? 1;
  const result = new Float64Array(before * length * after);
  for (let o = 0; o < outer; o += 1) {
    const { start, step, count } = tapsOf(reach, o, outer) ?? { start: 0, step: 1, count: 0 };
    for (let t = 0; t < count; t += 1) {
      const cell = start + t * step;
      if (cell < 0 || cell >= length) continue;
      for (let b = 0; b < before; b += 1)
        for (let a = 0; a < after; a += 1) {
          const into = (b * length + cell) * after + a;
          result[into] = (result[into] ?? 0) + (values[(b * outer + o) * after + a] ?? 0) / count;
        }
    }
  }
  return { shape: shape.map((size, i) => (i === axis ? length : size)), values: result };
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
  const half = rings.reduce((a, b) => a + b, 0) / 2;
  let [ring, inside] = [0, rings[0] ?? 0];
  while (inside < half) {
    ring += 1;
    inside += rings[ring] ?? 0;
  }
  return 2 * ring + 1;
};
