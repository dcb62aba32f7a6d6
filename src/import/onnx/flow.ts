// Tensors of ONNX on rows of this language: which axis of the one is which of the other, and the rows it takes where they differ.
//
// Here a tensor has its channels first and no batch; there, axes have any order and any meaning. What only renames axes makes no row:
// a transposition is another order of the same values, a reshape splits or joins what lies side by side. Rows are made when somebody
// reads the values in an order that they do not lie in.

import type { Growing } from '../../core/growing.js';
import { product, type Shape, sameShape } from '../../core/shape.js';

export interface Flow {
  /** The row that gives the values. */
  readonly row: number;
  /** The sizes above 1 as they lie in memory, the slowest first. The row's own shape joins some of them, or has ones between. */
  readonly parts: readonly number[];
  /** Of each axis of ONNX the part that it is; -1 where its size is 1. */
  readonly axes: readonly number[];
  /** What the file calls the last node that made another shape of it: the name of a row, should one be needed. */
  readonly label?: string;
}

/** Some axes of ONNX which are one axis here. */
export type Layout = readonly (readonly number[])[];

export const dimsOf = ({ parts, axes }: Flow): readonly number[] => axes.map((part) => parts[part] ?? 1);

/** The values of a row, of which axis i of ONNX is `sizes[i]` large and they lie in that order. */
export const flowOf = (row: number, sizes: readonly number[]): Flow => {
  const parts: number[] = [];
  const axes = sizes.map((size) => (size === 1 ? -1 : parts.push(size) - 1));
  return { row, parts, axes };
};

/** The values of a row whose axes here are those of ONNX given by `layout`, each of one axis; all others are of size 1. */
export const flowIn = (row: number, dims: readonly number[], order: readonly number[]): Flow => {
  const real = order.filter((axis) => dims[axis] !== 1);
  return { row, parts: real.map((axis) => dims[axis] ?? 1), axes: dims.map((_, axis) => real.indexOf(axis)) };
};

/** The axes of ONNX with more than one place, in the order in which they lie in memory. */
export const inMemory = ({ axes }: Flow): readonly number[] =>
  axes
    .map((part, axis) => ({ part, axis }))
    .filter(({ part }) => part >= 0)
    .sort((a, b) => a.part - b.part)
    .map(({ axis }) => axis);

/** Axes in another order: no value moves. */
export const transposed = (flow: Flow, order: readonly number[]): Flow => ({
  ...flow,
  axes: order.map((axis) => flow.axes[axis] ?? -1),
});

/** Axes and those that they become, in order, of the same number of values on either side: the fewest that do. */
interface Group {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Sizes beside others of the same product, those of 1 left out; null where their product is another. */
const groupsOf = (dims: readonly number[], target: readonly number[]): readonly Group[] | null => {
  const [from, to] = [dims, target].map((sizes) => sizes.flatMap((size, axis) => (size === 1 ? [] : [axis])));
  const groups: { from: number[]; to: number[]; have: number; want: number }[] = [];
  const [left, right] = [[...(from ?? [])], [...(to ?? [])]];
  while (left.length > 0 || right.length > 0) {
    const group = { from: [] as number[], to: [] as number[], have: 1, want: 1 };
    do {
      const [axes, rest, sizes, side] =
        group.have <= group.want && left.length > 0
          ? [group.from, left, dims, 'have' as const]
          : [group.to, right, target, 'want' as const];
      const axis = rest.shift();
      if (axis === undefined) return null;
      axes.push(axis);
      group[side] *= sizes[axis] ?? 1;
    } while (group.have !== group.want);
    groups.push(group);
  }
  return groups;
};

/** Other sizes of the same values: null where axes would be joined that do not lie side by side. */
export const resized = (flow: Flow, target: readonly number[]): Flow | null => {
  const groups = groupsOf(dimsOf(flow), target);
  if (!groups) return null;
  const inside = groups.map(({ from, to }) => ({ run: from.map((axis) => flow.axes[axis] ?? -1), to }));
  if (inside.some(({ run }) => run.some((part, i) => i > 0 && part !== (run[i - 1] ?? 0) + 1))) return null;
  const sorted = [...inside].sort((a, b) => (a.run[0] ?? 0) - (b.run[0] ?? 0)).flatMap(({ to }) => to);
  return {
    ...flow,
    parts: sorted.map((axis) => target[axis] ?? 1),
    axes: target.map((_, axis) => sorted.indexOf(axis)),
  };
};

/** The layout in which values lie so that they can be read in other sizes, as near to theirs as can be; null where there are not as many. */
export const layoutFor = (flow: Flow, target: readonly number[]): Layout | null => {
  const groups = groupsOf(dimsOf(flow), target)?.map(({ from }) => from);
  if (!groups) return null;
  if (groups.length > MOST_AXES || groups.length === 0) return [groups.flat()];
  const first = (axes: readonly number[]): number => Math.min(...axes.map((axis) => flow.axes[axis] ?? 0));
  return [...groups].sort((a, b) => first(a) - first(b));
};

/** Rows that only bring values into another order or shape, made where they are needed. */
export class Arranging {
  constructor(
    private readonly network: Growing,
    private readonly name: (flow: Flow, reader: string) => string,
  ) {}

