// Names of layers as Keras takes them, each once, and names of variables in Python. No layers.

import type { Node } from '../../core/graph.js';

/** Letters, digits, dots, dashes and underscores, a letter or a digit first: what TensorFlow calls a scope. */
export const plainName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/^[^A-Za-z0-9]+/, '');

export interface Names {
  /** That of a node, by its id. */
  readonly of: (id: number) => string;
  /** That name, or with a number behind it where another layer has it. */
  readonly free: (name: string) => string;
}

const freeIn = (taken: Set<string>, name: string, between = '_'): string => {
  let free = name;
  for (let n = 2; taken.has(free); n += 1) free = `${name}${between}${n}`;
  taken.add(free);
  return free;
};

/** Names that stay as they are come first, so that none of them is given away. */
export const namesOf = (nodes: readonly Node[]): Names => {
  const taken = new Set<string>();
  const own = new Map<number, string>();
  const isPlain = ({ name }: Node) => plainName(name) === name;
  for (const node of [...nodes.filter(isPlain), ...nodes.filter((node) => !isPlain(node))])
    own.set(node.id, freeIn(taken, plainName(node.name) || 'layer'));
  return { of: (id) => own.get(id) ?? 'layer', free: (name) => freeIn(taken, name) };
};

/** Python's own words, and what the generated file has names for. */
const RESERVED = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with yield match case type ' +
    'keras layers ops json np functools model build x input print len range zip slice tuple list max min sum float open int ' +
    'Scale Parameter RMSNorm'
  ).split(' '),
);

/** Variables by the names of layers: `layer1.0.conv1` is `layer1_0_conv1`. */
export const variables = (): ((name: string) => string) => {
  const taken = new Set(RESERVED);
  return (name) => {
    const plain = name.replace(/[^A-Za-z0-9_]+/g, '_');
    const word = /^[A-Za-z_]/.test(plain) ? plain : `x${plain}`;
    return freeIn(taken, RESERVED.has(word) ? `${word}_` : word);
  };
};
