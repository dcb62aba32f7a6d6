// The peak of live activations while the network runs once, in the order of its rows. Elements, not bytes.

import { activationsOf } from '../core/figures.js';
import { type Graph, isInput } from '../core/graph.js';

const NOBODY = -1;

/** The largest number of values alive at once and the node that runs then; null where a shape is unknown, or what the outputs are. */
export const peakActivations = (graph: Graph): { readonly elements: number; readonly at: number } | null => {
  if (graph.outputs.length === 0 && !graph.nodes.every(isInput)) return null;
  const lastReader = new Float64Array(graph.nodes.length).fill(NOBODY);
  for (const node of graph.nodes) for (const input of node.inputs) lastReader[input] = node.id;
  for (const id of graph.outputs) lastReader[id] = Number.POSITIVE_INFINITY;
  let alive = 0;
  let peak = { elements: 0, at: 0 };
  for (const node of graph.nodes) {
    if (!node.facts) return null;
    alive += activationsOf(node.facts);
    if (alive > peak.elements) peak = { elements: alive, at: node.id };
    for (const input of node.inputs.length > 1 ? new Set(node.inputs) : node.inputs) {
      if (lastReader[input] === node.id) alive -= activationsOf(graph.nodes[input]?.facts ?? { output: [0] });
    }
    if (lastReader[node.id] === NOBODY && !isInput(node)) alive -= activationsOf(node.facts);
  }
  return peak;
};
