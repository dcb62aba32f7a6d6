// Names of layers as Keras takes them, each once, and names of variables in Python. No layers.

import type { Node } from '../../core/graph.js';
import { free, variable } from '../python/words.js';

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

/** Names that stay as they are come first, so that none of them is given away. */
export const namesOf = (nodes: readonly Node[]): Names => {
  const taken = new Set<string>();
  const own = new Map<number, string>();
  const isPlain = ({ name }: Node) => plainName(name) === name;
  for (const node of [...nodes.filter(isPlain), ...nodes.filter((node) => !isPlain(node))])
    own.set(node.id, free(plainName(node.name) || 'layer', taken));
  return { of: (id) => own.get(id) ?? 'layer', free: (name) => free(name, taken) };
};

/** What the generated file has names for. */
const RESERVED = new Set(
  (
    'match case type keras layers ops json np functools model build x input print len range zip slice tuple list max min sum float open ' +
    'int scale parameter rmsnorm'
  ).split(' '),
);

/** Variables by the names of layers: `layer1.0.conv1` is `layer1_0_conv1`. */
export const variables = (): ((name: string) => string) => {
  const taken = new Set<string>();
  return (name) => free(variable(name, RESERVED), taken);
};
