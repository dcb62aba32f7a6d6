// What one unit of a layer sees of the input: as far as its field goes, within the image, and what really reaches it.

import { type Graph, isInput, type Node } from '../core/graph.js';
import { product, spatial } from '../core/shape.js';
import type { Fields } from './receptive-field.js';
import { type Cell, fieldAt, isEmpty, widthOf } from './track.js';

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
  const reached = sizes.map((_, axis) => hullOf(reaching(graph, fields, input, node, axis, at[axis] ?? 0)));
  return {
    unclipped,
    clipped,
    reached: reached.every((cell): cell is Cell => cell !== null) ? reached : null,
    paddingCells: product(unclipped.map(widthOf)) - product(clipped.map(widthOf)),
  };
};

/** The input cells that one unit reads in the interior of a layer, along an axis: a dilated kernel leaves cells out between. */
export const cellsRead = (graph: Graph, fields: Fields, input: Node, node: Node, axis: number): number | null => {
  const length = spatial(node.facts?.output ?? [])[axis] ?? 1;
  return reaching(graph, fields, input, node, axis, Math.floor(length / 2))?.size ?? null;
};

const hullOf = (cells: ReadonlySet<number> | null): Cell | null => {
  if (!cells) return null;
  let [lo, hi] = [1, 0];
  for (const cell of cells) [lo, hi] = isEmpty({ lo, hi }) ? [cell, cell] : [Math.min(lo, cell), Math.max(hi, cell)];
  return { lo, hi };
};

/** Nobody waits for more cells than that. */
const MOST_CELLS = 1 << 22;

/** The input's cells along an axis that reach one unit, walking back from it and staying within every layer on the way. */
const reaching = (
  graph: Graph,
  fields: Fields,
  input: Node,
  from: Node,
  axis: number,
  unit: number,
): ReadonlySet<number> | null => {
  const wanted = new Map<number, Set<number>>([[from.id, new Set([unit])]]);
  let left = MOST_CELLS;
  for (let id = from.id; id > input.id; id -= 1) {
    const node = graph.nodes[id];
    const cells = wanted.get(id);
    if (!node || !cells || isInput(node)) continue;
    wanted.delete(id);
    const reach = node.facts?.reach;
    const along = reach && reach !== 'global' ? reach[axis] : undefined;
    for (const of of node.inputs) {
      const local = fields[of]?.local;
      if (!local || local === 'global') continue;
      const length = spatial(graph.nodes[of]?.facts?.output ?? [])[axis] ?? 1;
      const read = wanted.get(of) ?? new Set();
      wanted.set(of, read);
      for (const cell of cells) {
        if (!along) {
          read.add(cell);
          left -= 1;
          continue;
        }
        const turn = Math.floor(cell / along.taps.length);
        const { start, step, count } = along.taps[cell % along.taps.length] ?? { start: 0, step: 1, count: 0 };
        const first = turn * along.advance + start;
        const last = Math.min(first + (count - 1) * step, length - 1);
        for (let tap = first + Math.max(0, Math.ceil(-first / step)) * step; tap <= last; tap += step) {
          read.add(tap);
          left -= 1;
          if (left < 0) return null;
        }
      }
      if (left < 0) return null;
    }
  }
  return wanted.get(input.id) ?? new Set();
};
