// A network as a row of volumes: which tensors are shown, and which layers stand behind each. No places, no marks.

import type { Analysis } from '../../analysis/analysis.js';
import { type Graph, isInput, type Node, operatorsOf, shapeOf } from '../../core/graph.js';
import { elements, type Shape, sameShape, spatial } from '../../core/shape.js';

/** What a volume is made by; `block` stands for layers of several sorts, `cut` for volumes that are left out. */
export type Sort = 'input' | 'weights' | 'pool' | 'merge' | 'softmax' | 'other' | 'block' | 'broken' | 'cut';

/** One volume, or several alike one behind the other. */
export interface Stage {
  readonly name: string;
  readonly sort: Sort;
  /** In the order of the graph: what makes it, and what leaves it as large as it is. */
  readonly nodes: readonly Node[];
  /** The layers that make it, without what is only bent or scaled after them; of a block the last is what comes out. */
  readonly makers: readonly [Node, ...Node[]];
  /** What is drawn; null where it is not known. */
  readonly output: Shape | null;
  readonly count: number;
  /** The stages it reads besides itself, by their places. */
  readonly reads: readonly number[];
}

/** As many are drawn layer by layer, and at most. */
const ALL = 14;
const MOST = 22;

/** As many of the first and of the last remain where there are too many. */
const ENDS = 8;

/** A stage before it is known what it reads. */
type Open = Omit<Stage, 'reads'>;

/**
 * The volumes of a network from its inputs on: every layer that changes the shape while they are few, else blocks by the scopes of
 * their names, or layers of the same height and width. What is folded keeps its layers, so that no path gets lost.
 */
export const stagesOf = ({ graph }: Analysis): readonly Stage[] => {
  const single = singles(graph);
  if (single.length <= ALL) return connected(single);
  const deepest = single.reduce((most, { name }) => Math.max(most, name.split('.').length), 1);
  const depths = Array.from({ length: Math.min(deepest, 8) }, (_, i) => i + 1);
  const candidates = [
    alikeMerged(single),
    ...depths.reverse().map((depth) => alikeMerged(scopesFolded(single, depth))),
    sizesFolded(single),
  ].map((stages) => connected(stages));
  const fitting = candidates.filter(({ length }) => length <= MOST);
  if (fitting.length === 0) return connected(cut(candidates.reduce((a, b) => (b.length < a.length ? b : a))));
  return fitting.reduce((best, other) => (worth(other) > worth(best) ? other : best));
};

/** More volumes tell more, but not where they stand beside what they do not read. */
const worth = (stages: readonly Stage[]): number => stages.length - 3 * breaks(stages);

const breaks = (stages: readonly Stage[]): number =>
  stages.filter(({ sort, reads }, i) => sort !== 'input' && !reads.includes(i - 1)).length;

// --- layer by layer ----------------------------------------------------------------------------------------------------

const singles = (graph: Graph): readonly Open[] => {
  const stages: (Open & { readonly nodes: Node[] })[] = [];
  const outputs = new Set(graph.outputs);
  for (const node of graph.nodes) {
    const last = stages.at(-1);
    const sort = sortOf(node, graph, outputs.has(node.id));
    if (last && stays(node, sort, last.makers[0], graph)) last.nodes.push(node);
    else stages.push({ name: node.name, sort, nodes: [node], makers: [node], output: shapeOf(node), count: 1 });
  }
  return stages;
};

const sortOf = (node: Node, graph: Graph, isOutput: boolean): Sort => {
  const { role } = node.kind;
  if (isInput(node)) return 'input';
  if (!node.facts) return 'broken';
  if (role === 'weights' || role === 'pool' || role === 'merge') return role;
  const input = shapeOf(graph.nodes[node.inputs[0] ?? -1]);
  const isSoftmax = isOutput && node.facts.output.length === 1 && input !== null;
  return isSoftmax && operatorsOf(node, input).some(({ op }) => op === 'softmax') ? 'softmax' : 'other';
};

/** Whether a layer makes no volume of its own: it leaves the last one as it is, or lays it out as a vector. */
const stays = (node: Node, sort: Sort, maker: Node, graph: Graph): boolean => {
  const [read] = node.inputs;
  const before = shapeOf(graph.nodes[read ?? -1]);
  const after = shapeOf(node);
  if (sort === 'broken') return !maker.facts && node.sugarOf !== undefined;
  if (!before || !after || sort === 'input' || sort === 'weights' || sort === 'softmax' || node.facts?.windows)
    return false;
  // A volume's layers have ids from its maker's on.
  if (!node.inputs.some((id) => id >= maker.id)) return false;
  return sameShape(before, after) || (after.length === 1 && elements(before) === elements(after));
};

// --- folded ------------------------------------------------------------------------------------------------------------

/** Neighbours that make equal volumes are one, with their number. */
const alikeMerged = (stages: readonly Open[]): readonly Open[] =>
  merged(
    stages,
    (a, b) => a.sort === b.sort && a.sort !== 'input' && sameVolume(a.output, b.output) && readsOnly(b, a),
  );

