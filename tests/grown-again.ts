// A network as an importer would give it: rows with the names of the file and nothing else, grown into a graph again. No assertions.

import type { Plain } from '../src/core/args.js';
import { type Graph, isInput, type Node } from '../src/core/graph.js';
import type { GrowingRow } from '../src/core/growing.js';
import { filled } from '../src/core/stored.js';
import { type GrownNetwork, grown } from '../src/lang/grown.js';
import { optionValue } from '../src/lang/spec/words.js';
import { layers } from '../src/layers/index.js';
import { parameters } from '../src/run/network.js';

const optionsOf = ({ kind, args, inputs }: Node, nodes: readonly Node[]): Record<string, Plain> => {
  const axes = (nodes[inputs[0] ?? -1]?.facts?.output.length ?? nodes[0]?.facts?.output.length ?? 1) - 1;
  return Object.fromEntries(
    Object.entries(kind.args).flatMap(([name, arg]) => {
      const value = args?.[name];
      return value === undefined ? [] : [[name, optionValue(arg, value, axes, 'chw')]];
    }),
  );
};

/** `called` renames rows, as exporters do. */
export const grownAgain = (graph: Graph, called: (node: Node) => string = ({ name }) => name): GrownNetwork => {
  const tensors = new Map<number, Record<string, ReturnType<typeof filled>>>();
  for (const { node, tensor, shape } of parameters({ graph }))
    tensors.set(node.id, { ...tensors.get(node.id), [tensor]: filled(shape, 0.5) });
  return grown({ registry: layers }, 'chw', (network) => {
    const inputs = graph.nodes.filter(isInput);
    const ids: number[] = [...network.inputs(inputs.map(({ name, facts }) => ({ name, sizes: facts?.output ?? [] })))];
    for (const node of graph.nodes.slice(inputs.length)) {
      const { kind, sharedWith, frozen, inputs: reads, id } = node;
      const own = tensors.get(id);
      const row: GrowingRow = {
        kind: kind.name,
        name: called(node),
        options: optionsOf(node, graph.nodes),
        reads: reads.map((read) => ids[read] ?? -1),
        ...(own && { tensors: own }),
        ...(sharedWith !== undefined && { sharedWith: ids[sharedWith] ?? -1 }),
        ...(frozen && { frozen }),
      };
      ids[id] = network.add(row);
    }
    return { name: graph.name, outputs: graph.outputs.map((id) => ids[id] ?? -1), origin: 'a test' };
  });
};
