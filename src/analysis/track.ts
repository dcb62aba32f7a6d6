// What the cells of a layer see along one axis of the input: periodic strands of input cells, composed, joined and measured. No graph.
//
// If a layer's cell o taps the cells T(o) of what it reads, and those see F(i) of the input, then o sees the hull of F over
// T(o). Composing with the taps themselves, not with their hull, keeps it exact where fields of neighbours are out of order
// (dilated transposed convolutions). Everything is a whole number; fractions come up only where a result is read off (track-measures.ts).
// Axes are independent, but for cells that see nothing along one of them (between the kernels of a transposed convolution).
//
// A layer's own axes need not be those of the input: what a cell sees along the input's height may depend on its place along
// the layer's width (permute), or on its places along two axes together (a sequence folded into rows: p y + x). Such a place is
// a sum of parts, one per axis of the layer, and the hull over a window is the sum of the parts' hulls. moved.ts makes them.

import { type AxisReach, type Ends, gcd, OWN_CELL, type Reads, type Taps, tapsOf } from '../core/reach.js';
import { product, type Shape, sameShape } from '../core/shape.js';

/** Input cells `lo … hi`; none where lo > hi. */
export interface Cell {
  readonly lo: number;
  readonly hi: number;
}

/** Along one axis of the layer, periodic: its cell `m * cells.length + phase` sees `cells[phase]` moved by `m * advance`. */
export interface Part {
  /** Of the layer, the channels being 0; {@link NOWHERE} where all cells see alike. */
  readonly axis: number;
  readonly advance: number;
  readonly cells: readonly Cell[];
  /** What the first and the last cells of the layer see where they differ; a part that has ends sees nothing outside them. */
  readonly ends?: Ends<Cell>;
}

/** The sum of its parts, of different axes; one of them, almost always. */
export type Strand = readonly [Part, ...Part[]];

/** What the cells of a layer see along one axis of the input. */
export interface Track {
  /** One; several where what meets has no period or axis together: a cell sees the hull over all. */
  readonly strands: readonly [Strand, ...Strand[]];
  /** The layer's output, channels first. */
  readonly shape: Shape;
  /** Cells see this much at most, and maybe less. */
  readonly bound?: true;
}

/**
 * What may still be spent on one network: a tap looked at costs one. A chain of convolutions needs three per layer; periods
 * of thousands of cells under thousands of layers need more than anybody waits for, and are left unknown.
 */
export interface Work {
  left: number;
}

export const workFor = (layers: number): Work => ({ left: (1 << 22) + 64 * layers });

/** More phases than this are not listed. */
export const MOST_PHASES = 1 << 16;
/** More that have nothing in common are not followed apart. */
const MOST_STRANDS = 32;

/** No axis: all cells of the layer see alike. */
export const NOWHERE = -1;

export const EMPTY: Cell = { lo: 1, hi: 0 };

export const isEmpty = (cell: Cell): boolean => cell.lo > cell.hi;

export const sameCell = (a: Cell, b: Cell): boolean =>
  isEmpty(a) ? isEmpty(b) : a.lo === b.lo && a.hi === b.hi && !isEmpty(b);

const hull = (a: Cell, b: Cell): Cell =>
  isEmpty(a) ? b : isEmpty(b) ? a : { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };

/** One place seen over two axes: the places add up, and what sees nothing along one sees nothing. */
export const plus = (a: Cell, b: Cell): Cell =>
  isEmpty(a) || isEmpty(b) ? EMPTY : { lo: a.lo + b.lo, hi: a.hi + b.hi };

const hullOf = (cells: Iterable<Cell>): Cell => {
  let all = EMPTY;
  for (const cell of cells) all = hull(all, cell);
  return all;
};

/** The input itself: every cell sees itself along the axis, spatial axes counted from 0. */
export const ownCells = (axis: number, shape: Shape): Track => ({
  strands: [[{ axis: axis + 1, advance: 1, cells: [{ lo: 0, hi: 0 }] }]],
  shape,
});

/** What one cell sees, and all others like it. */
export const everywhere = (cell: Cell): Strand => [{ axis: NOWHERE, advance: 0, cells: [cell] }];

/** Whether every cell sees the axis from end to end, because it makes no difference where it is. */
export const seesAll = ({ strands, bound }: Track, size: number): boolean =>
  !bound &&
  strands.every(([part, ...rest]) => part.axis === NOWHERE && rest.length === 0) &&
  strands.some(([{ cells }]) => cells.some(({ lo, hi }) => lo <= 0 && hi >= size - 1));

