// The items of one list -> fewer: sugar beside its layer, branches below their merge, residuals. All rows stay in their order.

import type { Node } from '../../core/graph.js';
import { sameShape } from '../../core/shape.js';
import { takesSugar } from '../vocabulary.js';
import type { Sugar } from '../words.js';
import type { Branch, Item } from './item.js';
import { comesAfter, isLearned, type Network, optionsOf, sugarOf, sugarText } from './rows.js';

/** `plain`: merges that take names only, for somebody reads them by name. */
export const combined = (items: readonly Item[], network: Network, plain: ReadonlySet<number>): readonly Item[] => {
  const numbered = areNumbered(items);
  const made: Item[] = [];
  // Where the item that a node comes out of stands.
  const places = new Map<number, number>();
  const put = (item: Item): void => {
    places.set(item.result, made.length);
    made.push(item);
  };
  for (const item of items) {
    if (item.body.type !== 'layer') {
      put(item);
      continue;
    }
    const { node } = item.body;
    const host = made.at(-1);
    const which = host && sugarFor(host, item, node, numbered, network);
    if (host && which) {
      made.pop();
      put(sweetened(host, which, node, numbered, network));
    } else if (node.kind.role !== 'merge') put(item);
    else {
      // An output keeps its name, which would be before those of its branches.
      const branches = plain.has(node.id) || item.name !== null ? undefined : branchesOf(node, made, places);
      if (branches) made.splice(branches.begin);
      put(
        branches
          ? merged(item, node, branches, network)
          : byNames(item, node, made.findLast(({ body }) => !readsNothing(body))?.result),
      );
    }
  }
  return made;
};

/** Values go past what reads none. */
const readsNothing = (body: Item['body']): boolean => body.type === 'layer' && body.node.kind.inputs === 'none';

const NUMBER = /^\d+$/;

/** Whether a list is one where rows are called 0, 1, 2 …, those of sugar too. */
const areNumbered = (items: readonly Item[]): boolean =>
  items.every(
    ({ name, body }) =>
      (name !== null && NUMBER.test(name)) ||
      (name === null && body.type === 'layer' && NUMBER.test(lastPart(body.node))),
  ) && items.every(({ name, body }, i) => Number(name ?? (body.type === 'layer' ? lastPart(body.node) : -1)) === i);

const lastPart = ({ name }: Node): string => name.slice(name.lastIndexOf('.') + 1);

/** Which sugar of a host a row can be, if it can be any. */
const sugarFor = (
  host: Item,
  { name, share, frozen }: Item,
  node: Node,
  numbered: boolean,
  { outputs, readers }: Network,
): Sugar | undefined => {
  const which = sugarOf(node);
  if (!which || !mayHave(host, which) || !comesAfter(which, host.sugar)) return undefined;
  const isNext = node.inputs.length === 1 && node.inputs[0] === host.result && host.result === node.id - 1;
  if (!isNext || outputs.has(host.result) || readers[host.result]?.length !== 1) return undefined;
  const isCalledSo = name !== null && name === `${host.name}.${which}`;
  if (!isLearned(node)) return name === null || isCalledSo ? which : undefined;
  if (share !== null || host.share !== null || frozen !== host.frozen) return undefined;
  // What learns keeps its name.
  if (numbered) return host.body.type === 'layer' ? which : undefined;
  return isCalledSo ? which : undefined;
};

const mayHave = ({ body, copies }: Item, which: Sugar): boolean => {
  if (copies) return false;
  if (body.type === 'layer') return takesSugar(body.node.kind) && !Object.hasOwn(body.node.kind.args, which);
  return body.type === 'residual' || body.type === 'merge';
};

const sweetened = (host: Item, which: Sugar, node: Node, numbered: boolean, network: Network): Item => ({
  ...host,
  last: node.id,
  result: node.id,
  sugar: new Map([...host.sugar, [which, { text: sugarText(node, network), usual: false, node }]]),
  ...(isLearned(node) && { learnedSugar: numbered ? ('numbered' as const) : ('named' as const) }),
});

/** A merge that takes names; which of them is what comes in is known once all items stand where they belong. */
const byNames = (item: Item, node: Node, before: number | undefined): Item => ({
  ...item,
  body: { type: 'merge', node, branches: node.inputs.map((id) => ({ ref: { node: id, text: '' } })) },
  reads: before !== undefined && node.inputs.includes(before) ? [before] : [],
});

