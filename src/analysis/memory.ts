// Which activations are alive when, while the network runs once, in the order of its rows, and how many at most. Elements, not bytes.

import { activationsOf } from '../core/figures.js';
import { type Graph, isInput, type Node } from '../core/graph.js';

const NOBODY = -1;

/** Whether what a layer makes lies in the memory of what it reads, which is one tensor. */
export type Joins = (node: Node) => boolean;

/** The tensor that a node makes: there from its step on to that of its last reader, and while that runs. */
export interface Life {
  readonly node: Node;
  /** By ids. */
  readonly from: number;
  readonly until: number;
  readonly elements: number;
}

/**
 * Every tensor in the order of its making; null where a shape is unknown, or what the outputs are. An output stays to the end, and an
 * input that nobody reads. By default every layer has memory of its own.
 */
export const livesOf = (graph: Graph, joins: Joins = () => false): readonly Life[] | null => {
  if (graph.outputs.length === 0 && !graph.nodes.every(isInput)) return null;
  // Whose memory a node's values lie in.
  const owners: number[] = [];
  for (const node of graph.nodes) owners.push(joins(node) ? (owners[node.inputs[0] ?? -1] ?? node.id) : node.id);
  const ownerOf = (id: number): number => owners[id] ?? id;
  const last = graph.nodes.length - 1;
  const until = graph.nodes.map((node) => (isInput(node) ? NOBODY : node.id));
  for (const node of graph.nodes) for (const input of node.inputs) until[ownerOf(input)] = node.id;
  for (const id of graph.outputs) until[ownerOf(id)] = last;
  const lives: Life[] = [];
  for (const node of graph.nodes) {
    if (!node.facts) return null;
    const { id } = node;
    if (ownerOf(id) !== id) continue;
    const end = until[id] ?? NOBODY;
    lives.push({ node, from: id, until: end === NOBODY ? last : end, elements: activationsOf(node.facts) });
  }
  return lives;
};

/** How many values are alive while each node runs. */
export const aliveAt = (lives: readonly Life[], nodes: number): Float64Array => {
  const alive = new Float64Array(nodes + 1);
  for (const { from, until, elements } of lives) {
    alive[from] = (alive[from] ?? 0) + elements;
    alive[until + 1] = (alive[until + 1] ?? 0) - elements;
  }
  for (let step = 1; step < nodes; step += 1) alive[step] = (alive[step] ?? 0) + (alive[step - 1] ?? 0);
  return alive.subarray(0, nodes);
};

/** The largest number of values alive at once and the node that runs then; null where lives are not known. */
export const peakActivations = (
  graph: Graph,
  joins?: Joins,
): { readonly elements: number; readonly at: number } | null => {
  const lives = livesOf(graph, joins);
  if (!lives) return null;
  let peak = { elements: 0, at: 0 };
  aliveAt(lives, graph.nodes.length).forEach((elements, at) => {
    if (elements > peak.elements) peak = { elements, at };
  });
  return peak;
};
