// What of a network is drawn by itself, and what stands for what: copies as one, blocks closed below a depth, long rows taken together.
// Names and leaves only; boxes with their words are diagram.ts.

import type { Graph } from '../../core/graph.js';
import { type Read, type Run, rested, runAt, type World, worldOf } from './copies.js';
import { type Block, endsOf, groupOf, type Leaf, leavesIn, type Part, partsOf } from './leaves.js';

/** The first and the last of its copies or parts; twice the same where there is one. */
type Ends = readonly [first: string, last: string];

/** A box, of a layer or of all that is in a block. */
export interface Shut {
  readonly type: 'shut';
  readonly name: Ends;
  readonly times: number;
  readonly leaves: readonly Leaf[];
}

/** A block whose parts are drawn in it. */
export interface Opened {
  readonly type: 'opened';
  readonly name: Ends;
  /** What the names in it begin with; null of parts that are taken together without one. */
  readonly scope: string | null;
  readonly times: number;
  readonly parts: readonly Shown[];
}

export type Shown = Shut | Opened;

/** In which copy of a run a leaf stands, and what stands for it there. */
interface Copy {
  readonly run: number;
  readonly copy: number;
  readonly model: Leaf;
}

export interface Folded {
  readonly parts: readonly Shown[];
  readonly boxes: number;
  readonly world: World;
  /** The copies that a leaf stands in, the outermost first. */
  readonly copiesOf: (leaf: Leaf) => readonly Copy[];
  /** What is drawn for a leaf. */
  readonly modelOf: (leaf: Leaf) => Leaf;
  /** What a copy reads of the copy before it is drawn where the first copy has it. */
  readonly carried: (run: number, from: Leaf) => Read | undefined;
}

/** More boxes than that nobody looks at, where nothing else is said. */
const MOST_BOXES = 90;

/** Below that many parts of a name it is all or nothing. */
const MOST_DEPTH = 10;

/** Names are folded to `depth` parts, or else as far as it takes for a picture of at most so many boxes. */
export const folded = (graph: Graph, leaves: readonly Leaf[], depth?: number, most = MOST_BOXES): Folded => {
  const world = worldOf(graph, leaves);
  const parts = partsOf(leaves);
  if (depth !== undefined) return foldedAt(parts, depth, false, world);
  const whole = depthOf(parts);
  const depths = [whole, ...Array.from({ length: MOST_DEPTH }, (_, i) => MOST_DEPTH - i).filter((one) => one < whole)];
  for (const many of [false, true])
    for (const depth of depths) {
      const found = foldedAt(parts, depth, many, world);
      if (found.boxes <= most) return found;
    }
  // Neither names nor copies: as many stretches as there may be boxes.
  const length = Math.ceil(parts.length / most);
  const stretches: Part[] = [];
  for (let from = 0; from < parts.length; from += length)
    stretches.push(groupOf(parts.slice(from, from + length) as [Part, ...Part[]]));
  return foldedAt(stretches, 0, false, world);
};

/** One more than the parts of the longest name of a block: nothing is closed. */
const depthOf = (parts: readonly Part[]): number =>
  parts.reduce(
    (most, part) => (part.type === 'leaf' ? most : Math.max(most, partsIn(part) + 1, depthOf(part.parts))),
    1,
  );

/** Of its name; none where it has none to itself. */
const partsIn = ({ name }: Block): number => (typeof name === 'string' ? name.split('.').length : 0);

const foldedAt = (parts: readonly Part[], depth: number, many: boolean, all: World): Folded => {
  const world = rested(all);
  const runs: Run[] = [];
  const own = new Map<Leaf, Copy[]>();
  let boxes = 0;
  const shut = (name: Ends, leaves: readonly Leaf[], times: number): Shut => {
    boxes += 1;
    return { type: 'shut', name, times, leaves };
  };
  const show = (block: Block, name: Ends, times: number): Shown => {
    const [only, ...others] = block.parts;
    if (only && others.length === 0) return only.type === 'leaf' ? shut(name, [only], times) : show(only, name, times);
    if (partsIn(block) === depth) return shut(name, leavesIn([block]), times);
    const parts = showAll(block.parts);
    const [first] = parts;
    // All of it are copies of one thing: a frame for them is enough.
    if (parts.length === 1 && first && times === 1) return first;
    return { type: 'opened', name, scope: typeof block.name === 'string' ? block.name : null, times, parts };
  };
  const showAll = (parts: readonly Part[]): readonly Shown[] => {
    const shown: Shown[] = [];
    for (let at = 0; at < parts.length; ) {
      const part = parts[at] as Part;
      const run = runAt(parts, at, world, { many });
      if (run) {
        const { copies, model } = run;
        for (const [copy, { leaves }] of copies.entries())
          for (const [name, leaf] of leaves)
            own.set(leaf, [
              ...(own.get(leaf) ?? []),
              { run: runs.length, copy, model: model.leaves.get(name) as Leaf },
            ]);
        runs.push(run);
        shown.push(show(model, endsOf(copies as readonly [Block, ...Block[]]), copies.length));
      } else shown.push(part.type === 'leaf' ? shut(endsOf([part]), [part], 1) : show(part, endsOf([part]), 1));
      at += run?.takes ?? 1;
    }
    return shown;
  };
  const shown = showAll(parts);
  const copiesOf = (leaf: Leaf): readonly Copy[] => {
    const copies: Copy[] = [];
    let model = leaf;
    for (;;) {
      const run = copies.at(-1)?.run ?? -1;
      const next = own.get(model)?.find((one) => one.run > run);
      if (!next) return copies;
      copies.push(next);
      model = next.model;
    }
  };
  return {
    parts: shown,
    boxes,
    world,
    copiesOf,
    modelOf: (leaf) => copiesOf(leaf).at(-1)?.model ?? leaf,
    carried: (run, from) => runs[run]?.carried.get(from),
  };
};