interface Branches {
  /** Where the first of them begins. */
  readonly begin: number;
  /** What all of them read. */
  readonly source: number;
  readonly branches: readonly Branch[];
}

const merged = (item: Item, node: Node, { source, branches }: Branches, network: Network): Item => {
  const lists = branches.map((branch) => ('items' in branch ? branch.items : null));
  const first = lists.find((list) => list && list.length > 0)?.[0]?.first ?? node.id;
  const [body, shortcut] = branches;
  const whole = { ...item, first, reads: [source] };
  const isResidual =
    node.kind.name === RESIDUAL &&
    branches.length === 2 &&
    optionsOf(network, node).size === 0 &&
    body &&
    'items' in body &&
    shortcut &&
    !('ref' in shortcut) &&
    areAlike(node, network);
  if (!isResidual) return { ...whole, body: { type: 'merge', node, branches } };
  return {
    ...whole,
    body: { type: 'residual', node, items: body.items, shortcut: 'items' in shortcut ? shortcut.items : [] },
  };
};

/** The kind whose items a residual makes. */
const RESIDUAL = 'add';

const areAlike = (node: Node, { nodes }: Network): boolean => {
  const [first, ...others] = node.inputs.map((id) => nodes[id]?.facts?.output ?? []);
  return others.every((shape) => sameShape(shape, first ?? []));
};

/** Longer branches are no branches. */
const LONGEST = 300;

/**
 * The last items of a list as the branches of a merge: each a chain that begins at one source, in the order in which the merge reads
 * them; the source itself, and what came earlier. Undefined where they are no such branches.
 */
const branchesOf = (node: Node, made: readonly Item[], places: ReadonlyMap<number, number>): Branches | undefined => {
  const inputs = node.inputs;
  const ends = [...new Set(inputs.flatMap((id) => places.get(id) ?? []))].sort((a, b) => b - a);
  if (inputs.length < 2 || ends[0] !== made.length - 1) return undefined;
  const second = ends[1] === undefined ? undefined : made[ends[1] + 1];
  const candidates = [
    ...(second && second.reads.length === 1 ? second.reads : []),
    ...[...inputs].sort((a, b) => b - a).filter((id) => places.get(id) !== ends[0]),
  ].slice(0, 6);
  for (const source of new Set(candidates)) {
    const found = fromSource(source, inputs, ends, made);
    if (found) return found;
  }
  return undefined;
};

const fromSource = (
  source: number,
  inputs: readonly number[],
  ends: readonly number[],
  made: readonly Item[],
): Branches | undefined => {
  const lists = new Map<number, readonly Item[]>();
  let begin = made.length;
  for (const end of ends) {
    if (end !== begin - 1 || made[end]?.result === source) break;
    const start = startOf(source, end, made);
    if (start === undefined) break;
    lists.set(made[end]?.result ?? -1, made.slice(start, end + 1));
    begin = start;
  }
  const isShared = lists.size > 1 || (lists.size === 1 && inputs.includes(source));
  const [used, inOrder] = [inputs.filter((id) => lists.has(id)), [...lists.keys()].reverse()];
  // Each branch once, in the order of the rows.
  if (!isShared || used.length !== inOrder.length || used.some((id, i) => id !== inOrder[i])) return undefined;
  // What stands inside of a branch is not there yet.
  const first = made[begin]?.first ?? 0;
  if (inputs.some((id) => !lists.has(id) && id >= first)) return undefined;
  const branches = inputs.map((id): Branch => {
    const items = lists.get(id);
    return items ? { items } : id === source ? { same: true } : { ref: { node: id, text: '' } };
  });
  return { begin, source, branches };
};

/** Where the chain begins that reads the source and ends there. */
const startOf = (source: number, end: number, made: readonly Item[]): number | undefined => {
  for (let at = end; at >= 0 && at > end - LONGEST; at -= 1) {
    const reads = made[at]?.reads ?? [];
    if (reads.length !== 1) return undefined;
    if (reads[0] === source) return at;
    if (at === 0 || made[at - 1]?.result !== reads[0]) return undefined;
  }
  return undefined;
};