// --- one cell ----------------------------------------------------------------------------------------------------------

/** The field of one cell by its place, over the edges if it comes to that. All channels together. */
export const fieldAt = (track: Track, at: readonly number[]): Cell =>
  hullOf(track.strands.map((strand) => strandAt(strand, track.shape, at)));

const strandAt = (strand: Strand, shape: Shape, at: readonly number[]): Cell =>
  strand.reduce((all, part) => plus(all, part.axis === 0 ? acrossAll(part, shape) : partAt(part, shape, at)), ZERO);

export const ZERO: Cell = { lo: 0, hi: 0 };

const partAt = (part: Part, shape: Shape, at: readonly number[]): Cell =>
  cellAt(part, part.axis === NOWHERE ? 0 : (at[part.axis - 1] ?? 0), shape[part.axis] ?? 1);

/** The cell of that index on an axis of `length` cells. */
export const cellAt = (part: Part, index: number, length: number): Cell => {
  const { ends } = part;
  if (ends) {
    if (index < 0 || index >= length) return EMPTY;
    const own = ends.first[index] ?? ends.last[index - length + ends.last.length];
    if (own) return own;
  }
  return periodicAt(part, index);
};

const periodicAt = ({ cells, advance }: Part, index: number): Cell => {
  const turns = Math.floor(index / cells.length);
  const cell = cells[index - turns * cells.length] ?? EMPTY;
  return isEmpty(cell) || turns === 0 ? cell : { lo: cell.lo + turns * advance, hi: cell.hi + turns * advance };
};

/** What all cells of the part's axis see together. */
export const acrossAll = (part: Part, shape: Shape): Cell => hullOf(listed(part, shape[part.axis] ?? 1));

/** The cells that have to be looked at for the hull of all: the ends, and the first and the last round of the period. */
const listed = (part: Part, length: number): readonly Cell[] => {
  const [first, last] = interior(part, length);
  const round = part.cells.length;
  const inside = Math.max(0, last - first);
  const indices = Array.from({ length: Math.min(inside, round) }, (_, i) => i);
  return [
    ...(part.ends?.first ?? []),
    ...indices.map((i) => periodicAt(part, first + i)),
    ...indices.map((i) => periodicAt(part, last - 1 - i)),
    ...(part.ends?.last ?? []),
  ];
};

/** The cells for which the period holds, from the first to before the last. */
export const interior = ({ ends }: Part, length: number): readonly [first: number, last: number] =>
  ends ? [ends.first.length, length - ends.last.length] : [0, length];

// --- through a layer ---------------------------------------------------------------------------------------------------

/** How a layer reads: along its channels and along each of its spatial axes; absent where each cell reads its own. */
export interface Reading {
  readonly channels?: AxisReach | undefined;
  readonly axes?: readonly AxisReach[] | undefined;
  /** It reads no more than that. */
  readonly atMost?: true | undefined;
}

/** The track of a layer of that shape that reads a layer of track `inner`. Null where it cannot be listed exactly. */
export const compose = (inner: Track, reading: Reading, shape: Shape, work: Work): Track | null => {
  const [first, ...more] = inner.strands;
  const bound = inner.bound ?? reading.atMost;
  const parts = composeStrand(first, inner.shape, reading, shape, work);
  if (!parts) return null;
  if (more.length === 0)
    return parts === first && sameShape(shape, inner.shape) && bound === inner.bound
      ? inner
      : tracked([parts], shape, bound);
  const strands: Strand[] = [parts];
  for (const strand of more) {
    const composed = composeStrand(strand, inner.shape, reading, shape, work);
    if (!composed) return null;
    strands.push(composed);
  }
  const same = strands.every((strand, i) => strand === inner.strands[i]);
  return same && sameShape(shape, inner.shape) && bound === inner.bound
    ? inner
    : made(merged(strands, shape, work), shape, bound);
};

/** Part by part; the very same strand where no part is changed. */
const composeStrand = (strand: Strand, from: Shape, reading: Reading, to: Shape, work: Work): Strand | null => {
  const [first] = strand;
  const through = (part: Part): Part | null => {
    const { axis } = part;
    const reach = axis > 0 ? reading.axes?.[axis - 1] : reading.channels;
    return composePart(part, reach, from[axis] ?? 1, to[axis] ?? 1, work);
  };
  if (strand.length === 1) {
    const part = through(first);
    return part === first ? strand : part && [part];
  }
  const parts = strand.map(through);
  return isStrand(parts) ? (parts.every((part, i) => part === strand[i]) ? strand : parts) : null;
};

