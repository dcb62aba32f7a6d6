// Graph -> the text of a spec that means the same, one layer per line: the inverse of parse.ts. Blocks, repeats, branches and
// sugar stand expanded; vars, comments and expectations are gone. As a person would write it, it is spec/.

import { type Graph, isInput, type Node, unread } from '../core/graph.js';
import { namedSizes, optionText, word } from './spec/words.js';

/** Null where a layer could not be analysed: nobody knows what it is. */
export const write = (graph: Graph): string | null => {
  if (graph.nodes.some(({ args, facts, uncounted }) => !args || !facts || uncounted)) return null;
  const inputs = graph.nodes.filter(isInput);
  return [
    'spec: 1',
    ...(graph.name ? [`name: ${word(graph.name)}`] : []),
    ...(inputs.length === 1 && inputs[0]?.name === 'input'
      ? [`input: ${namedSizes(inputs[0].facts?.output ?? [])}`]
      : ['inputs:', ...inputs.map((input) => `  ${word(input.name)}: ${namedSizes(input.facts?.output ?? [])}`)]),
    ...(graph.batch === 1 ? [] : [`batch: ${graph.batch}`]),
    ...(graph.dtype === 'f32' ? [] : [`dtype: ${graph.dtype}`]),
    ...(sameIds(graph.outputs, unread(graph.nodes))
      ? []
      : [`outputs: [${graph.outputs.map((id) => word(graph.nodes[id]?.name ?? '')).join(', ')}]`]),
    'layers:',
    ...graph.nodes.filter((node) => !isInput(node)).map((node) => `  - {${item(graph, node)}}`),
    '',
  ].join('\n');
};

const sameIds = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);

/** The layer's kind with its main option, the other options that are not the defaults, its name and what it reads. */
const item = ({ nodes }: Graph, node: Node): string => {
  const { kind, args, inputs, sharedWith, frozen, as } = node;
  const named = (id: number): string => word(nodes[id]?.name ?? '');
  const axes = (nodes[inputs[0] ?? -1]?.facts?.output.length ?? 1) - 1;
  const given = Object.entries(kind.args).flatMap(([name, arg]): readonly (readonly [string, string])[] => {
    const value = args?.[name];
    const fallback = arg.fallback?.value(axes, args ?? {});
    const same = arg.fallback && JSON.stringify(value) === JSON.stringify(fallback);
    return value === undefined || (same && name !== kind.main) ? [] : [[name, optionText(arg, value, axes)]];
  });
  const main = given.find(([name]) => name === kind.main)?.[1];
  const merges = kind.role === 'merge' ? `[${inputs.map(named).join(', ')}]` : undefined;
  const first = main ?? merges;
  const before = nodes[node.id - 1];
  const previous =
    before !== undefined && inputs.length === 1 && inputs[0] === before.id && before.kind.inputs !== 'none';
  // With several inputs, what comes in first is all of them.
  const obvious = kind.inputs === 'none' || (previous && (node.id === 1 || !isInput(before)));
  const from = inputs.length === 1 ? named(inputs[0] ?? -1) : `[${inputs.map(named).join(', ')}]`;
  return [
    first === undefined ? kind.name : `${kind.name}: ${first}`,
    ...given.filter(([name]) => name !== kind.main).map(([name, text]) => `${name}: ${text}`),
    `name: ${word(node.name)}`,
    ...(merges || obvious ? [] : [`from: ${from}`]),
    ...(sharedWith === undefined ? [] : [`share: ${named(sharedWith)}`]),
    ...(frozen ? ['frozen: true'] : []),
    ...(as ? [`as: ${as}`] : []),
  ].join(', ');
};
