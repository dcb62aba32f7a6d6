// Rows -> a tree of scopes, by the dots in their names: a group for every name that stands together. What is inside of one is combine.ts.

import { isInput, type Node } from '../../core/graph.js';
import type { Item } from './item.js';
import { isLearned, isRenamed, layerItem, type Network, NO_SUGAR, sugarOf } from './rows.js';

/** A row with the scopes that it is in, from outside, and its name there; null where it needs none. */
interface Leaf {
  readonly node: Node;
  readonly scopes: readonly string[];
  readonly name: string | null;
}

/** Items nest 60 levels, and a group may take two. */
const DEEPEST = 12;

/** Combines the items of one list, which stand in the scope of a path. */
export type Combine = (items: readonly Item[], path: string) => readonly Item[];

export const treeOf = (network: Network, combine: Combine): readonly Item[] =>
  listOf(leavesOf(network), 0, '', network, combine);

const leavesOf = (network: Network): readonly Leaf[] => {
  const rows = network.nodes.filter((node) => !isInput(node));
  const byName = new Map(rows.map((node) => [node.name, node]));
  const scopes = new Set<string>();
  const own = rows.map((node) => {
    let parts = node.name.split('.');
    let end = parts.length - 1;
    // What stands below a layer is its sugar, or a part of it: no scope.
    while (end > 0) {
      const above = byName.get(parts.slice(0, end).join('.'));
      if (!above || (above.kind.role === 'merge' && !isBeside(node, end, parts))) break;
      end -= 1;
    }
    if (end > DEEPEST) end = 0;
    parts = [...parts.slice(0, end), parts.slice(end).join('.')];
    for (let depth = 1; depth <= end; depth += 1) scopes.add(parts.slice(0, depth).join('.'));
    return parts;
  });
  const leaves = rows.map((node, i): Leaf => {
    const parts = own[i] ?? [];
    // A merge that is called like a scope is what comes out of it.
    if (scopes.has(node.name) && !isLearned(node)) return { node, scopes: node.name.split('.'), name: null };
    const name = isRenamed(node, network) ? null : (parts.at(-1) ?? null);
    return { node, scopes: parts.slice(0, -1), name };
  });
  return placed(leaves, network);
};

/** What is called as the sugar of what stands above. */
const isBeside = (node: Node, end: number, parts: readonly string[]): boolean =>
  end === parts.length - 1 && sugarOf(node) === parts[end];

/** Rows whose names say nothing of where they belong stand with what they read. */
const placed = (leaves: readonly Leaf[], { nodes }: Network): readonly Leaf[] => {
  if (leaves.every(({ scopes }) => scopes.length === 0)) return leaves;
  const scopesOf = new Map<number, readonly string[]>();
  const next: (readonly string[])[] = [];
  let following: readonly string[] = [];
  for (let i = leaves.length - 1; i >= 0; i -= 1) {
    next[i] = following;
    const leaf = leaves[i];
    if (leaf && !isFloating(leaf)) following = leaf.scopes;
  }
  let before: readonly string[] = [];
  return leaves.map((leaf, i) => {
    let { scopes } = leaf;
    if (isFloating(leaf)) {
      const { node } = leaf;
      if (node.kind.role === 'merge') scopes = scopesOfMerge(node, scopesOf, nodes);
      else if (node.kind.role === 'activation' || node.kind.role === 'regularisation') scopes = before;
      else scopes = common(before, next[i] ?? []);
    }
    scopesOf.set(leaf.node.id, scopes);
    before = scopes;
    return { ...leaf, scopes };
  });
};

const isFloating = ({ name, scopes, node }: Leaf): boolean =>
  name === null && scopes.length === 0 && !node.name.includes('.');

/** What all of its branches have in common; a shortcut comes from outside, and is read by what is inside as well. */
const scopesOfMerge = (
  merge: Node,
  scopesOf: ReadonlyMap<number, readonly string[]>,
  nodes: readonly Node[],
): readonly string[] => {
  const latest = merge.inputs.reduce((most, id) => Math.max(most, id), -1);
  let scopes = scopesOf.get(latest) ?? [];
  for (const id of merge.inputs) {
    if (id === latest) continue;
    const shared = common(scopes, scopesOf.get(id) ?? []);
    if (shared.length === scopes.length) continue;
    if (!isReadWithin(id, latest, scopes, scopesOf, nodes)) scopes = shared;
  }
  return scopes;
};

