// What a unit sees by each of the layers that meet in its own: the branches of a concatenation, the two sides of an addition. No text.

import { type Graph, type Node, sourcesOf } from '../core/graph.js';
import { sameShape, spatial } from '../core/shape.js';
import type { Region } from './cone.js';
import type { Fields } from './receptive-field.js';
import { fieldAt, sameCell } from './track.js';

/** Branches that see the same, by the names of the layers that are read; `cells` is null where they see everything. */
export interface BranchSeen {
  readonly names: readonly string[];
  readonly cells: Region | null;
}

/** Where branches met last before a layer, with nothing behind that changes which cells a unit sees; null where none do. */
const meetingOf = (graph: Graph, layer: Node): Node | null => {
  for (let node: Node | undefined = layer; node; ) {
    const [only, ...others] = sourcesOf(node);
    if (others.length > 0) return node;
    const source: Node | undefined = graph.nodes[only ?? -1];
    const { reach, moves, reads, output = [] } = node.facts ?? {};
    if (!source || reach || moves || reads || !sameShape(spatial(output), spatial(source.facts?.output ?? [])))
      return null;
    node = source;
  }
  return null;
};

/** What the unit at `at` sees by each branch; none where all see the same, or where a branch is not read cell by cell. */
export const branchesSeen = (
  graph: Graph,
  fields: Fields,
  layer: Node,
  at: readonly number[],
): readonly BranchSeen[] => {
  const node = meetingOf(graph, layer);
  const { reach, moves, reads, stacked = 0, output = [] } = node?.facts ?? {};
  if (!node || reach || moves || reads || stacked > 0) return [];
  const seen: { names: string[]; cells: Region | null }[] = [];
  for (const id of node.inputs) {
    const source = graph.nodes[id];
    const tracks = fields[id]?.local;
    if (!source || !tracks) continue;
    const isGlobal = tracks === 'global';
    if (!isGlobal && !sameShape(spatial(source.facts?.output ?? []), spatial(output))) return [];
    const cells = isGlobal ? null : tracks.map((track) => fieldAt(track, at));
    const alike = seen.find((other) => same(other.cells, cells));
    if (alike) alike.names.push(source.name);
    else seen.push({ names: [source.name], cells });
  }
  return seen.length > 1 ? seen : [];
};

const same = (a: Region | null, b: Region | null): boolean =>
  a === b || (a !== null && b !== null && a.every((cell, axis) => sameCell(cell, b[axis] ?? cell)));
