// What one unit of a layer sees of the input: as far as its field goes, within the image, and what really reaches it.

import { type Graph, isInput, type Node, sourcesOf } from '../core/graph.js';
import { type AxisReach, type Moves, OWN_CELL, type Reads, strides, tapsOf } from '../core/reach.js';
import { channels, choices, product, type Shape, sameShape, spatial } from '../core/shape.js';
import type { Fields } from './receptive-field.js';
import { type Cell, fieldAt, type Track } from './track.js';
import { widthOf } from './track-measures.js';

export interface Seen {
  /** The field as it is, over the edges of the image. Per axis. */
  readonly unclipped: readonly Cell[];
  /** What of it lies in the image; empty cells where nothing does. */
  readonly clipped: readonly Cell[];
  /**
   * The hull of the cells that reach the unit by some path. Less than `clipped` where a layer in between leaves cells
   * unread (a stride that does not come out even, a crop) and a later one pads in their place. Null where it takes too long.
   */
  readonly reached: readonly Cell[] | null;
  /** How many cells of the unclipped field lie outside the image. */
  readonly paddingCells: number;
}

/** The unit at `at` of a layer; null where it sees everything. */
export const seenBy = (graph: Graph, fields: Fields, input: Node, node: Node, at: readonly number[]): Seen | null => {
  const tracks = fields[node.id]?.local;
  if (!tracks || tracks === 'global') return null;
  const products = reaching(graph, fields, input, node, at);
  const sizes = spatial(input.facts?.output ?? []);
  const reached = products && sizes.map((_, axis) => hullOf(products.flatMap((product) => product[axis + 1] ?? [])));
  return { ...fieldIn(input, tracks, at), reached };
};

/** What the field of the unit at `at` covers: read off the tracks, with no walk back through the layers. */
export const fieldIn = (input: Node, tracks: readonly Track[], at: readonly number[]): Omit<Seen, 'reached'> => {
  const sizes = spatial(input.facts?.output ?? []);
  const unclipped = tracks.map((track) => fieldAt(track, at));
  const clipped = unclipped.map(({ lo, hi }, axis) => ({
    lo: Math.max(lo, 0),
    hi: Math.min(hi, (sizes[axis] ?? 1) - 1),
  }));
  return { unclipped, clipped, paddingCells: product(unclipped.map(widthOf)) - product(clipped.map(widthOf)) };
};

/** How many input cells the middle unit of a layer reads: a dilated kernel leaves cells out. Null where it takes too long. */
export const cellsRead = (graph: Graph, fields: Fields, input: Node, node: Node): number | null => {
  const middle = spatial(node.facts?.output ?? []).map((length) => Math.floor(length / 2));
  const products = reaching(graph, fields, input, node, middle);
  if (!products) return null;
  const [only, ...more] = products;
  if (more.length === 0) return only ? product(only.slice(1).map((cells) => cells.size)) : 0;
  const places = new Set<string>();
  for (const [, ...sets] of products) {
    if (places.size + product(sets.map((cells) => cells.size)) > MOST_CELLS) return null;
    for (const place of choices(sets)) places.add(place.join());
  }
  return places.size;
};

const hullOf = (sets: readonly Cells[]): Cell => {
  let [lo, hi] = [1, 0];
  for (const cells of sets)
    for (const cell of cells) [lo, hi] = lo > hi ? [cell, cell] : [Math.min(lo, cell), Math.max(hi, cell)];
  return { lo, hi };
};

type Cells = ReadonlySet<number>;

/** All values with a channel among the channels, a row among the rows, a column among the columns. */
type Product = readonly Cells[];

/** Nobody waits for more cells than that, or for more products in one layer. */
const MOST_CELLS = 1 << 22;
const MOST_PRODUCTS = 64;

interface Walk {
  readonly work: { left: number };
  /** All cells of an axis: the same set for all axes of that length. */
  readonly all: (length: number) => Cells;
}

/**
 * The values of the input that reach one unit, all its channels, walking back from it and staying within every layer on the way.
 * Along one path they are a product of channels, rows and columns; over several, a union of products: a branch that lies in the
 * padding along one axis brings nothing along the other either.
 */
