// The receptive field of every layer, exact, per axis, composed along the graph from each layer's reach. No drawing.
//
// Forward from the input: if a layer's cell o taps the cells T(o) of what it reads, and those see F(i) of the input, then
// o sees the hull of F over T(o). F is periodic: cell m*q + phase sees `cells[phase]` moved by m*advance. Composing with the
// taps themselves, not with their hull, keeps it exact where fields of neighbours are out of order (dilated transposed
// convolutions). Araujo, Norris, Sim: "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019.

import { type Graph, isInput, type Node } from '../core/graph.js';
import { type AxisReach, gcd, OWN_CELL } from '../core/reach.js';
import { sameShape, spatial } from '../core/shape.js';

/** Input cells `lo … hi`; none where lo > hi. */
export interface Cell {
  readonly lo: number;
  readonly hi: number;
}

/** What the cells along one axis see: cell `m * cells.length + phase` sees `cells[phase]` moved by `m * advance`. */
export interface Track {
  readonly advance: number;
  readonly cells: readonly Cell[];
  /** False once cells beyond the border had to be guessed (branches of different scale). */
  readonly exact: boolean;
}

/** Along all axes; `global` once a layer sees everything. */
export type Tracks = readonly Track[] | 'global';

export interface Field {
  /** The field over all paths. */
  readonly full: Tracks;
  /** Along the data path, with gates (broadcast pooled values) left out; the same as `full` where there are none. */
  readonly local: Tracks;
  /** Along the path that sees least: 1x1 through the identities of a residual network. */
  readonly least: Tracks;
}

/** The fields of one network input: by node id; null where unknown, where nothing of the input is read, and for other inputs. */
export type Fields = readonly (Field | null)[];

const EMPTY: Cell = { lo: 1, hi: 0 };
const isEmpty = (cell: Cell): boolean => cell.lo > cell.hi;
const hull = (a: Cell, b: Cell): Cell =>
  isEmpty(a) ? b : isEmpty(b) ? a : { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };

/** More phases than this are not listed; the field is unknown then. */
const MOST_PHASES = 1 << 16;

/** The fields with respect to the graph's input of that id. */
export const receptiveFields = (graph: Graph, input: number): Fields => {
  const fields: (Field | null)[] = [];
  for (const node of graph.nodes)
    fields.push(node.facts && (isInput(node) ? ownCells(node, input) : fieldOf(node, graph, fields)));
  return fields;
};

const ownCells = (node: Node, input: number): Field | null => {
  if (node.id !== input) return null;
  const track: Track = { advance: 1, cells: [{ lo: 0, hi: 0 }], exact: true };
  const tracks = spatial(node.facts?.output ?? []).map(() => track);
  return { full: tracks, local: tracks, least: tracks };
};

const fieldOf = (node: Node, graph: Graph, fields: readonly (Field | null)[]): Field | null => {
  const output = node.facts?.output ?? [];
  const read = node.inputs.flatMap((id) => {
    const field = fields[id];
    return field ? [{ field, gate: !sameShape(spatial(graph.nodes[id]?.facts?.output ?? []), spatial(output)) }] : [];
  });
  const [first] = read;
  if (!first) return null;
  const reach = node.facts?.reach;
  if (reach === 'global') return { full: 'global', local: 'global', least: 'global' };
  if (read.length === 1) return through(first.field, reach);
  const fulls = read.map(({ field }) => field.full);
  const data = read.filter(({ field, gate }) => !(gate && field.full === 'global'));
  const full = join(fulls, spatial(output));
  const local = join(
    (data.length > 0 ? data : read).map(({ field }) => field.local),
    spatial(output),
  );
  const least = (data.length > 0 ? data : read).map(({ field }) => field.least).reduce(smaller);
  return full && local && { full, local, least };
};

const through = (field: Field, reach: readonly AxisReach[] | undefined): Field | null => {
  if (!reach) return field;
  const full = composeAll(field.full, reach);
  const local = field.local === field.full ? full : composeAll(field.local, reach);
  const least = field.least === field.full ? full : composeAll(field.least, reach);
  return full && local && least && { full, local, least };
};

const composeAll = (tracks: Tracks, reach: readonly AxisReach[]): Tracks | null => {
  if (tracks === 'global') return 'global';
  const composed = tracks.map((track, axis) => compose(track, reach[axis] ?? OWN_CELL));
  return composed.every((track): track is Track => track !== null) ? composed : null;
};

const cellAt = ({ cells, advance }: Track, index: number): Cell => {
  const turns = Math.floor(index / cells.length);
  const cell = cells[index - turns * cells.length] ?? EMPTY;
  return isEmpty(cell) || turns === 0 ? cell : { lo: cell.lo + turns * advance, hi: cell.hi + turns * advance };
};

// Fields that start and end in the order of their cells: then the outer taps alone decide the hull.
const isOrdered = (track: Track): boolean => {
  if (track.cells.length === 1) return !isEmpty(track.cells[0] ?? EMPTY);
  return track.cells.every((cell, i) => {
    const next = cellAt(track, i + 1);
    return !isEmpty(cell) && cell.lo <= next.lo && cell.hi <= next.hi;
  });
};

