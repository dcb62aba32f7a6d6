// The receptive field of every layer, exact, per axis, composed along the graph from each layer's reach. No drawing.
//
// Forward from the input, one axis at a time (track.ts, and moved.ts where values only move); where branches meet, a cell sees the hull of what it sees through
// each. The recurrences r + (k-1) d j and j s come out of it where a layer slides one window: Araujo, Norris, Sim,
// "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019.

import { type Graph, isInput, type Node, sourcesOf } from '../core/graph.js';
import type { Reads } from '../core/reach.js';
import { channels, product, type Shape, sameShape, spatial } from '../core/shape.js';
import { move } from './moved.js';
import {
  allChannels,
  choicesOfChannels,
  compose,
  fitted,
  join,
  onRange,
  ownCells,
  reread,
  sameTrack,
  seesAll,
  type Track,
  type Work,
  within,
  workFor,
} from './track.js';
import { meanCellOf, sizeOf, strideOf } from './track-measures.js';

/** Along all axes of the input; `global` once a layer sees everything. */
export type Tracks = readonly Track[] | 'global';

interface Paths {
  /** The field over all paths. */
  readonly full: Tracks;
  /** Along the data path, with gates (broadcast pooled values) left out; the same as `full` where there are none. */
  readonly local: Tracks;
  /** Along each axis, on the path that sees least there: 1x1 through the identities of a residual network. */
  readonly least: Tracks;
}

/** What a cell sees, all its channels together. */
export interface Field extends Paths {
  /** The same channel by channel, where they see differently and somebody reads them apart: places laid out as channels. */
  readonly apart?: Paths;
}

/** Whether the cells see just this much, and not only at most. */
export const isExact = (tracks: Tracks): boolean => tracks === 'global' || tracks.every(({ bound }) => !bound);

/** The fields of one network input: by node id; null where unknown, where nothing of the input is read, and for other inputs. */
export type Fields = readonly (Field | null)[];

/** `nothing` of this input reaches the node; null: it is not known what does. */
type Known = Field | 'nothing' | null;

interface Walk {
  readonly graph: Graph;
  readonly known: Known[];
  readonly work: Work;
  /** By node id: whether some layer behind it tells its channels apart. */
  readonly toldApart: readonly boolean[];
  /** The sizes of the input. */
  readonly sizes: readonly number[];
}

/** The fields with respect to the graph's input of that id. Linear in the layers. */
export const receptiveFields = (graph: Graph, input: number): Fields => {
  const known: Known[] = [];
  const sizes = spatial(graph.nodes[input]?.facts?.output ?? []);
  const walk: Walk = { graph, known, work: workFor(graph.nodes.length), toldApart: toldApart(graph), sizes };
  for (const node of graph.nodes) known.push(isInput(node) ? inputField(node, input) : fieldOf(node, walk));
  return known.map((field) => (field === 'nothing' ? null : field));
};

const inputField = (node: Node, input: number): Known => {
  if (node.id !== input) return 'nothing';
  const shape = node.facts?.output;
  if (!shape) return null;
  const tracks = spatial(shape).map((_, axis) => ownCells(axis, shape));
  return { full: tracks, local: tracks, least: tracks };
};

/** Which channels a layer reads matters where it picks some or moves them, up to where all have been read together. */
const toldApart = ({ nodes }: Graph): readonly boolean[] => {
  const told = new Array<boolean>(nodes.length).fill(false);
  const picks = ({ facts, inputs }: Node): boolean =>
    facts?.moves !== undefined || channels(facts?.output ?? []) < channels(nodes[inputs[0] ?? -1]?.facts?.output ?? []);
  for (let id = nodes.length - 1; id >= 0; id -= 1) {
    const node = nodes[id];
    if (!node?.facts || node.facts.channels === 'all' || node.facts.reach === 'global') continue;
    if (!told[id] && !picks(node)) continue;
    for (const [i, read] of node.inputs.entries()) if (node.facts.reads?.[i]?.[0] !== 'all') told[read] = true;
  }
  return told;
};