/** So far back it is looked for who reads what. */
const FAR = 200;

const isReadWithin = (
  id: number,
  latest: number,
  scopes: readonly string[],
  scopesOf: ReadonlyMap<number, readonly string[]>,
  nodes: readonly Node[],
): boolean => {
  for (let at = latest; at > id && at > latest - FAR; at -= 1) {
    const of = scopesOf.get(at) ?? [];
    if (common(of, scopes).length < scopes.length) return false;
    if (nodes[at]?.inputs.includes(id)) return true;
  }
  return false;
};

const common = (a: readonly string[], b: readonly string[]): readonly string[] => {
  const end = a.findIndex((part, i) => part !== b[i]);
  return end < 0 ? a : a.slice(0, end);
};

const listOf = (
  leaves: readonly Leaf[],
  depth: number,
  path: string,
  network: Network,
  combine: Combine,
): readonly Item[] => {
  const apart = joinedWhereSplit(leaves, depth);
  const items: Item[] = [];
  for (const run of runsOf(apart, depth)) {
    const [first] = run;
    const part = first?.scopes[depth];
    if (!first || part === undefined) {
      for (const { node, name } of run) items.push(layerItem(node, name, network));
      continue;
    }
    const inner = path === '' ? part : `${path}.${part}`;
    items.push(groupOf(part, listOf(run, depth + 1, inner, network, combine)));
  }
  return combine(items, path);
};

/** Scopes that stand in one piece stay; of the others a scope and what is below are one name. */
const joinedWhereSplit = (leaves: readonly Leaf[], depth: number): readonly Leaf[] => {
  let current = leaves;
  for (;;) {
    const runs = runsOf(current, depth);
    const counts = new Map<string, number>();
    for (const [leaf] of runs) {
      const part = leaf?.scopes[depth];
      if (part !== undefined) counts.set(part, (counts.get(part) ?? 0) + 1);
    }
    const direct = new Set(
      current.flatMap(({ scopes, name }) => (scopes.length === depth && name !== null ? [name] : [])),
    );
    const split = new Set(
      runs.flatMap((run) => {
        const part = run[0]?.scopes[depth];
        return part !== undefined && ((counts.get(part) ?? 0) > 1 || direct.has(part) || run.length < 2) ? [part] : [];
      }),
    );
    if (split.size === 0) return current;
    current = current.map((leaf) => {
      const part = leaf.scopes[depth];
      if (part === undefined || !split.has(part)) return leaf;
      const below = leaf.scopes[depth + 1];
      return below === undefined
        ? { ...leaf, scopes: leaf.scopes.slice(0, depth), name: leaf.name === null ? null : `${part}.${leaf.name}` }
        : { ...leaf, scopes: [...leaf.scopes.slice(0, depth), `${part}.${below}`, ...leaf.scopes.slice(depth + 2)] };
    });
  }
};

const runsOf = (leaves: readonly Leaf[], depth: number): readonly (readonly Leaf[])[] => {
  const runs: Leaf[][] = [];
  let latest: string | undefined;
  for (const leaf of leaves) {
    const part = leaf.scopes[depth];
    const run = runs.at(-1);
    if (run && part === latest) run.push(leaf);
    else runs.push([leaf]);
    latest = part;
  }
  return runs;
};

/** A group of one has its name. A structure that is all there is in it takes the name. */
const groupOf = (name: string, items: readonly Item[]): Item => {
  const [only, ...more] = items;
  if (only && more.length === 0) {
    // A number is one of several that may be alike.
    if (only.body.type === 'group' && !/^\d+$/.test(name)) return { ...only, name: `${name}.${only.name}` };
    if (only.body.type === 'layer' && only.name !== null && only.learnedSugar !== 'numbered')
      return { ...only, name: `${name}.${only.name}` };
    if (only.name === null && only.body.type !== 'layer') return { ...only, name };
  }
  return {
    body: { type: 'group', items },
    name,
    first: items[0]?.first ?? 0,
    last: items.at(-1)?.last ?? 0,
    reads: items.find(({ reads }) => reads.length > 0)?.reads ?? [],
    result: items.at(-1)?.result ?? 0,
    options: new Map(),
    sugar: NO_SUGAR,
    from: null,
    share: null,
    frozen: false,
    copies: null,
  };
};