  /**
   * The same values with an axis here for each of the layout's, of the sizes of the axes in it: null where no row of this language
   * could order them so.
   */
  arranged(flow: Flow, layout: Layout, reader: string): Flow | null {
    const shape = this.network.shape(flow.row);
    if (!shape) return flow;
    const dims = dimsOf(flow);
    const wanted = layout.map((axes) => product(axes.map((axis) => dims[axis] ?? 1)));
    const order = layout.flat().flatMap((axis) => ((flow.axes[axis] ?? -1) < 0 ? [] : [flow.axes[axis] ?? 0]));
    if (wanted.length > MOST_AXES || wanted.length === 0) return null;
    const name = this.name(flow, reader);
    const runs = runsOf(order);
    const moved =
      runs.length <= 1 ? flow.row : (this.known(flow, order, shape, name) ?? this.permuted(flow, order, name));
    const row = this.reshaped(moved, wanted, name);
    return {
      row,
      parts: order.map((part) => flow.parts[part] ?? 1),
      axes: flow.axes.map((part) => order.indexOf(part)),
    };
  }

  /** Moves that have a word of their own. */
  private known({ row, parts }: Flow, order: readonly number[], shape: Shape, name: string): number | null {
    const add = (kind: string, options: Readonly<Record<string, number>>): number =>
      this.network.add({ kind, name, options, reads: [row] });
    const [a = 1, b = 1, c = 1, d = 1, e = 1] = parts;
    const is = (wanted: readonly number[], sizes: readonly number[]): boolean =>
      order.join() === wanted.join() && shape.join() === sizes.join();
    // Two groups of channels change places: ShuffleNet.
    if (is([1, 0, ...order.slice(2)], [a * b, ...parts.slice(2)])) return add('shuffle', { groups: a });
    if (b === c && is([0, 3, 1, 4, 2], [a * b * c, d, e])) return add('pixelshuffle', { factor: b });
    if (c === e && is([0, 2, 4, 1, 3], [a, b * c, d * e])) return add('pixelunshuffle', { factor: c });
    return null;
  }

  /** Parts in another order; where there are more of them than axes, one run after the other comes to the front, the last one first. */
  private permuted({ row, parts }: Flow, wanted: readonly number[], name: string): number {
    const permute = (from: number, sizes: readonly number[], order: readonly number[]): number =>
      this.network.add({ kind: 'permute', name, options: { order }, reads: [this.reshaped(from, sizes, name)] });
    const sizeOf = (run: readonly number[]): number => product(run.map((part) => parts[part] ?? 1));
    const runs = runsOf(wanted);
    const sorted = [...runs].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
    if (runs.length <= MOST_AXES)
      return permute(
        row,
        sorted.map(sizeOf),
        runs.map((run) => sorted.indexOf(run)),
      );
    let [current, made] = [sorted, row];
    for (const run of [...runs].reverse()) {
      const at = current.indexOf(run);
      if (at === 0) continue;
      const [before, behind] = [current.slice(0, at), current.slice(at + 1)];
      made = permute(
        made,
        [before, [run], behind].map((some) => sizeOf(some.flat())),
        [1, 0, 2],
      );
      current = [run, ...before, ...behind];
    }
    return made;
  }

  private reshaped(row: number, wanted: readonly number[], name: string): number {
    const shape = this.network.shape(row);
    if (!shape || sameShape(shape, wanted)) return row;
    const to = wanted.length === 1 ? wanted : [...wanted.slice(1), wanted[0] ?? 1];
    const flat = wanted.length === 1 && shape.length > 1;
    return this.network.add(
      flat ? { kind: 'flatten', name, reads: [row] } : { kind: 'reshape', name, options: { to }, reads: [row] },
    );
  }
}

/** The channels, and three axes of places. */
const MOST_AXES = 4;

/** Parts in a wanted order, those together that follow each other in memory as well. */
const runsOf = (order: readonly number[]): readonly (readonly number[])[] => {
  const runs: number[][] = [];
  for (const part of order) {
    const last = runs.at(-1);
    if (last && last.at(-1) === part - 1) last.push(part);
    else runs.push([part]);
  }
  return runs;
};