const EVERYTHING: Field = { full: 'global', local: 'global', least: 'global' };

const fieldOf = (node: Node, walk: Walk): Known => {
  if (!node.facts) return null;
  const { output, reach, reads, stacked } = node.facts;
  const sources = sourcesOf(node);
  const [only, ...others] = sources;
  const one = others.length === 0 ? walk.known[only ?? -1] : undefined;
  if (one === null) return null;
  if (one && one !== 'nothing' && reach !== 'global' && !reads) return through(one, node, walk);
  const read: Read[] = [];
  let from = 0;
  for (const [i, id] of sources.entries()) {
    const field = walk.known[id];
    const shape = walk.graph.nodes[id]?.facts?.output ?? [];
    if (!field) return null;
    if (field !== 'nothing') {
      // What is broadcast over the places, and pooled from all of them, scales the data and is none of it. On a map of one
      // place a gate has the shape of the data; pooling that place tells it apart.
      const broadcast = !sameShape(spatial(shape), spatial(output));
      // Parts of an axis of places are smaller than the whole, and are no gates.
      const gate = !stacked && field.full === 'global' && (broadcast || product(spatial(output)) === 1);
      read.push({ field, gate, from, reads: reads?.[i] });
    }
    from += shape[stacked ?? 0] ?? 1;
  }
  if (read.length === 0) return 'nothing';
  if (reach === 'global') return EVERYTHING;
  // Nobody knows what is seen of any of them.
  if (reach?.some(({ taps }) => taps.length === 0)) return null;
  return meeting(read, output, stacked, walk.toldApart[node.id] === true, walk);
};

/** Through one layer of one input. */
const through = (field: Field, node: Node, walk: Walk): Field | null => {
  const { graph, work, toldApart, sizes } = walk;
  const { output = [], reach, moves, channels: mixed, atMost } = node.facts ?? {};
  const shape = graph.nodes[node.inputs[0] ?? -1]?.facts?.output ?? [];
  const apart = toldApart[node.id] === true;
  if (moves && (!reach || apart || field.apart)) {
    // A vector that nobody takes apart again is one cell that has seen all of them.
    if (output.length === 1 && !apart) return field.local.length === 0 ? field : EVERYTHING;
    return together(
      eachTrack(field.apart ?? field, (track, axis) => {
        const moved = move(track, moves, output, work);
        return moved && within(moved, sizes[axis] ?? 1);
      }),
      output,
      apart,
      walk,
    );
  }
  if (isOfVector(field) && output.length > 1) return null;
  // Each cell reads its own: what was put together before it is not put together anew.
  if (!reach && !mixed && !moves && sameShape(output, shape) && (apart || !field.apart)) return field;
  const own = mixed === 'all' ? field : (field.apart ?? field);
  if (!reach && own === field && !apart) return field;
  const reading = { channels: mixed === 'all' ? undefined : mixed, axes: reach === 'global' ? [] : reach, atMost };
  // No channels to tell apart, as almost always.
  if (own === field && !field.apart && !apart && output.length > 1)
    return eachTrack(field, (track) => compose(track, reading, output, work));
  const more = apart && !mixed && channels(output) > channels(shape);
  return together(
    eachTrack(own, (track) => {
      const wider = more ? onRange(track, 0, 0, channels(output), work) : track;
      return wider && compose(wider, reading, output, work);
    }),
    output,
    apart,
    walk,
  );
};

/** A field read by a layer of several inputs: from which cell on, if they are put one behind the other. */
interface Read {
  readonly field: Field;
  readonly gate: boolean;
  readonly from: number;
  readonly reads: Reads | undefined;
}

