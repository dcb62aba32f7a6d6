// Blocks that stand one behind the other and are copies of each other, as one. Copies have the same layers by their names in the block,
// and each reads what comes out of the one before it. Strides may differ, and one may have a few layers more, as the first of a stage
// has a projection in its shortcut. Nothing is drawn here.

import type { Graph, Node } from '../../core/graph.js';
import { type Block, groupOf, type Leaf, type Part } from './leaves.js';

/** Who reads what. */
export interface Read {
  readonly source: number;
  readonly reader: number;
}

/** Copies, one of which stands for all: that with most layers. */
export interface Run {
  readonly copies: readonly Block[];
  readonly model: Block;
  /** By what a copy reads of the one before it, as the model has it: what the first copy reads in its place. */
  readonly carried: ReadonlyMap<Leaf, Read>;
}

export interface World {
  readonly graph: Graph;
  /** Of every node; inputs have none. */
  readonly leafOf: readonly (Leaf | undefined)[];
  /** Of every node, the nodes that read it. */
  readonly readers: readonly (readonly number[])[];
  readonly outputs: ReadonlySet<number>;
  /** What layers are, as far as they are known. */
  readonly signatures: Map<Leaf, string>;
  /** How many more leaves are looked at for runs: where many seem alike and are not, it would be all of them again and again. */
  readonly effort: { left: number };
}

/** So often as there are leaves. */
const MOST_LOOKS = 20;

export const worldOf = (graph: Graph, leaves: readonly Leaf[]): World => {
  const leafOf: (Leaf | undefined)[] = graph.nodes.map(() => undefined);
  for (const leaf of leaves) for (const { node } of leaf.rows) leafOf[node.id] = leaf;
  const readers: number[][] = graph.nodes.map(() => []);
  for (const { id, inputs } of graph.nodes) for (const read of inputs) readers[read]?.push(id);
  return { graph, leafOf, readers, outputs: new Set(graph.outputs), signatures: new Map(), effort: { left: 0 } };
};

/** The same with all its effort before it. */
export const rested = (world: World): World => ({ ...world, effort: { left: MOST_LOOKS * world.leafOf.length } });

/** The shortest period that is looked for is one; longer ones than that are seldom meant. */
const LONGEST_PERIOD = { blocks: 2, layers: 12 } as const;

/** So many layers without a block of their own must be alike. */
const LEAST_LAYERS = 3;

/**
 * The run that begins at a part, and how many parts it takes. Layers that stand in no block of their own are taken together only
 * where they are many.
 */
export const runAt = (
  parts: readonly Part[],
  at: number,
  world: World,
  { many }: { readonly many: boolean },
): (Run & { readonly takes: number }) | null => {
  const longest = many ? LONGEST_PERIOD.layers : LONGEST_PERIOD.blocks;
  for (let period = 1; period <= longest && at + 2 * period <= parts.length; period += 1) {
    if (world.effort.left < 0) return null;
    const first = parts.slice(at, at + period);
    if (!many && !first.every(({ type }) => type === 'block')) return null;
    if (!mayRepeat(parts[at], parts[at + period], world)) continue;
    const copies = copiesAt(parts, at, period, world);
    const least = first.every(({ type }) => type === 'block') ? 2 : LEAST_LAYERS;
    for (const some of [copies, copies.slice(0, -1)]) {
      if (some.length < least) break;
      const model = some.reduce(larger);
      world.effort.left -= some.length * model.leaves.size;
      const carried = carriedBy(some, model, world);
      if (carried) return { copies: some, model, carried, takes: some.length * period };
    }
  }
  return null;
};

/** Whether it is worth a closer look. */
const mayRepeat = (a: Part | undefined, b: Part | undefined, world: World): boolean =>
  a?.type !== 'leaf' || (b?.type === 'leaf' && signatureOf(a, world) === signatureOf(b, world));

