// What one unit of a layer sees of the input: as far as its field goes, within the image, and what really reaches it.

import { type Graph, isInput, type Node } from '../core/graph.js';
import type { Reach } from '../core/reach.js';
import { choices, product, spatial } from '../core/shape.js';
import type { Fields } from './receptive-field.js';
import { type Cell, fieldAt, widthOf } from './track.js';

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
  const sizes = spatial(input.facts?.output ?? []);
  const unclipped = tracks.map((track, axis) => fieldAt(track, at[axis] ?? 0));
  const clipped = unclipped.map(({ lo, hi }, axis) => ({
    lo: Math.max(lo, 0),
    hi: Math.min(hi, (sizes[axis] ?? 1) - 1),
  }));
  const products = reaching(graph, fields, input, node, at);
  return {
    unclipped,
    clipped,
    reached: products && sizes.map((_, axis) => hullOf(products.flatMap((product) => product[axis] ?? []))),
    paddingCells: product(unclipped.map(widthOf)) - product(clipped.map(widthOf)),
  };
};

/** How many input cells the middle unit of a layer reads: a dilated kernel leaves cells out. Null where it takes too long. */
export const cellsRead = (graph: Graph, fields: Fields, input: Node, node: Node): number | null => {
  const middle = spatial(node.facts?.output ?? []).map((length) => Math.floor(length / 2));
  const products = reaching(graph, fields, input, node, middle);
  if (!products) return null;
  const [only, ...more] = products;
  if (more.length === 0) return only ? product(only.map((cells) => cells.size)) : 0;
  const places = new Set<string>();
  for (const sets of products) {
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

/** All places with a row among the rows, a column among the columns. */
type Product = readonly Cells[];

/** Nobody waits for more cells than that, or for more products in one layer. */
const MOST_CELLS = 1 << 22;
const MOST_PRODUCTS = 64;

/**
 * The input cells that reach one unit, walking back from it and staying within every layer on the way. Along one path they
 * are a product of rows and columns; over several, a union of products: a branch that lies in the padding along one axis
 * brings nothing along the other either.
 */
const reaching = (
  graph: Graph,
  fields: Fields,
  input: Node,
  from: Node,
  unit: readonly number[],
): readonly Product[] | null => {
  const wanted = new Map<number, Product[]>([[from.id, [unit.map((place) => new Set([place]))]]]);
  const work = { left: MOST_CELLS };
  for (let id = from.id; id > input.id; id -= 1) {
    const node = graph.nodes[id];
    const products = wanted.get(id);
    if (!node || !products || isInput(node)) continue;
    wanted.delete(id);
    for (const of of node.inputs) {
      const local = fields[of]?.local;
      if (!local || local === 'global') continue;
      const sizes = spatial(graph.nodes[of]?.facts?.output ?? []);
      const read = wanted.get(of) ?? [];
      wanted.set(of, read);
      for (const product of products) {
        const next = product.map((cells, axis) => tapped(cells, node.facts?.reach, axis, sizes[axis] ?? 1, work));
        if (work.left < 0) return null;
        add(read, next);
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

const tapped = (
  cells: Cells,
  reach: Reach | undefined,
  axis: number,
  length: number,
  work: { left: number },
): Cells => {
  const along = reach && reach !== 'global' ? reach[axis] : undefined;
  if (!along) return cells;
  const read = new Set<number>();
  for (const cell of cells) {
    const turn = Math.floor(cell / along.taps.length);
    const { start, step, count } = along.taps[cell % along.taps.length] ?? { start: 0, step: 1, count: 0 };
    const first = turn * along.advance + start;
    const last = Math.min(first + (count - 1) * step, length - 1);
    for (let tap = first + Math.max(0, Math.ceil(-first / step)) * step; tap <= last; tap += step) {
      read.add(tap);
      work.left -= 1;
      if (work.left < 0) return read;
    }
  }
  return read;
};
