// How the field of one layer comes about: the path on which it grows, step by step, with the numbers of each. No text.

import { type Graph, isInput, type Node, sourcesOf } from '../core/graph.js';
import type { AxisReach } from '../core/reach.js';
import { product, spatial } from '../core/shape.js';
import type { Fields, Tracks } from './receptive-field.js';
import type { Track } from './track.js';
import { axesOf, paddingOf, phasesOf, sizeOf, strideOf } from './track-measures.js';

/** A field along one axis: its size r, the step j to the neighbour's, and how far p it reaches over the edge. */
export interface Extent {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

export interface AxisStep {
  /** The window slid along the axis; null where a layer enlarges or merges. */
  readonly window: {
    readonly kernel: number;
    readonly stride: number;
    readonly dilation: number;
    readonly padding: number;
  } | null;
  readonly before: Extent;
  readonly after: Extent;
  /** Whether r + (k-1) d j, j s and p + pad j give what is there; not where the field depends on the cell. */
  readonly formula: boolean;
  /** How many cells of the layer see differently, before they repeat. */
  readonly phases: number;
  /** Whether the cells see just this much, and not only at most. */
  readonly exact: boolean;
}

export interface Step {
  readonly node: Node;
  /** Per axis; empty where everything is seen from here on. */
  readonly axes: readonly AxisStep[];
  /** Where branches meet: each input's name and the size of its field, null where it sees everything. */
  readonly branches: readonly { readonly name: string; readonly size: readonly number[] | null }[];
}

/** The nodes from the input to `last` along which the field is widest, gates left out. */
export const widestPath = (graph: Graph, fields: Fields, last: Node): readonly Node[] => {
  const path = [last];
  for (let node: Node | undefined = last; node && !isInput(node); ) {
    const read: Node[] = sourcesOf(node).flatMap((id) => (fields[id] ? (graph.nodes[id] ?? []) : []));
    const inner: readonly Node[] = read.filter(({ id }) => fields[id]?.local !== 'global');
    node = (inner.length > 0 ? inner : read).reduce<Node | undefined>(
      (widest, other) => (widest && areaOf(fields, widest) >= areaOf(fields, other) ? widest : other),
      undefined,
    );
    if (node) path.push(node);
  }
  return path.reverse();
};

const areaOf = (fields: Fields, node: Node): number => {
  const tracks = fields[node.id]?.local;
  return !tracks || tracks === 'global' ? 0 : product(sizesOf(tracks));
};

const sizesOf = (tracks: readonly Track[]): readonly number[] => tracks.map((track) => sizeOf(track).size);

/** The steps along the path to a layer; layers that leave the field as it is are left out. */
export const stepsTo = (graph: Graph, fields: Fields, path: readonly Node[]): readonly Step[] =>
  path.flatMap((node, i) => {
    const before = fields[path[i - 1]?.id ?? -1]?.local;
    const after = fields[node.id]?.local;
    if (!before || !after || before === 'global') return [];
    if (after === 'global') return [{ node, axes: [], branches: [] }];
    const { reach, moves } = node.facts ?? {};
    const branches = sourcesOf(node).length > 1 ? branchesOf(graph, fields, node) : [];
    const axes = after.map((track, axis) => {
      const inner = before[axis] ?? track;
      // The layer's own axis along which the field moves, which is another one after the axes were put in another order.
      const [own, ...others] = axesOf(inner);
      const along = own !== undefined && others.length === 0 && reach && reach !== 'global' ? reach[own] : undefined;
      return axisStep(inner, track, along);
    });
    const idle = axes.every((step) => same(step.before, step.after));
    return idle && (branches.length > 0 || !(reach || moves)) ? [] : [{ node, axes, branches }];
  });

const same = (a: Extent, b: Extent): boolean => a.size === b.size && a.stride === b.stride && a.padding === b.padding;

const axisStep = (inner: Track, outer: Track, reach: AxisReach | undefined): AxisStep => {
  const [before, after] = [extentOf(inner), extentOf(outer)];
  const [tap, ...more] = reach?.taps ?? [];
  const window =
    reach && tap && more.length === 0
      ? { kernel: tap.count, stride: reach.advance, dilation: tap.step, padding: 0 - tap.start }
      : null;
  const formula =
    window !== null &&
    !outer.bound &&
    same(after, {
      size: before.size + (window.kernel - 1) * window.dilation * before.stride,
      stride: before.stride * window.stride,
      padding: before.padding + window.padding * before.stride,
    });
  return {
    window,
    before,
    after,
    formula,
    phases: axesOf(outer).length > 1 ? 1 : phasesOf(outer).length,
    exact: !outer.bound,
  };
};

const extentOf = (track: Track): Extent => ({
  size: sizeOf(track).size,
  stride: strideOf(track),
  padding: paddingOf(track),
});

const branchesOf = (graph: Graph, fields: Fields, node: Node): Step['branches'] =>
  node.inputs.flatMap((id) => {
    const tracks: Tracks | undefined = fields[id]?.local;
    const name = graph.nodes[id]?.name ?? '';
    return tracks ? [{ name, size: tracks === 'global' ? null : sizesOf(tracks) }] : [];
  });

/** The first layer whose field is larger than the input, along each axis; null where none is. */
export const firstBeyond = (graph: Graph, fields: Fields, input: Node): readonly (Node | null)[] =>
  spatial(input.facts?.output ?? []).map(
    (size, axis) =>
      graph.nodes.find(({ id }) => {
        const local = fields[id]?.local;
        const track = local === 'global' ? undefined : local?.[axis];
        return track !== undefined && !track.bound && sizeOf(track).size > size;
      }) ?? null,
  );
