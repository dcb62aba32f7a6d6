// Who feeds whom among the boxes of a diagram, and with what. What a copy reads of the copy before it is drawn where the first copy
// has it.

import { type Graph, shapeOf } from '../../core/graph.js';
import type { Shape } from '../../core/shape.js';
import type { Read } from './copies.js';
import type { Folded } from './folded.js';
import type { Leaf } from './leaves.js';

/** From box to box; the shapes of the copies in their order. */
export interface Flow {
  readonly from: number;
  readonly to: number;
  readonly shapes: readonly (Shape | null)[];
  /** Copies of what is fed that have it. */
  readonly copies: number;
}

/** `boxOf`: of every node the box in which it is drawn. */
export const flowsOf = (graph: Graph, all: Folded, boxOf: readonly number[]): readonly Flow[] => {
  const { leafOf } = all.world;
  const drawn = (id: number): number => {
    const leaf = leafOf[id];
    return (leaf ? boxOf[all.modelOf(leaf).rows[0].node.id] : boxOf[id]) ?? 0;
  };
  const flows = new Map<string, Found>();
  for (const node of graph.nodes)
    for (const id of node.inputs) {
      const source = sourceOf({ source: id, reader: node.id }, all);
      const from = drawn(source);
      const to = drawn(node.id);
      if (from === to) continue;
      const key = `${from} ${to}`;
      const flow: Found = flows.get(key) ?? { from, to, own: [], carried: [], readers: new Set() };
      const leaf = leafOf[node.id] as Leaf;
      (source === id ? flow.own : flow.carried).push(shapeOf(graph.nodes[id]));
      flow.readers.add(
        all
          .copiesOf(leaf)
          .map(({ copy }) => copy)
          .join(),
      );
      flows.set(key, flow);
    }
  return [...flows.values()].map(({ from, to, own, carried, readers }) => ({
    from,
    to,
    shapes: own.length > 0 ? own : carried,
    copies: readers.size,
  }));
};

interface Found {
  readonly from: number;
  readonly to: number;
  /** What comes from there, and what comes from the copy before in its place. */
  readonly own: (Shape | null)[];
  readonly carried: (Shape | null)[];
  /** The copies that read it. */
  readonly readers: Set<string>;
}

/** What is drawn as being read: of a copy that comes before the reader's own what the first copy reads in its place. */
const sourceOf = (read: Read, all: Folded): number => {
  const { leafOf } = all.world;
  const [from, to] = [leafOf[read.source], leafOf[read.reader]];
  if (!from || !to) return read.source;
  const there = all.copiesOf(from);
  const here = new Map(all.copiesOf(to).map(({ run, copy }) => [run, copy]));
  for (const { run, copy, model } of there) {
    const own = here.get(run);
    if (own === undefined || own === copy) continue;
    const first = all.carried(run, model);
    // What is read in the first copy is never the copy's own.
    return first ? sourceOf(first, all) : read.source;
  }
  return read.source;
};
