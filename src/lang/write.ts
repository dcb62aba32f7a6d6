// Graph -> the text of a spec that means the same, one layer per line: the inverse of parse.ts. Blocks, repeats, branches and
// sugar stand expanded; vars, comments and expectations are gone.

import type { Arg, Plain } from '../core/args.js';
import { isProblem } from '../core/diagnostic.js';
import { type Graph, isInput, type Node, unread } from '../core/graph.js';
import { axisWord, type Shape, spatial } from '../core/shape.js';
import { toSides } from '../core/window.js';

/** Null where a layer could not be analysed: nobody knows what it is. */
export const write = (graph: Graph): string | null => {
  if (graph.nodes.some(({ args, facts, uncounted }) => !args || !facts || uncounted)) return null;
  const inputs = graph.nodes.filter(isInput);
  return [
    'spec: 1',
    ...(graph.name ? [`name: ${word(graph.name)}`] : []),
    ...(inputs.length === 1 && inputs[0]?.name === 'input'
      ? [`input: ${inputText(inputs[0])}`]
      : ['inputs:', ...inputs.map((input) => `  ${word(input.name)}: ${inputText(input)}`)]),
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

const inputText = ({ facts }: Node): string => {
  const shape: Shape = facts?.output ?? [];
  const axes = shape.length - 1;
  const sizes = spatial(shape).map((size, axis) => `${axisWord(axes, axis)}: ${size}`);
  return `{${[...sizes, `channels: ${shape[0]}`].join(', ')}}`;
};

/** The layer's kind with its main option, the other options that are not the defaults, its name and what it reads. */
const item = ({ nodes }: Graph, node: Node): string => {
  const { kind, args, inputs, sharedWith, frozen } = node;
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
  ].join(', ');
};

/** The shortest of the ways to write an option that is read as the same value. */
const optionText = (arg: Arg<unknown>, value: unknown, axes: number): string => {
  const wanted = JSON.stringify(value);
  const fits = (written: Plain): boolean => {
    const read = arg.convert(written, axes, 'hwc');
    return !isProblem(read) && JSON.stringify(read) === wanted;
  };
  return text(waysToWrite(value).find(fits) ?? null);
};

const waysToWrite = (value: unknown): readonly Plain[] => {
  if (Math.abs(value as number) === Number.POSITIVE_INFINITY)
    return [value === Number.POSITIVE_INFINITY ? '.inf' : '-.inf'];
  if (!Array.isArray(value)) return [value as Plain];
  const list: readonly Plain[] = value.every(isPair) ? toSides(value) : value;
  const [first, ...rest] = list;
  // An adaptive pool keeps a size that is null; shapes are written with the channels last.
  return [...list.slice(0, 1), list, list.map((n) => (n === 0 ? null : n)), [...rest, first ?? null]];
};

const isPair = (value: unknown): value is readonly [number, number] => Array.isArray(value);

const text = (value: Plain): string => {
  if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`;
  return typeof value === 'string' ? word(value) : String(value);
};

/** A word as YAML takes it, in quotes where it could be something else. */
const word = (name: string): string =>
  /^([A-Za-z][\w.-]*|-?\.inf)$/.test(name) && name !== 'null' ? name : JSON.stringify(name);
