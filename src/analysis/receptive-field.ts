// The receptive field of every layer, exact, per axis, composed along the graph from each layer's reach. No drawing.
//
// Forward from the input, one axis at a time (track.ts); where branches meet, a cell sees the hull of what it sees through
// each. The recurrences r + (k-1) d j and j s come out of it where a layer slides one window: Araujo, Norris, Sim,
// "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019.

import { type Graph, isInput, type Node } from '../core/graph.js';
import { type AxisReach, OWN_CELL } from '../core/reach.js';
import { product, type Shape, sameShape, spatial } from '../core/shape.js';
import { compose, join, meanCenterOf, ownCells, sizeOf, strideOf, type Track, type Work, workFor } from './track.js';

/** Along all axes; `global` once a layer sees everything. */
export type Tracks = readonly Track[] | 'global';

export interface Field {
  /** The field over all paths. */
  readonly full: Tracks;
  /** Along the data path, with gates (broadcast pooled values) left out; the same as `full` where there are none. */
  readonly local: Tracks;
  /** Along each axis, on the path that sees least there: 1x1 through the identities of a residual network. */
  readonly least: Tracks;
}

/** The fields of one network input: by node id; null where unknown, where nothing of the input is read, and for other inputs. */
export type Fields = readonly (Field | null)[];

/** `nothing` of this input reaches the node; null: it is not known what does. */
type Known = Field | 'nothing' | null;

/** The fields with respect to the graph's input of that id. Linear in the layers. */
export const receptiveFields = (graph: Graph, input: number): Fields => {
  const known: Known[] = [];
  const work = workFor(graph.nodes.length);
  for (const node of graph.nodes)
    known.push(isInput(node) ? inputField(node, input) : fieldOf(node, graph, known, work));
  return known.map((field) => (field === 'nothing' ? null : field));
};

const inputField = (node: Node, input: number): Known => {
  if (node.id !== input) return 'nothing';
  if (!node.facts) return null;
  const tracks = spatial(node.facts.output).map(ownCells);
  return { full: tracks, local: tracks, least: tracks };
};

const fieldOf = (node: Node, graph: Graph, known: readonly Known[], work: Work): Known => {
  if (!node.facts) return null;
  const { output, reach } = node.facts;
  const read: { field: Field; gate: boolean }[] = [];
  for (const id of node.inputs) {
    const field = known[id];
    if (!field) return null;
    if (field === 'nothing') continue;
    // What is broadcast over the places, and pooled from all of them, scales the data and is none of it. On a map of one
    // place a gate has the shape of the data; pooling that place tells it apart.
    const broadcast = !sameShape(spatial(graph.nodes[id]?.facts?.output ?? []), spatial(output));
    read.push({ field, gate: field.full === 'global' && (broadcast || product(spatial(output)) === 1) });
  }
  const [first, ...rest] = read;
  if (!first) return 'nothing';
  if (reach === 'global') return { full: 'global', local: 'global', least: 'global' };
  if (rest.length === 0) return through(first.field, reach, output, work);
  const data = read.filter(({ gate }) => !gate);
  const full = meet(
    read.map(({ field }) => field.full),
    join,
    work,
  );
  const local = meet(
    (data.length > 0 ? data : read).map(({ field }) => field.local),
    join,
    work,
  );
  const least = meet(
    read
      .map(({ field }) => field.least)
      .filter((tracks, _, all) => tracks !== 'global' || all.every((t) => t === tracks)),
    smaller,
    work,
  );
  return full && local && least && { full, local: sameTracks(local, full), least: sameTracks(least, local) };
};

/** Through one layer of one input. */
const through = (field: Field, reach: readonly AxisReach[] | undefined, output: Shape, work: Work): Field | null => {
  if (!reach) return field;
  const full = composeAll(field.full, reach, output, work);
  const local = field.local === field.full ? full : composeAll(field.local, reach, output, work);
  const least = field.least === field.local ? local : composeAll(field.least, reach, output, work);
  return full && local && least && { full, local, least };
};

const composeAll = (tracks: Tracks, reach: readonly AxisReach[], output: Shape, work: Work): Tracks | null =>
  tracks === 'global'
    ? 'global'
    : complete(tracks.map((track, axis) => compose(track, reach[axis] ?? OWN_CELL, output[axis + 1] ?? 1, work)));

/** What several branches see, axis by axis. */
const meet = (
  branches: readonly Tracks[],
  together: (a: Track, b: Track, work: Work) => Track | null,
  work: Work,
): Tracks | null =>
  branches.reduce<Tracks | null>((met, other) => {
    if (met === null || met === other) return met;
    if (met === 'global' || other === 'global') return 'global';
    return complete(met.map((track, axis) => together(track, other[axis] ?? track, work)));
  }, branches[0] ?? null);

const smaller = (a: Track, b: Track): Track => (a === b || sizeOf(a).size <= sizeOf(b).size ? a : b);

const complete = (tracks: readonly (Track | null)[]): Tracks | null =>
  tracks.every((track): track is Track => track !== null) ? tracks : null;

/** `tracks`, or `other` where they are the same: then what follows is composed once. */
const sameTracks = (tracks: Tracks, other: Tracks): Tracks =>
  tracks !== 'global' && other !== 'global' && tracks.every((track, axis) => track === other[axis]) ? other : tracks;

/** Whether the field is larger than the input along some axis; what is global covers the input and no more. */
export const exceeds = (tracks: Tracks, input: Shape): readonly boolean[] =>
  tracks === 'global' ? [] : tracks.map((track, axis) => sizeOf(track).size > (spatial(input)[axis] ?? 1));

/** A branch where it meets others: the centre of its mean cell 0, and its step, per axis. */
export interface Branch {
  readonly center: readonly number[];
  readonly stride: readonly number[];
}

/** Branches that do not line up, one of each sort. */
export interface Misalignment {
  readonly node: Node;
  readonly branches: readonly Branch[];
}

/** Layers that merge branches whose fields have different centres or steps: a shift that is rarely meant. */
export const misalignments = (graph: Graph, fields: Fields): readonly Misalignment[] =>
  graph.nodes.flatMap((node) => {
    if (node.inputs.length < 2) return [];
    const branches: Branch[] = [];
    for (const id of node.inputs) {
      const local = fields[id]?.local;
      if (!local || local === 'global') continue;
      const center = local.map(meanCenterOf);
      // Misaligned branches have met before it, and that was said there.
      if (!center.every((c) => c !== null)) continue;
      const branch = { center, stride: local.map(strideOf) };
      if (!branches.some((b) => sameShape(b.center, branch.center) && sameShape(b.stride, branch.stride)))
        branches.push(branch);
    }
    return branches.length > 1 ? [{ node, branches }] : [];
  });
