// The peak of live activations while the network runs once, in the order of its rows. Elements, not bytes.

import { activationsOf } from '../core/figures.js';
import { type Graph, isInput, type Node } from '../core/graph.js';

const NOBODY = -1;

/** Whether what a layer makes lies in the memory of what it reads, which is one tensor. */
export type Joins = (node: Node) => boolean;

/**
 * The largest number of values alive at once and the node that runs then; null where a shape is unknown, or what the outputs are.
 * By default every layer has memory of its own.
 */
export const peakActivations = (
  graph: Graph,
  joins: Joins = () => false,
): { readonly elements: number; readonly at: number } | null => {
  if (graph.outputs.length === 0 && !graph.nodes.every(isInput)) return null;
  // Whose memory a node's values lie in.
  const owners: number[] = [];
  for (const node of graph.nodes) owners.push(joins(node) ? (owners[node.inputs[0] ?? -1] ?? node.id) : node.id);
  const ownerOf = (id: number): number => owners[id] ?? id;
  const lastReader = new Float64Array(graph.nodes.length).fill(NOBODY);
  for (const node of graph.nodes) for (const input of node.inputs) lastReader[ownerOf(input)] = node.id;
  for (const id of graph.outputs) lastReader[ownerOf(id)] = Number.POSITIVE_INFINITY;
  let alive = 0;
  let peak = { elements: 0, at: 0 };
  for (const node of graph.nodes) {
    if (!node.facts) return null;
    const isOwn = ownerOf(node.id) === node.id;
    if (isOwn) alive += activationsOf(node.facts);
    if (alive > peak.elements) peak = { elements: alive, at: node.id };
    for (const owner of node.inputs.length > 1 ? new Set(node.inputs.map(ownerOf)) : node.inputs.map(ownerOf)) {
      if (lastReader[owner] === node.id) alive -= activationsOf(graph.nodes[owner]?.facts ?? { output: [0] });
    }
    if (lastReader[node.id] === NOBODY && isOwn && !isInput(node)) alive -= activationsOf(node.facts);
  }
  return peak;
};