const reaching = (
  graph: Graph,
  fields: Fields,
  input: Node,
  from: Node,
  unit: readonly number[],
): readonly Product[] | null => {
  const sets = new Map<number, Cells>();
  const walk: Walk = {
    work: { left: MOST_CELLS },
    all(length) {
      const known = sets.get(length) ?? new Set(Array.from({ length }, (_, i) => i));
      sets.set(length, known);
      return known;
    },
  };
  const own = from.facts?.output ?? [];
  const wanted = new Map<number, Product[]>([
    [from.id, [[walk.all(channels(own)), ...unit.map((place) => new Set([place]))]]],
  ]);
  for (let id = from.id; id > input.id; id -= 1) {
    const node = graph.nodes[id];
    const products = wanted.get(id);
    if (!node || !products || isInput(node)) continue;
    wanted.delete(id);
    let first = 0;
    const { stacked, reads } = node.facts ?? {};
    for (const [i, of] of sourcesOf(node).entries()) {
      const shape = graph.nodes[of]?.facts?.output ?? [];
      const behind = stacked === undefined ? null : { axis: stacked, from: first };
      first += shape[stacked ?? 0] ?? 1;
      const field = fields[of];
      if (!field || (field.apart ?? field).local === 'global') continue;
      const read = wanted.get(of) ?? [];
      wanted.set(of, read);
      for (const product of products) {
        const own = reads?.[i];
        const next = own ? [rereadBy(own, shape, product, walk)] : backThrough(node, shape, product, behind, walk);
        if (next === null || walk.work.left < 0) return null;
        for (const one of next) add(read, one);
      }
      if (read.length > MOST_PRODUCTS) return null;
    }
  }
  return wanted.get(input.id) ?? [];
};

/** Adds a product; what lies within another is left out. Most branches see less than the widest, and one product remains. */
const add = (products: Product[], next: Product): void => {
  if (next.some((cells) => cells.size === 0) || products.some((product) => lies(next, product))) return;
  const kept = products.filter((product) => !lies(product, next));
  products.splice(0, products.length, ...kept, next);
};

const lies = (inner: Product, outer: Product): boolean =>
  inner.every((cells, axis) => {
    const all = outer[axis];
    return cells === all || (all !== undefined && cells.size <= all.size && [...cells].every((cell) => all.has(cell)));
  });

/** The cells along each axis of what is read: those of an axis of its own, all, or one; none at all where there are none. */
const rereadBy = (reads: Reads, shape: Shape, own: Product, { all }: Walk): Product =>
  shape.map((size, axis) => {
    const read = reads[axis] ?? 'all';
    if (typeof read === 'number') return own[read] ?? all(size);
    return own.some((cells) => cells.size === 0) ? new Set() : read === 'all' ? all(size) : new Set([read.at]);
  });

/** The values that a layer reads for those of its own; of one that stacks what it reads, from a cell along an axis on. */
const backThrough = (
  { facts }: Node,
  shape: Shape,
  own: Product,
  behind: { readonly axis: number; readonly from: number } | null,
  { work, all }: Walk,
): readonly Product[] | null => {
  const { output = [], reach, moves, channels: mixed } = facts ?? {};
  if (moves) return movedBack(own, moves, shape, output, { work, all });
  return [
    shape.map((size, axis) => {
      const cells = own[axis] ?? all(output[axis] ?? 1);
      const length = output[axis] ?? 1;
      if (behind?.axis === axis)
        return tapped(cells, { advance: 1, taps: [{ start: -behind.from, step: 1, count: 1 }] }, size, length, work);
      if (axis === 0) {
        if (mixed === 'all') return cells.size > 0 ? all(size) : cells;
        return mixed || size < length ? tapped(cells, mixed || OWN_CELL, size, length, work) : cells;
      }
      const along = reach && reach !== 'global' ? reach[axis - 1] : undefined;
      return along ? tapped(cells, along, size, length, work) : cells;
    }),
  ];
};

/** The cells of an axis of `size` that cells of an axis of `length` tap. */
const tapped = (cells: Cells, along: AxisReach, size: number, length: number, work: { left: number }): Cells => {
  const read = new Set<number>();
  for (const cell of cells) {
    const taps = tapsOf(along, cell, length);
    if (!taps) continue;
    const { start, step, count } = taps;
    const last = Math.min(start + (count - 1) * step, size - 1);
    for (let tap = start + Math.max(0, Math.ceil(-start / step)) * step; tap <= last; tap += step) {
      read.add(tap);
      work.left -= 1;
      if (work.left < 0) return read;
    }
  }
  return read;
};