const tracked = (strands: Track['strands'], shape: Shape, bound: true | undefined): Track =>
  bound ? { strands, shape, bound } : { strands, shape };

const isStrand = (parts: readonly (Part | null)[]): parts is Strand => parts.every((part) => part !== null);

/** A track of some strands, at least one. */
export const made = (strands: readonly Strand[] | null, shape: Shape, bound: true | undefined): Track | null => {
  if (strands === null) return null;
  const [first, ...rest] = strands;
  return tracked(first ? [first, ...rest] : [everywhere(EMPTY)], shape, bound);
};

const composePart = (
  part: Part,
  reach: AxisReach | undefined,
  read: number,
  length: number,
  work: Work,
): Part | null => {
  // A part that ends does not go on where the layer has more cells.
  const along = reach ?? (part.ends && length !== read ? OWN_CELL : undefined);
  if (part.axis === NOWHERE || !along || (isOwnCell(along) && (length === read || !part.ends))) return part;
  const periodic = composePeriod(part, along, work);
  if (!periodic || !(part.ends || along.ends)) return periodic;
  return withEnds(periodic, part, along, read, length, work);
};

const isOwnCell = ({ advance, taps, ends }: AxisReach): boolean =>
  advance === 1 && taps.length === 1 && taps[0]?.count === 1 && taps[0].start === 0 && !ends;

const composePeriod = (inner: Part, reach: AxisReach, work: Work): Part | null => {
  const period = inner.cells.length;
  const shared = gcd(reach.advance, period);
  const turns = period / shared;
  const phases = reach.taps.length * turns;
  const advance = inner.advance * (reach.advance / shared);
  if (phases === 0 || phases > MOST_PHASES) return null;
  work.left -= period;
  if (work.left < 0) return null;
  const ordered = isOrdered(inner);
  const cells: Cell[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    for (const { start, step, count } of reach.taps) {
      const first = turn * reach.advance + start;
      // In order, the outer taps decide. Out of order, each round of the period sees what the one before saw, moved on:
      // the first and the last round decide.
      const round = Math.min(count, ordered ? 1 : period / gcd(step, period));
      work.left -= 2 * round;
      if (work.left < 0) return null;
      let cell = EMPTY;
      for (let t = 0; t < round; t += 1)
        cell = hull(hull(cell, periodicAt(inner, first + t * step)), periodicAt(inner, first + (count - 1 - t) * step));
      if (!Number.isSafeInteger(cell.lo) || !Number.isSafeInteger(cell.hi)) return null;
      cells.push(cell);
    }
  }
  return Number.isSafeInteger(advance) ? shortest({ axis: inner.axis, advance, cells }) : null;
};

/** The cells at both ends one by one: those that tap the ends of what is read, or what lies outside it, or have taps of their own. */
const withEnds = (
  periodic: Part,
  inner: Part,
  reach: AxisReach,
  read: number,
  length: number,
  work: Work,
): Part | null => {
  const own = reach.ends ?? { first: [], last: [] };
  let [firsts, lasts] = [own.first.length, length - own.last.length];
  if (inner.ends) {
    const [from, to] = interior(inner, read);
    for (const [phase, { start, step, count }] of reach.taps.entries()) {
      if (count === 0) continue;
      // The last turn that taps a cell before the inner ones, and the first that taps one behind them.
      const low = before(from - start, reach.advance) * reach.taps.length + phase;
      const high = (before(to - start - (count - 1) * step, reach.advance) + 1) * reach.taps.length + phase;
      firsts = Math.max(firsts, Math.min(low + 1, length - own.last.length));
      lasts = Math.min(lasts, Math.max(high, own.first.length));
    }
  }
  if (firsts > lasts) [firsts, lasts] = [length, length];
  if (firsts + length - lasts > MOST_PHASES) return null;
  let last: { readonly taps: Taps; readonly seen: Cell } | undefined;
  const cell = (o: number): Cell => {
    const taps = tapsOf(reach, o, length) ?? { start: 0, step: 1, count: 0 };
    const { start, step, count } = taps;
    // What a cell taps besides what the one before did, where both begin alike: steps that see all before them.
    const more = last && last.taps.start === start && last.taps.step === step && last.taps.count <= count;
    let [all, t] = more ? [last?.seen ?? EMPTY, last?.taps.count ?? 0] : [EMPTY, 0];
    work.left -= count - t;
    for (; t < count && work.left >= 0; t += 1) all = hull(all, cellAt(inner, start + t * step, read));
    last = { taps, seen: all };
    return all;
  };
  const first = Array.from({ length: firsts }, (_, o) => cell(o));
  const final = Array.from({ length: length - lasts }, (_, i) => cell(lasts + i));
  return work.left < 0 ? null : ending(periodic, first, final, length);
};

