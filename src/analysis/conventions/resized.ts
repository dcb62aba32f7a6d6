// The same network at another size of its input, with every layer worked out anew; null where that is no network. Nothing else changes.

import { type Graph, isInput, type Node, recompute } from '../../core/graph.js';
import { type Shape, spatial } from '../../core/shape.js';

/** Of one input; `sizes` are its spatial ones. */
export const resized = (graph: Graph, sizes: readonly number[]): Graph | null => {
  const [input, ...others] = graph.nodes.filter(isInput);
  if (!input?.facts || others.length > 0 || spatial(input.facts.output).length !== sizes.length) return null;
  const shape: Shape = [input.facts.output[0] ?? 1, ...sizes];
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const facts = isInput(node)
      ? { output: shape }
      : recompute(
          node,
          node.inputs.map((id) => nodes[id]?.facts?.output ?? []),
        );
    if (!facts) return null;
    nodes.push({ ...node, facts });
  }
  return { ...graph, nodes };
};

/** How many cells of the input stand behind one of the coarsest layer, along the axis where they are most. */
export const strideOf = ({ nodes }: Graph): number => {
  const input = spatial(nodes.find(isInput)?.facts?.output ?? []);
  const strides = nodes.flatMap(({ facts }) => {
    const sizes = spatial(facts?.output ?? []);
    return sizes.length === input.length ? sizes.map((size, axis) => (input[axis] ?? 1) / size) : [];
  });
  return strides.reduce((most, stride) => Math.max(most, stride), 1);
};
