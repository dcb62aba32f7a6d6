// Rows as the least that is drawn by itself: a layer, with the norms, activations and dropout that stand right behind it, in the scope
// of its name; scopes are blocks. No folding, no picture.

import type { Analysis, Row } from '../../analysis/analysis.js';
import type { Node } from '../../core/graph.js';

export interface Leaf {
  readonly type: 'leaf';
  /** Of its first row. */
  readonly name: string;
  readonly rows: readonly [Row, ...Row[]];
}

/** What stands in a row below one name; or parts that are taken together without one. */
export interface Block {
  readonly type: 'block';
  /** The first and the last of the names of a group. */
  readonly name: string | readonly [first: string, last: string];
  readonly parts: readonly Part[];
  /** Its leaves by what they are called in it: copies of a block call theirs alike. */
  readonly leaves: ReadonlyMap<string, Leaf>;
}

export type Part = Leaf | Block;

/** What may stand in the box of the layer before it. */
const BESIDE: ReadonlySet<string> = new Set(['norm', 'activation', 'regularisation']);

/** The rows in their order; where `apart`, each by itself. */
export const leavesOf = ({ graph, rows }: Analysis, apart: boolean): readonly Leaf[] => {
  const readers = new Uint32Array(graph.nodes.length);
  for (const { inputs } of graph.nodes) for (const id of inputs) readers[id] = (readers[id] ?? 0) + 1;
  // What else reads a value must find it drawn.
  for (const id of graph.outputs) readers[id] = (readers[id] ?? 0) + 1;
  const all: [Row, ...Row[]][] = [];
  for (const row of rows) {
    const last = all.at(-1);
    const before = last?.at(-1);
    if (last && before && !apart && readers[before.node.id] === 1 && goesWith(row.node, before.node, last[0].node))
      last.push(row);
    else all.push([row]);
  }
  return all.map((rows) => ({ type: 'leaf', name: rows[0].node.name, rows }));
};

const goesWith = (node: Node, before: Node, first: Node): boolean =>
  node.inputs.length === 1 &&
  node.inputs[0] === before.id &&
  BESIDE.has(node.kind.role) &&
  node.facts !== null &&
  before.facts !== null &&
  first.inputs.length > 0 &&
  (node.sugarOf === first.id || scopeOf(node.name) === scopeOf(first.name));

export const scopeOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')));

/** What of a name is left below a scope; nothing of the scope's own. */
export const below = (name: string, scope: string): string =>
  scope !== '' && `${name}.`.startsWith(`${scope}.`) ? name.slice(scope.length + 1) : name;

/** The scopes that a leaf stands in; sugar stands in that of its layer, not below it. */
const scopesOf = ({ name, rows: [{ node }] }: Leaf): readonly string[] =>
  name.split('.').slice(0, node.sugarOf === undefined ? -1 : -2);

/** Leaves in the blocks of their names. A block of one thing is that thing. */
export const partsOf = (leaves: readonly Leaf[], depth = 0): readonly Part[] => {
  const parts: Part[] = [];
  for (let from = 0; from < leaves.length; ) {
    const leaf = leaves[from] as Leaf;
    const scopes = scopesOf(leaf);
    let to = from + 1;
    if (scopes.length <= depth) parts.push(leaf);
    else {
      const name = scopes.slice(0, depth + 1).join('.');
      // What merges the branches of a block is called like the block.
      const isInside = (one: Leaf): boolean =>
        one.name === name ||
        scopesOf(one)
          .slice(0, depth + 1)
          .join('.') === name;
      while (to < leaves.length && isInside(leaves[to] as Leaf)) to += 1;
      const inside = partsOf(leaves.slice(from, to), depth + 1);
      const [only] = inside;
      parts.push(inside.length === 1 && only ? only : blockOf(name, inside));
    }
    from = to;
  }
  return parts;
};

/** A block by the name of its scope. */
const blockOf = (name: string, parts: readonly Part[]): Block => ({
  type: 'block',
  name,
  parts,
  leaves: new Map(leavesIn(parts).map((leaf) => [below(leaf.name, name), leaf])),
});

/** Parts that have no scope to themselves as a block, in which each leaf is called by its place. */
export const groupOf = (parts: readonly [Part, ...Part[]]): Block => {
  const leaves = parts.flatMap((part, i) => {
    const [scope] = endsOf([part]);
    return leavesIn([part]).map((leaf) => [`${i} ${part === leaf ? '' : below(leaf.name, scope)}`, leaf] as const);
  });
  return { type: 'block', name: endsOf(parts), parts, leaves: new Map(leaves) };
};

export const leavesIn = (parts: readonly Part[]): readonly Leaf[] =>
  parts.flatMap((part) => (part.type === 'leaf' ? [part] : [...part.leaves.values()]));

/** The first and the last of their names. */
export const endsOf = (parts: readonly [Part, ...Part[]]): readonly [first: string, last: string] => {
  const [{ name: first }] = parts;
  const { name: last } = parts.at(-1) as Part;
  return [typeof first === 'string' ? first : first[0], typeof last === 'string' ? last : last[1]];
};