const meeting = (
  read: readonly Read[],
  output: Shape,
  stacked: number | undefined,
  apart: boolean,
  walk: Walk,
): Field | null => {
  const { work } = walk;
  const behind = stacked !== undefined && (stacked > 0 || apart);
  const branches = read.map(({ field, from, gate, reads }) => {
    const paths = apart || (reads && reads[0] !== 'all') ? (field.apart ?? field) : field;
    const changed = (track: Track): Track | null =>
      reads
        ? reread(track, reads, output, work)
        : behind
          ? onRange(track, stacked, from, output[stacked] ?? 1, work)
          : track;
    return { gate, paths: eachTrack(paths, changed) };
  });
  const data = branches.filter(({ gate }) => !gate);
  const hull = (a: Track, b: Track): Track | null => join(a, b, output, work);
  const full = meet(
    branches.map(({ paths }) => paths?.full ?? null),
    hull,
  );
  const gated = data.length < branches.length || branches.some(({ paths }) => paths?.local !== paths?.full);
  const local = gated
    ? meet(
        (data.length > 0 ? data : branches).map(({ paths }) => paths?.local ?? null),
        hull,
      )
    : full;
  const smallest = branches
    .map(({ paths }) => paths?.least ?? null)
    .filter((tracks, _, all) => tracks !== 'global' || all.every((t) => t === tracks));
  // Channels told apart have their least each; the least of all is found where they are put together.
  const least = meet(smallest, behind ? hull : smaller);
  const overPlaces = (tracks: Tracks | null): Tracks | null =>
    tracks && tracks !== 'global' ? tracks.map((track) => fitted(track, output)) : tracks;
  const [f, l, m] = [overPlaces(full), overPlaces(local), overPlaces(least)];
  if (!f || !l || !m) return null;
  const ungated = sameTracks(l, f);
  return together({ full: f, local: ungated, least: sameTracks(m, ungated) }, output, apart, walk);
};

/** The field of a layer from what its channels see: all of them together, and apart for those who tell them apart. */
const together = (paths: Paths | null, output: Shape, apart: boolean, { work, sizes }: Walk): Field | null => {
  if (!paths) return null;
  const joined = jointly(paths, output, work, sizes);
  return joined && (apart && joined !== paths ? { ...joined, apart: paths } : joined);
};

const jointly = (paths: Paths, output: Shape, work: Work, sizes: readonly number[]): Paths | null => {
  // A vector of the input has no places to see; one that was made of places has seen all of them.
  if (output.length === 1) return paths.full.length === 0 ? paths : EVERYTHING;
  if (isOfVector(paths)) return null;
  const joined = eachTrack(paths, (track) => allChannels(track, work), leastOf(work));
  if (!joined || (joined.full !== 'global' && !isEverything(joined.full, sizes))) return joined;
  const all = (tracks: Tracks): Tracks => (isEverything(tracks, sizes) ? 'global' : tracks);
  const { full, local, least } = { full: 'global' as const, local: all(joined.local), least: all(joined.least) };
  return full === joined.full && local === joined.local && least === joined.least ? joined : { full, local, least };
};

/** Of channels that stand behind each other, those that see least. */
const leastOf =
  (work: Work) =>
  (track: Track): Track | null => {
    const [first, ...rest] = choicesOfChannels(track, work)?.map((choice) => allChannels(choice, work)) ?? [];
    return rest.reduce<Track | null>((least, other) => least && other && smaller(least, other), first ?? null);
  };

/** Of places that are made of a vector each has seen a part of it, and a vector has no axis to tell which. */
const isOfVector = ({ full }: Paths): boolean => full.length === 0;

const isEverything = (tracks: Tracks, sizes: readonly number[]): boolean =>
  tracks !== 'global' && tracks.every((track, axis) => seesAll(track, sizes[axis] ?? 1));