// --- where values only move --------------------------------------------------------------------------------------------

const movedBack = (
  own: Product,
  { split, order }: Moves,
  shape: Shape,
  output: Shape,
  walk: Walk,
): readonly Product[] | null => {
  const turned = order.map((axis) => split[axis] ?? 1);
  const apart = rereadAll([own], output, turned, walk);
  const straight = apart?.map((product) => split.map((_, axis) => product[order.indexOf(axis)] ?? walk.all(1)));
  return straight ? rereadAll(straight, split, shape, walk) : null;
};

const rereadAll = (products: readonly Product[], from: Shape, to: Shape, walk: Walk): readonly Product[] | null => {
  if (sameShape(from, to)) return products;
  const all: Product[] = [];
  for (const product of products) {
    const read = reread(product, from, to, walk);
    if (!read || all.length + read.length > MOST_PRODUCTS) return null;
    all.push(...read);
  }
  return all;
};

/** The values of a product under another shape: axes that divide the values alike stay, the others go through one by one. */
const reread = (product: Product, from: Shape, to: Shape, walk: Walk): readonly Product[] | null => {
  const [old, fresh] = [strides(from), strides(to)];
  const edges = new Set([...old, ...fresh].flatMap(({ step, span }) => [step, span]));
  const shared = [...edges]
    .filter((edge) => [old, fresh].every((axes) => axes.every(({ step, span }) => edge <= step || edge >= span)))
    .sort((a, b) => b - a);
  let made: Product[] = [to.map(() => walk.all(1))];
  for (const [i, low] of shared.slice(1).entries()) {
    const high = shared[i] ?? low;
    const within = ({ step, span }: { step: number; span: number }): boolean =>
      step >= low && span <= high && step < span;
    const blocks = block(old.map(within), fresh.map(within), product, from, to, walk);
    if (!blocks || made.length * blocks.length > MOST_PRODUCTS) return null;
    made = made.flatMap((done) => blocks.map((cells) => done.map((set, axis) => cells.get(axis) ?? set)));
  }
  return made;
};

/** One run of axes that holds the same values as another: the cells by axis of the other, as few products as there are. */
const block = (
  old: readonly boolean[],
  fresh: readonly boolean[],
  product: Product,
  from: Shape,
  to: Shape,
  { work, all }: Walk,
): readonly ReadonlyMap<number, Cells>[] | null => {
  const axesOf = (which: readonly boolean[]): readonly number[] => which.flatMap((is, axis) => (is ? [axis] : []));
  const [olds, news] = [axesOf(old), axesOf(fresh)];
  const [one, ...more] = news;
  const sets = olds.map((axis) => product[axis] ?? all(1));
  if (one !== undefined && more.length === 0 && olds.length === 1) return [new Map([[one, sets[0] ?? all(1)]])];
  if (olds.every((axis, i) => sets[i]?.size === from[axis]))
    return [new Map(news.map((axis) => [axis, all(to[axis] ?? 1)]))];
  work.left -= sets.reduce((count, set) => count * set.size, 1);
  if (work.left < 0) return null;
  const indices: number[] = [];
  for (const place of choices(sets))
    indices.push(place.reduce((index, cell, i) => index * (from[olds[i] ?? 0] ?? 1) + cell, 0));
  return products(indices, news, to);
};

/** Values by their index among some axes, as products: those whose rests agree lie in one. */
const products = (
  indices: readonly number[],
  axes: readonly number[],
  to: Shape,
): readonly ReadonlyMap<number, Cells>[] => {
  const [axis, ...others] = axes;
  if (axis === undefined) return [new Map()];
  const below = product(others.map((other) => to[other] ?? 1));
  const rests = new Map<number, number[]>();
  for (const index of indices) {
    const rest = rests.get(Math.floor(index / below)) ?? [];
    rest.push(index % below);
    rests.set(Math.floor(index / below), rest);
  }
  const alike = new Map<string, { cells: Set<number>; rest: readonly number[] }>();
  for (const [cell, rest] of rests) {
    const key = rest.sort((a, b) => a - b).join();
    const known = alike.get(key) ?? { cells: new Set(), rest };
    known.cells.add(cell);
    alike.set(key, known);
  }
  return [...alike.values()].flatMap(({ cells, rest }) =>
    products(rest, others, to).map((inner) => new Map([[axis, cells], ...inner])),
  );
};