/** The last turn whose cell, `advance` further each, lies before a place `room` cells on; all of them, where they do not move. */
const before = (room: number, advance: number): number =>
  advance > 0 ? Math.ceil(room / advance) - 1 : room > 0 ? Number.MAX_SAFE_INTEGER : -1;

/** A part with those ends, as short as they can be. */
const ending = (part: Part, first: readonly Cell[], last: readonly Cell[], length: number): Part => {
  let [firsts, lasts] = [first.length, 0];
  while (firsts > 0 && sameCell(first[firsts - 1] ?? EMPTY, periodicAt(part, firsts - 1))) firsts -= 1;
  while (lasts < last.length && sameCell(last[lasts] ?? EMPTY, periodicAt(part, length - last.length + lasts)))
    lasts += 1;
  return { ...part, ends: { first: first.slice(0, firsts), last: last.slice(lasts) } };
};

// Fields that start and end in the order of their cells.
const isOrdered = (part: Part): boolean => {
  const { cells } = part;
  if (cells.length === 1) return true;
  return cells.every((cell, i) => {
    const next = periodicAt(part, i + 1);
    return !isEmpty(cell) && cell.lo <= next.lo && cell.hi <= next.hi;
  });
};

/** The same over the shortest period: down by two and up by two again is one phase, not two. */
const shortest = (part: Part): Part => {
  let { advance, cells } = part;
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
  return cells === part.cells ? part : { ...part, advance, cells };
};

/** Whether each cell is the one a period before, moved on by a step. */
export const repeats = (cells: readonly Cell[], step: number, period: number): boolean =>
  cells.every((cell, i) => {
    const before = cells[i - period];
    if (!before) return true;
    return isEmpty(cell) ? isEmpty(before) : cell.lo === before.lo + step && cell.hi === before.hi + step;
  });

/** A bound without what it has outside the input's axis of that size. */
export const within = (track: Track, size: number): Track => {
  const [first, ...rest] = track.strands.map((strand): Strand => {
    const [{ axis, cells }, ...parts] = strand;
    const [{ lo, hi } = EMPTY] = cells;
    return axis === NOWHERE && parts.length === 0
      ? everywhere({ lo: Math.max(lo, 0), hi: Math.min(hi, size - 1) })
      : strand;
  });
  return track.bound && first ? { ...track, strands: [first, ...rest] } : track;
};

/** The same with what depends on the channel hulled over all of them: what a layer that reads all channels sees. */
export const allChannels = (track: Track, work: Work): Track | null => {
  const { strands, shape, bound } = track;
  if (!strands.some((strand) => strand.some(({ axis }) => axis === 0))) return track;
  const flat = strands.map((strand): Strand => {
    const over = strand.reduce((all, part) => (part.axis === 0 ? plus(all, acrossAll(part, shape)) : all), ZERO);
    const [first, ...rest] = strand.filter(({ axis }) => axis !== 0);
    return first && !isEmpty(over) ? [widened(first, over), ...rest] : everywhere(over);
  });
  return made(merged(flat, shape, work), shape, bound);
};

/** The strands of each sort of channels alone, where channels were put one behind the other. */
export const choicesOfChannels = (track: Track, work: Work): readonly Track[] | null => {
  const { strands, shape, bound } = track;
  const channel = strands.map((strand) => strand.find(({ axis }) => axis === 0));
  if (strands.length === 1 || channel.every((part) => !part)) return [track];
  const length = shape[0] ?? 1;
  work.left -= length * strands.length;
  if (work.left < 0) return null;
  const sorts = new Map<string, readonly Strand[]>();
  for (let c = 0; c < length; c += 1) {
    const seeing = channel.map((part) => !part || !isEmpty(cellAt(part, c, length)));
    const key = seeing.join();
    if (!sorts.has(key))
      sorts.set(
        key,
        strands.filter((_, i) => seeing[i]),
      );
  }
  return [...sorts.values()].flatMap((some) => made(some, shape, bound) ?? []);
};