/** The paths with their tracks changed alike; the very same where no track is changed, null where one is not known any more. */
const eachTrack = (
  paths: Paths,
  change: (track: Track, axis: number) => Track | null,
  changeLeast = change,
): Paths | null => {
  const all = (tracks: Tracks, by: typeof change): Tracks | null => {
    if (tracks === 'global') return tracks;
    const changed = complete(tracks.map(by));
    return changed && sameTracks(changed, tracks);
  };
  const full = all(paths.full, change);
  const local = paths.local === paths.full ? full : all(paths.local, change);
  const least = paths.least === paths.local && changeLeast === change ? local : all(paths.least, changeLeast);
  if (full === paths.full && local === paths.local && least === paths.least) return paths;
  if (!full || !local || !least) return null;
  const ungated = sameTracks(local, full);
  return { full, local: ungated, least: sameTracks(least, ungated) };
};

/** What several branches see, axis by axis. */
const meet = (branches: readonly (Tracks | null)[], together: (a: Track, b: Track) => Track | null): Tracks | null =>
  branches.reduce<Tracks | null>((met, other) => {
    if (met === null || other === null) return null;
    if (met === other) return met;
    if (met === 'global' || other === 'global') return 'global';
    return complete(met.map((track, axis) => together(track, other[axis] ?? track)));
  }, branches[0] ?? null);

const smaller = (a: Track, b: Track): Track => (a === b || sizeOf(a).size <= sizeOf(b).size ? a : b);

const complete = (tracks: readonly (Track | null)[]): readonly Track[] | null =>
  tracks.every((track): track is Track => track !== null) ? tracks : null;

/** `tracks`, or `other` where they are the same: then what follows is composed once. */
const sameTracks = (tracks: Tracks, other: Tracks): Tracks =>
  tracks !== 'global' &&
  other !== 'global' &&
  tracks.length === other.length &&
  tracks.every((track, axis) => sameTrack(track, other[axis] ?? track))
    ? other
    : tracks;

/** Whether the field is larger than the input along some axis; what is global covers the input and no more. */
export const exceeds = (tracks: Tracks, input: Shape): readonly boolean[] =>
  tracks === 'global'
    ? []
    : tracks.map((track, axis) => !track.bound && sizeOf(track).size > (spatial(input)[axis] ?? 1));

/** A branch where it meets others: the centre and the last cell of its mean cell 0, and its step, per axis. */
export interface Branch {
  readonly center: readonly number[];
  readonly last: readonly number[];
  readonly stride: readonly number[];
}

/** Branches that do not line up, one of each sort. */
export interface Misalignment {
  readonly node: Node;
  readonly branches: readonly Branch[];
}

/**
 * Layers that merge branches whose fields have different centres or steps: a shift that is rarely meant. Causal branches, which
 * end at the same cell and look back from there, differ in their centres on purpose.
 */
export const misalignments = (graph: Graph, fields: Fields): readonly Misalignment[] =>
  graph.nodes.flatMap((node) => {
    if (sourcesOf(node).length < 2) return [];
    // One behind the other along an axis of places, no two of them meet in a cell.
    if ((node.facts?.stacked ?? 0) > 0) return [];
    const branches: Branch[] = [];
    for (const [i, id] of node.inputs.entries()) {
      // What is read as a whole, or along other axes, has no centre that another could miss.
      if (node.facts?.reads?.[i]?.some((axis, at) => at > 0 && axis !== at)) continue;
      const local = fields[id]?.local;
      if (!local || local === 'global') continue;
      const means = local.map(meanCellOf);
      // Misaligned branches have met before it, and that was said there; and of a bound nothing can be said.
      if (!means.every((mean) => mean !== null)) continue;
      const [center, last] = [means.map(({ center }) => center), means.map(({ last }) => last)];
      const branch = { center, last, stride: local.map(strideOf) };
      if (!branches.some((b) => (['center', 'last', 'stride'] as const).every((of) => sameShape(b[of], branch[of]))))
        branches.push(branch);
    }
    const [first] = branches;
    if (!first) return [];
    const agree = (of: keyof Branch, axis: number): boolean => branches.every((b) => b[of][axis] === first[of][axis]);
    const aligned = first.center.every(
      (_, axis) => agree('stride', axis) && (agree('center', axis) || agree('last', axis)),
    );
    return aligned ? [] : [{ node, branches }];
  });