/** Whether nothing but the one before is read: then the two stand one behind the other. */
const readsOnly = (stage: Open, before: Open): boolean => {
  const own = new Set([...before.nodes, ...stage.nodes].map(({ id }) => id));
  return stage.nodes.every(({ inputs }) => inputs.every((id) => own.has(id)));
};

const sameVolume = (a: Shape | null, b: Shape | null): boolean => (a && b ? sameShape(a, b) : a === b);

const scopesFolded = (stages: readonly Open[], depth: number): readonly Open[] => {
  const scope = ({ name }: Open): string | null => {
    const parts = name.split('.');
    return parts.length > depth ? parts.slice(0, depth).join('.') : null;
  };
  return blocks(
    stages,
    (a, b) => scope(a) !== null && scope(a) === scope(b),
    (first) => scope(first) ?? first.name,
  );
};

/** Layers of the same height and width are one: 2,000 of them are a few volumes. */
const sizesFolded = (stages: readonly Open[]): readonly Open[] =>
  blocks(
    stages,
    (a, b) =>
      a.sort !== 'input' &&
      b.sort !== 'softmax' &&
      (a.output && b.output
        ? a.output.length === b.output.length && sameShape(spatial(a.output), spatial(b.output))
        : a.output === b.output),
    undefined,
  );

const blocks = (
  stages: readonly Open[],
  together: (a: Open, b: Open) => boolean,
  named: ((first: Open) => string) | undefined,
): readonly Open[] => {
  const inScope = scopesIn(stages);
  return runsOf(stages, together).map((run): Open => {
    const [first] = run;
    const last = run.at(-1) ?? first;
    if (run.length === 1) return first;
    const sorts = new Set(run.map(({ sort }) => sort));
    return {
      name: named?.(first) ?? nameOf(run, inScope),
      sort: sorts.size === 1 ? first.sort : last.output ? 'block' : 'broken',
      nodes: run.flatMap(({ nodes }) => nodes),
      makers: run.flatMap(({ makers }) => makers) as [Node, ...Node[]],
      output: last.output,
      count: 1,
    };
  });
};

const merged = (stages: readonly Open[], together: (a: Open, b: Open) => boolean): readonly Open[] => {
  const inScope = scopesIn(stages);
  return runsOf(stages, together).map((run) => {
    const [first] = run;
    return run.length === 1
      ? first
      : {
          ...first,
          name: nameOf(run, inScope),
          nodes: run.flatMap(({ nodes }) => nodes),
          makers: run.flatMap(({ makers }) => makers) as [Node, ...Node[]],
          count: run.reduce((sum, { count }) => sum + count, 0),
        };
  });
};

const runsOf = (
  stages: readonly Open[],
  together: (a: Open, b: Open) => boolean,
): readonly (readonly [Open, ...Open[]])[] => {
  const runs: [Open, ...Open[]][] = [];
  for (const stage of stages) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && together(last, stage)) run.push(stage);
    else runs.push([stage]);
  }
  return runs;
};

/** The scope that holds them and nothing else, or the first and the last: `layer1`, `conv1_1 … 2`. */
const nameOf = (run: readonly [Open, ...Open[]], inScope: ReadonlyMap<string, number>): string => {
  const [first, last] = [run[0].name, run.at(-1)?.name ?? ''];
  const scope = scopesOf(first).findLast((name) => last.startsWith(`${name}.`));
  if (scope !== undefined && inScope.get(scope) === run.length) return scope;
  let shared = 0;
  while (shared < last.length && first[shared] === last[shared]) shared += 1;
  // No number is told from its middle on.
  while (shared > 0 && /\d/.test(first[shared - 1] ?? '') && /\d/.test(last[shared] ?? '')) shared -= 1;
  return `${first} … ${last.slice(shared) || last}`;
};

/** `a.b.c` stands in `a` and in `a.b`. */
const scopesOf = (name: string): readonly string[] => {
  const parts = name.split('.');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('.'));
};

/** How many stages stand in each scope. */
const scopesIn = (stages: readonly Open[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { name } of stages) for (const scope of scopesOf(name)) counts.set(scope, (counts.get(scope) ?? 0) + 1);
  return counts;
};

/** The first and the last, and between them one that stands for all others. */
const cut = (stages: readonly Stage[]): readonly Open[] => {
  const middle = stages.slice(ENDS, -ENDS);
  const [first] = middle;
  if (!first) return stages;
  const left: Open = {
    name: `${middle.length} more`,
    sort: 'cut',
    nodes: middle.flatMap(({ nodes }) => nodes),
    makers: middle.flatMap(({ makers }) => makers) as [Node, ...Node[]],
    output: middle.at(-1)?.output ?? null,
    count: 1,
  };
  return [...stages.slice(0, ENDS), left, ...stages.slice(-ENDS)];
};

const connected = (stages: readonly Open[]): readonly Stage[] => {
  const home = new Map<number, number>();
  for (const [i, { nodes }] of stages.entries()) for (const { id } of nodes) home.set(id, i);
  return stages.map((stage, i): Stage => {
    const read = new Set<number>();
    for (const { inputs } of stage.nodes)
      for (const id of inputs) {
        const from = home.get(id);
        if (from !== undefined && from !== i) read.add(from);
      }
    return { ...stage, reads: [...read].sort((a, b) => a - b) };
  });
};