const copiesAt = (parts: readonly Part[], at: number, period: number, world: World): readonly Block[] => {
  const blockAt = (from: number): Block => {
    const [only, ...others] = parts.slice(from, from + period) as [Part, ...Part[]];
    return others.length === 0 && only.type === 'block' ? only : groupOf([only, ...others]);
  };
  const copies = [blockAt(at)];
  let [model] = copies as [Block];
  for (let from = at + period; from + period <= parts.length; from += period) {
    const [last, next] = [copies.at(-1) as Block, blockAt(from)];
    world.effort.left -= next.leaves.size;
    // What reads a copy besides the next one would seem to read the last.
    if (!alike(model, next, world) || isReadElsewhere(last, next, world)) break;
    copies.push(next);
    model = larger(model, next);
  }
  return copies;
};

const larger = (a: Block, b: Block): Block => (b.leaves.size > a.leaves.size ? b : a);

/** Whether they have the same layers in the same order, but for a few that one has more. */
const alike = (a: Block, b: Block, world: World): boolean => {
  const [less, more] = a.leaves.size <= b.leaves.size ? [a.leaves, b.leaves] : [b.leaves, a.leaves];
  if (more.size - less.size > more.size / 4) return false;
  const names = less.keys();
  let next = names.next();
  for (const [name, leaf] of more) {
    if (next.done || next.value !== name) continue;
    if (signatureOf(leaf, world) !== signatureOf(less.get(name) as Leaf, world)) return false;
    next = names.next();
  }
  return next.done === true;
};

/** What a layer is, but for its stride and what follows from its place. */
const signatureOf = (leaf: Leaf, { signatures }: World): string => {
  const known = signatures.get(leaf);
  if (known !== undefined) return known;
  const made = JSON.stringify(leaf.rows.map(({ node }) => essenceOf(node)));
  signatures.set(leaf, made);
  return made;
};

const essenceOf = ({ kind, args, error, facts, frozen, sharedWith }: Node): unknown => {
  const { stride: _, ...rest } = args ?? {};
  return [kind.name, rest, error, facts === null, frozen, sharedWith];
};

const nodesOf = ({ leaves }: Block): readonly Node[] =>
  [...leaves.values()].flatMap(({ rows }) => rows.map(({ node }) => node));

const idsOf = (block: Block): ReadonlySet<number> => new Set(nodesOf(block).map(({ id }) => id));

/** Whether anything but itself and the next copy reads it. */
const isReadElsewhere = (block: Block, next: Block, { readers, outputs }: World): boolean => {
  const [own, then] = [idsOf(block), idsOf(next)];
  for (const id of own)
    if (outputs.has(id) || readers[id]?.some((reader) => !own.has(reader) && !then.has(reader))) return true;
  return false;
};

/** Null where copies do not read alike. */
const carriedBy = (copies: readonly Block[], model: Block, { leafOf }: World): Run['carried'] | null => {
  const [first] = copies;
  if (!first) return null;
  const own = idsOf(first);
  const carried = new Map<Leaf, Read>();
  const open = new Set<Leaf>();
  const shared: ReadonlySet<number>[] = [];
  let before = namesOf(first);
  for (const copy of copies.slice(1)) {
    const [here, outside] = [namesOf(copy), new Set<number>()];
    for (const [name, { rows }] of copy.leaves)
      for (const [i, { node }] of rows.entries())
        for (const [j, id] of node.inputs.entries()) {
          const leaf = leafOf[id];
          const read = leaf && before.get(leaf);
          if (read === undefined) {
            if (!leaf || !here.has(leaf)) outside.add(id);
            continue;
          }
          const from = model.leaves.get(read) as Leaf;
          const reader = first.leaves.get(name)?.rows[i]?.node;
          const source = reader?.inputs[j];
          if (!reader || source === undefined || own.has(source)) open.add(from);
          else if ((carried.get(from)?.source ?? source) !== source) return null;
          else carried.set(from, { source, reader: reader.id });
        }
    shared.push(outside);
    before = here;
  }
  // What the first copy reads in its place is not known.
  if (carried.size === 0 || [...open].some((leaf) => !carried.has(leaf))) return null;
  // A value from elsewhere is read by all copies or by none.
  const all = new Set(shared.flatMap((ids) => [...ids]));
  return shared.every(({ size }) => size === all.size) ? carried : null;
};

const namesOf = ({ leaves }: Block): ReadonlyMap<Leaf, string> =>
  new Map([...leaves].map(([name, leaf]) => [leaf, name]));