/** A part of which every cell sees what lies as far from its own as `by` says. */
export const widened = (part: Part, by: Cell): Part => {
  const wider = (cells: readonly Cell[]): readonly Cell[] => cells.map((cell) => plus(cell, by));
  const { cells, ends } = part;
  return {
    ...part,
    cells: wider(cells),
    ...(ends && { ends: { first: wider(ends.first), last: wider(ends.last) } }),
  };
};

/**
 * The same where its cells are those from `from` on along an axis of `length` only, the channels being 0; the others see nothing of
 * it. Null where it takes too long.
 */
export const onRange = (track: Track, axis: number, from: number, length: number, work: Work): Track | null => {
  const of = track.shape[axis] ?? 1;
  if (of === length) return track;
  const shape = track.shape.map((n, i) => (i === axis ? length : n));
  const nothing = (length: number): readonly Cell[] => Array.from({ length }, () => EMPTY);
  const placed = (cells: readonly Cell[]): Part => ({
    axis,
    advance: 0,
    cells: [...nothing(from), ...cells, ...nothing(length - from - of)],
    ends: { first: [], last: [] },
  });
  const strands: Strand[] = [];
  for (const strand of track.strands) {
    const own = strand.find((part) => part.axis === axis);
    const others = strand.filter((part) => part !== own && part.axis !== NOWHERE);
    const still = strand.reduce((all, part) => (part.axis === NOWHERE ? plus(all, cellAt(part, 0, 1)) : all), ZERO);
    const moved = own && axis > 0 ? ranged(own, from, of, length, work) : null;
    work.left -= moved ? 0 : length;
    if (work.left < 0 || length > MOST_PHASES) return null;
    const part = moved ?? placed(Array.from({ length: of }, (_, cell) => (own ? cellAt(own, cell, of) : ZERO)));
    strands.push(inOrder([sameCell(still, ZERO) ? part : widened(part, still), ...others]));
  }
  return made(strands, shape, track.bound);
};

const inOrder = ([first, ...rest]: Strand): Strand => {
  const [least = first, ...others] = [first, ...rest].sort((a, b) => a.axis - b.axis);
  return [least, ...others];
};

/** A part that goes on by its period from cell `from` on, and sees nothing elsewhere. */
const ranged = (part: Part, from: number, of: number, length: number, work: Work): Part | null => {
  const nothing = { start: 0, step: 1, count: 0 };
  const [first, last] = [from, length - from - of].map((cells) => Array.from({ length: cells }, () => nothing)) as [
    Taps[],
    Taps[],
  ];
  const reach = { advance: 1, taps: [{ start: -from, step: 1, count: 1 }], ends: { first, last } };
  return composePart(part, reach, of, length, work);
};

/** The track of a layer of that shape whose cells see other axes of what is read, or all of one. */
export const reread = (track: Track, reads: Reads, shape: Shape, work: Work): Track | null => {
  const strands = track.strands.map((strand): Strand => {
    let still = ZERO;
    const moved: Part[] = [];
    for (const part of strand) {
      const read = part.axis === NOWHERE ? { at: 0 } : (reads[part.axis] ?? part.axis);
      if (typeof read === 'number') moved.push(read === part.axis ? part : { ...part, axis: read });
      else
        still = plus(
          still,
          read === 'all' ? acrossAll(part, track.shape) : cellAt(part, read.at, lengthOf(part, track)),
        );
    }
    const [first, ...rest] = moved;
    if (!first || isEmpty(still)) return everywhere(still);
    return inOrder([sameCell(still, ZERO) ? first : widened(first, still), ...rest]);
  });
  return made(merged(strands, shape, work), shape, track.bound);
};

const lengthOf = ({ axis }: Part, { shape }: Track): number => shape[axis] ?? 1;

// --- where branches meet -----------------------------------------------------------------------------------------------

/** The hull of what two branches see, whose cells meet in a layer of that shape. Null where it cannot be listed exactly. */
export const join = (a: Track, b: Track, shape: Shape, work: Work): Track | null => {
  if (sameTrack(a, b) && sameShape(a.shape, shape)) return a;
  const all = [a, b].flatMap((track) => fitted(track, shape).strands);
  return made(merged(all, shape, work), shape, a.bound ?? b.bound);
};

/** The track of a branch as one of a layer of that shape, whose places are its own. */
export const fitted = (track: Track, shape: Shape): Track =>
  sameShape(track.shape, shape) ? track : { ...track, shape };

/** Whether cells see the same by both. */
export const sameTrack = (a: Track, b: Track): boolean =>
  a === b ||
  (a.bound === b.bound &&
    a.strands.length === b.strands.length &&
    a.strands.every((strand, i) => sameStrand(strand, b.strands[i] ?? strand)) &&
    sameShape(a.shape, b.shape));

