// The peak of live activations while the network runs once, in the order of its rows. Elements, not bytes.

import { activationsOf } from '../core/figures.js';
import { type Graph, isInput } from '../core/graph.js';

/** The largest number of values alive at once and the node that runs then; null where a shape is unknown, or what the outputs are. */
export const peakActivations = (graph: Graph): { readonly elements: number; readonly at: number } | null => {
  if (graph.outputs.length === 0 && !graph.nodes.every(isInput)) return null;
  const lastReader = new Map<number, number>();
  for (const node of graph.nodes) for (const input of node.inputs) lastReader.set(input, node.id);
  for (const id of graph.outputs) lastReader.set(id, Number.POSITIVE_INFINITY);
  let alive = 0;
  let peak = { elements: 0, at: 0 };
  for (const node of graph.nodes) {
    if (!node.facts) return null;
    alive += activationsOf(node.facts);
    if (alive > peak.elements) peak = { elements: alive, at: node.id };
    for (const input of new Set(node.inputs)) {
      if (lastReader.get(input) === node.id) alive -= activationsOf(graph.nodes[input]?.facts ?? { output: [0] });
    }
    if (!lastReader.has(node.id) && !isInput(node)) alive -= activationsOf(node.facts);
  }
  return peak;
};