const compose = (inner: Track, reach: AxisReach): Track | null => {
  const turns = inner.cells.length / gcd(reach.advance, inner.cells.length);
  const phases = reach.taps.length * turns;
  const advance = (inner.advance * reach.advance * turns) / inner.cells.length;
  if (phases > MOST_PHASES || !Number.isSafeInteger(advance)) return null;
  const ordered = isOrdered(inner);
  const cells: Cell[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    for (const { start, step, count } of reach.taps) {
      const first = turn * reach.advance + start;
      let cell = EMPTY;
      for (let t = 0; t < count; t += ordered && count > 1 ? count - 1 : 1)
        cell = hull(cell, cellAt(inner, first + t * step));
      if (!Number.isSafeInteger(cell.lo) || !Number.isSafeInteger(cell.hi)) return null;
      cells.push(cell);
    }
  }
  return reduce({ advance, cells, exact: inner.exact });
};

/** The same field over the shortest period: down by two and up by two again is one phase, not two. */
const reduce = (track: Track): Track => {
  let { advance, cells } = track;
  for (let factor = 2; factor <= cells.length; factor += 1) {
    while (
      cells.length % factor === 0 &&
      advance % factor === 0 &&
      repeats(cells, advance / factor, cells.length / factor)
    ) {
      cells = cells.slice(0, cells.length / factor);
      advance /= factor;
    }
  }
  return cells === track.cells ? track : { ...track, advance, cells };
};

const repeats = (cells: readonly Cell[], step: number, period: number): boolean =>
  cells.every((cell, i) => {
    const before = cells[i - period];
    if (!before) return true;
    return isEmpty(cell) ? isEmpty(before) : cell.lo === before.lo + step && cell.hi === before.hi + step;
  });

/** The hull of what several branches see. Null where one of them is unknown. */
const join = (branches: readonly Tracks[], sizes: readonly number[]): Tracks | null => {
  const [first, ...rest] = branches;
  if (first === undefined) return null;
  if (branches.includes('global')) return 'global';
  let joined: readonly Track[] = first as readonly Track[];
  for (const other of rest as readonly (readonly Track[])[]) {
    if (other === joined) continue;
    joined = joined.map((track, axis) => joinAxis(track, other[axis] ?? track, sizes[axis] ?? 1));
  }
  return joined;
};

const joinAxis = (a: Track, b: Track, size: number): Track => {
  if (a === b) return a;
  const [p, q] = [a.cells.length, b.cells.length];
  const exact = a.exact && b.exact;
  if (a.advance * q === b.advance * p) {
    const phases = (p / gcd(p, q)) * q;
    if (phases <= MOST_PHASES)
      return reduce({
        advance: (a.advance * phases) / p,
        cells: range(phases).map((i) => hull(cellAt(a, i), cellAt(b, i))),
        exact,
      });
  }
  // Branches of different scale never repeat together: every cell of the output is listed.
  return {
    advance: Math.round((a.advance * size) / p),
    cells: range(Math.min(size, MOST_PHASES)).map((i) => hull(cellAt(a, i), cellAt(b, i))),
    exact: false,
  };
};

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const smaller = (a: Tracks, b: Tracks): Tracks => {
  if (a === b || b === 'global') return a;
  if (a === 'global') return b;
  const area = (tracks: readonly Track[]) => tracks.reduce((all, track) => all * sizeOf(track).size, 1);
  return area(b) < area(a) ? b : a;
};

const width = (cell: Cell): number => Math.max(0, cell.hi - cell.lo + 1);

/** The largest and the smallest field of a track's phases, in input cells. */
export const sizeOf = (track: Track): { readonly size: number; readonly sizeMin: number } => {
  let size = 0;
  let sizeMin = Number.POSITIVE_INFINITY;
  for (const cell of track.cells) {
    size = Math.max(size, width(cell));
    sizeMin = Math.min(sizeMin, width(cell));
  }
  return { size, sizeMin };
};

/** The mean step between neighbouring cells; whole unless something upsamples. */
export const strideOf = (track: Track): number => track.advance / track.cells.length;

/** How far the first cell's field reaches out over the input's edge; negative where it starts inside. */
export const paddingOf = (track: Track): number => 0 - (track.cells[0]?.lo ?? 0);

/** The middle of the first cell's field. */
export const centerOf = (track: Track): number => {
  const cell = track.cells[0] ?? EMPTY;
  return (cell.lo + cell.hi) / 2;
};

/** The centre of a mean cell 0: over one period, each centre moved back by its cell's steps. */
const meanCenter = (track: Track): number => {
  const seeing = track.cells.flatMap((cell, phase) =>
    isEmpty(cell) ? [] : [(cell.lo + cell.hi) / 2 - phase * strideOf(track)],
  );
  return seeing.reduce((a, b) => a + b, 0) / seeing.length;
};

/** The field of one cell, over the edges if it comes to that. */
export const fieldAt = (track: Track, cell: number): Cell => cellAt(track, cell);

/** One finding of {@link misalignments}: branches whose fields have different centres, per axis. */
export interface Misalignment {
  readonly node: Node;
  readonly centers: readonly (readonly number[])[];
}

/** Layers that merge branches whose fields have different centres: a shift that is rarely meant. */
export const misalignments = (graph: Graph, fields: Fields): readonly Misalignment[] =>
  graph.nodes.flatMap((node) => {
    if (node.inputs.length < 2) return [];
    const tracks = node.inputs.flatMap((id) => {
      const local = fields[id]?.local;
      return local && local !== 'global' ? [local] : [];
    });
    const centers = tracks.map((all) => all.map(meanCenter));
    const [first] = centers;
    return first && centers.some((center) => !sameShape(center, first)) ? [{ node, centers }] : [];
  });