export const sameStrand = (a: Strand, b: Strand): boolean =>
  a === b || (a.length === b.length && a.every((part, i) => samePart(part, b[i] ?? part)));

const samePart = (a: Part, b: Part): boolean =>
  a === b ||
  (a.axis === b.axis &&
    a.advance === b.advance &&
    sameCells(a.cells, b.cells) &&
    sameCells(a.ends?.first, b.ends?.first) &&
    sameCells(a.ends?.last, b.ends?.last));

const sameCells = (a: readonly Cell[] | undefined, b: readonly Cell[] | undefined): boolean =>
  a === b || (a?.length === b?.length && a?.every((cell, i) => sameCell(cell, b?.[i] ?? cell)) === true);

/** As few strands as hold the same hulls. */
const merged = (strands: readonly Strand[], shape: Shape, work: Work): readonly Strand[] | null => {
  const kept: Strand[] = [];
  for (const strand of strands) {
    if (strand.some(({ cells, ends }) => !ends && cells.every(isEmpty))) continue;
    const at = kept.findIndex((other) => joinable(other, strand));
    const other = kept[at];
    const joined = other ? joinStrands(other, strand, shape, work) : strand;
    if (!joined) return null;
    kept[other ? at : kept.length] = joined;
  }
  // What all cells see anyway is seen by no strand besides.
  const still = kept.find(([part, ...parts]) => part.axis === NOWHERE && parts.length === 0)?.[0].cells[0];
  if (still && kept.length > 1)
    kept.splice(0, kept.length, ...kept.filter((strand) => strand[0].axis === NOWHERE || !lies(strand, shape, still)));
  // Without a period together, every cell is looked at whenever the track is measured.
  const first = strands[0];
  if (kept.length > 1 && (kept.length > MOST_STRANDS || gridOf(kept, shape) > MOST_PHASES)) return null;
  return kept.length > 0 || !first ? kept : [first];
};

/** Whether no cell sees anything outside those. */
const lies = (strand: Strand, shape: Shape, { lo, hi }: Cell): boolean => {
  const all = strand.reduce((sum, part) => plus(sum, acrossAll(part, shape)), ZERO);
  return isEmpty(all) || (all.lo >= lo && all.hi <= hi);
};

/** How many places differ at most. */
const gridOf = (strands: readonly Strand[], shape: Shape): number => {
  const axes = new Set(strands.flatMap((strand) => strand.map(({ axis }) => axis)));
  return product([...axes].filter((axis) => axis > 0).map((axis) => shape[axis] ?? 1));
};

const joinable = (a: Strand, b: Strand): boolean => {
  const differing = a.length === b.length ? a.filter((part, i) => part !== b[i]) : a;
  if (differing.length === 0) return true;
  const [one, other] = [a[0], b[0]];
  return (
    a.length === 1 &&
    b.length === 1 &&
    one.axis === other.axis &&
    !one.ends === !other.ends &&
    one.advance / one.cells.length === other.advance / other.cells.length
  );
};

const joinStrands = (a: Strand, b: Strand, shape: Shape, work: Work): Strand | null => {
  if (a === b || a.every((part, i) => part === b[i])) return a;
  const [one, other] = [a[0], b[0]];
  const [p, q] = [one.cells.length, other.cells.length];
  const phases = (p / gcd(p, q)) * q;
  work.left -= 2 * phases;
  if (phases > MOST_PHASES || work.left < 0) return null;
  const cells: Cell[] = [];
  for (let i = 0; i < phases; i += 1) cells.push(hull(periodicAt(one, i), periodicAt(other, i)));
  const joined = shortest({ axis: one.axis, advance: one.advance * (phases / p), cells });
  if (!one.ends || !other.ends) return [joined];
  const length = shape[one.axis] ?? 1;
  let firsts = Math.max(one.ends.first.length, other.ends.first.length);
  let lasts = Math.max(one.ends.last.length, other.ends.last.length);
  if (firsts + lasts > length) [firsts, lasts] = [length, 0];
  work.left -= 2 * (firsts + lasts);
  const cell = (i: number): Cell => hull(cellAt(one, i, length), cellAt(other, i, length));
  const first = Array.from({ length: firsts }, (_, i) => cell(i));
  const last = Array.from({ length: lasts }, (_, i) => cell(length - lasts + i));
  return [ending(joined, first, last, length)];
};
