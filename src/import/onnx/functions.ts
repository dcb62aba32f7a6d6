// Functions that a model brings with it: what they are made of in place of each node that calls one.

import { Damaged } from '../../files/bytes.js';
import type { Attribute, FunctionProto, ModelProto, NodeProto } from './model.js';

/** Functions call each other this deep; one that calls itself never ends. */
const DEEPEST = 20;

/** Nodes that functions may come to. */
const MOST_NODES = 500_000;

/** The nodes of a graph with those of the functions that they call. Throws {@link Damaged} where there is no end. */
export const inlined = (nodes: readonly NodeProto[], { functions }: ModelProto): readonly NodeProto[] => {
  if (functions.length === 0) return nodes;
  const byName = new Map(functions.map((one) => [`${one.domain} ${one.name}`, one]));
  let calls = 0;
  const all: NodeProto[] = [];
  const add = (node: NodeProto, depth: number): void => {
    const called = byName.get(`${node.domain} ${node.op}`);
    if (!called) {
      all.push(node);
      return;
    }
    calls += 1;
    if (depth > DEEPEST || all.length > MOST_NODES)
      throw new Damaged(`its function ${node.op} calls itself without an end`);
    for (const inner of bodyOf(called, node, calls)) add(inner, depth + 1);
  };
  for (const node of nodes) add(node, 0);
  return all;
};

/** A function's nodes with the caller's values, and names of their own. */
const bodyOf = (called: FunctionProto, caller: NodeProto, call: number): readonly NodeProto[] => {
  const names = new Map<string, string>();
  for (const [i, name] of called.inputs.entries()) names.set(name, caller.inputs[i] ?? '');
  for (const [i, name] of called.outputs.entries()) if (caller.outputs[i]) names.set(name, caller.outputs[i]);
  const own = (name: string): string =>
    name === '' ? '' : (names.get(name) ?? `${caller.name || called.name}/${call}/${name}`);
  const defaults = new Map(called.defaults.map((one) => [one.name, one]));
  const given = (attribute: Attribute): readonly Attribute[] => {
    if (attribute.from === undefined) return [attribute];
    const value = caller.attributes.get(attribute.from) ?? defaults.get(attribute.from);
    return value ? [{ ...value, name: attribute.name }] : [];
  };
  return called.nodes.map((node, i) => ({
    ...node,
    // The last one gives what the call gives, and has its name.
    name: i === called.nodes.length - 1 ? caller.name : `${caller.name || called.name}/${node.name || node.op}`,
    inputs: node.inputs.map(own),
    outputs: node.outputs.map(own),
    attributes: new Map(
      [...node.attributes.values()].flatMap((one) => given(one).map((value) => [value.name, value] as const)),
    ),
  }));
};
