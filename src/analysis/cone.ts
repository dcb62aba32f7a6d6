// What one unit sees of every layer on the way to the input: the hull of the cells, over the edges of the maps. No drawing.

import { type Graph, isInput, type Node, sourcesOf } from '../core/graph.js';
import { type AxisReach, tapsOf } from '../core/reach.js';
import { type Shape, spatial } from '../core/shape.js';
import type { Fields } from './receptive-field.js';
import { type Cell, isEmpty } from './track.js';

/** Per axis of places. */
export type Region = readonly Cell[];

/**
 * By node id, for the unit at `at` of a layer; over several paths the hull of what each sees, gates left out. What stands before a
 * layer that moves values to other axes is not in it, nor is anything that no cell reaches.
 */
export const coneOf = (
  graph: Graph,
  fields: Fields,
  input: Node,
  node: Node,
  at: readonly number[],
): ReadonlyMap<number, Region> => {
  const cone = new Map<number, Region>([[node.id, at.map((place) => ({ lo: place, hi: place }))]]);
  const unknown = new Set<number>();
  for (let id = node.id; id > input.id; id -= 1) {
    const layer = graph.nodes[id];
    const region = cone.get(id);
    if (!layer || isInput(layer) || (!region && !unknown.has(id))) continue;
    let first = 0;
    for (const [i, of] of sourcesOf(layer).entries()) {
      const shape = graph.nodes[of]?.facts?.output ?? [];
      const { stacked = 0 } = layer.facts ?? {};
      const from = first;
      first += shape[stacked] ?? 1;
      const field = fields[of];
      if (!field || field.local === 'global') continue;
      const read = region && !unknown.has(id) ? readBy(layer, i, shape, region, from) : null;
      const known = cone.get(of);
      if (!read) unknown.add(of);
      else cone.set(of, known ? read.map((cell, axis) => hull(cell, known[axis] ?? cell)) : read);
    }
  }
  for (const id of unknown) cone.delete(id);
  return cone;
};

const hull = (a: Cell, b: Cell): Cell => {
  if (isEmpty(a)) return b;
  return isEmpty(b) ? a : { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };
};

/** What a layer reads of its i-th source for cells of its own; null where its axes are not those of the source. */
const readBy = ({ facts }: Node, i: number, shape: Shape, region: Region, from: number): Region | null => {
  const { reach, reads, moves, stacked = 0, output = [] } = facts ?? {};
  const sizes = spatial(shape);
  if (moves || reach === 'global' || sizes.length !== region.length) return null;
  const own = reads?.[i];
  const read: (Cell | null)[] = region.map((cell, axis) => {
    const whole = { lo: 0, hi: (sizes[axis] ?? 1) - 1 };
    if (own) {
      const along = own[axis + 1];
      return along === 'all' ? whole : along === axis + 1 ? cell : null;
    }
    if (stacked === axis + 1) return { lo: cell.lo - from, hi: cell.hi - from };
    const along = reach?.[axis];
    return along ? tapped(along, cell, output[axis + 1] ?? 1) : cell;
  });
  return read.every((cell) => cell !== null) ? read : null;
};

/** From the first tap of the first cells to the last of the last ones: a period of either is enough. */
const tapped = (along: AxisReach, { lo, hi }: Cell, length: number): Cell | null => {
  const period = Math.max(1, along.taps.length, along.ends ? hi - lo + 1 : 1);
  let read: Cell = { lo: 1, hi: 0 };
  for (let cell = lo; cell <= hi; cell += 1) {
    if (cell >= lo + period && cell <= hi - period) cell = hi - period + 1;
    const taps = tapsOf(along, cell, length);
    if (!taps) return null;
    if (taps.count > 0) read = hull(read, { lo: taps.start, hi: taps.start + (taps.count - 1) * taps.step });
  }
  return read;
};
