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
  const flows = new Map<string, { from: number; to: number; shapes: (Shape | null)[]; readers: Set<string> }>();
  for (const node of graph.nodes)
    for (const id of node.inputs) {
      const from = drawn(sourceOf({ source: id, reader: node.id }, all));
      const to = drawn(node.id);
      if (from === to) continue;
      const key = `${from} ${to}`;
      const flow = flows.get(key) ?? { from, to, shapes: [], readers: new Set() };
      const leaf = leafOf[node.id] as Leaf;
      flow.shapes.push(shapeOf(graph.nodes[id]));
      flow.readers.add(
        all
          .copiesOf(leaf)
          .map(({ copy }) => copy)
          .join(),
      );
      flows.set(key, flow);
    }
  return [...flows.values()].map(({ readers, ...flow }) => ({ ...flow, copies: readers.size }));
};

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
