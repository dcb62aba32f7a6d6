// What the cells of a layer see along one axis: periodic strands of input cells, composed, joined and measured. No graph.
//
// If a layer's cell o taps the cells T(o) of what it reads, and those see F(i) of the input, then o sees the hull of F over
// T(o). Composing with the taps themselves, not with their hull, keeps it exact where fields of neighbours are out of order
// (dilated transposed convolutions). Everything is a whole number; fractions come up only where a result is read off.
// Axes are independent, but for cells that see nothing along one of them (between the kernels of a transposed convolution).

import { type AxisReach, gcd } from '../core/reach.js';

/** Input cells `lo … hi`; none where lo > hi. */
export interface Cell {
  readonly lo: number;
  readonly hi: number;
}

/** Periodic: cell `m * cells.length + phase` sees `cells[phase]` moved by `m * advance`. */
export interface Strand {
  readonly advance: number;
  readonly cells: readonly Cell[];
}

/** What the cells of a layer see along one axis. */
export interface Track {
  /** One; several where branches of different scale meet, which have no period together: a cell sees the hull over all. */
  readonly strands: readonly [Strand, ...Strand[]];
  /** How many cells the layer has. */
  readonly length: number;
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
const MOST_PHASES = 1 << 16;

const EMPTY: Cell = { lo: 1, hi: 0 };

export const isEmpty = (cell: Cell): boolean => cell.lo > cell.hi;

const hull = (a: Cell, b: Cell): Cell =>
  isEmpty(a) ? b : isEmpty(b) ? a : { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };

/** The input itself: every cell sees itself. */
export const ownCells = (length: number): Track => ({ strands: [{ advance: 1, cells: [{ lo: 0, hi: 0 }] }], length });

/** The field of one cell, over the edges if it comes to that. */
export const fieldAt = ({ strands }: Track, cell: number): Cell =>
  strands.reduce((all, strand) => hull(all, cellAt(strand, cell)), EMPTY);

const cellAt = ({ cells, advance }: Strand, index: number): Cell => {
  const turns = Math.floor(index / cells.length);
  const cell = cells[index - turns * cells.length] ?? EMPTY;
  return isEmpty(cell) || turns === 0 ? cell : { lo: cell.lo + turns * advance, hi: cell.hi + turns * advance };
};

/** The track of a layer of `length` cells that reads a layer of track `inner`. Null where it cannot be listed exactly. */
export const compose = (inner: Track, reach: AxisReach, length: number, work: Work): Track | null => {
  if (isOwnCell(reach) && length === inner.length) return inner;
  const [first, ...rest] = inner.strands;
  const one = composeStrand(first, reach, work);
  const more = rest.map((strand) => composeStrand(strand, reach, work));
  return one && more.every((strand) => strand !== null) ? { strands: [one, ...more], length } : null;
};

const isOwnCell = ({ advance, taps }: AxisReach): boolean =>
  advance === 1 && taps.length === 1 && taps[0]?.count === 1 && taps[0].start === 0;

const composeStrand = (inner: Strand, reach: AxisReach, work: Work): Strand | null => {
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
        cell = hull(hull(cell, cellAt(inner, first + t * step)), cellAt(inner, first + (count - 1 - t) * step));
      if (!Number.isSafeInteger(cell.lo) || !Number.isSafeInteger(cell.hi)) return null;
      cells.push(cell);
    }
  }
  return Number.isSafeInteger(advance) ? shortest({ advance, cells }) : null;
};

// Fields that start and end in the order of their cells.
const isOrdered = (strand: Strand): boolean => {
  const { cells } = strand;
  if (cells.length === 1) return true;
  return cells.every((cell, i) => {
    const next = cellAt(strand, i + 1);
    return !isEmpty(cell) && cell.lo <= next.lo && cell.hi <= next.hi;
  });
};

/** The same over the shortest period: down by two and up by two again is one phase, not two. */
const shortest = (strand: Strand): Strand => {
  let { advance, cells } = strand;
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
  return cells === strand.cells ? strand : { advance, cells };
};

const repeats = (cells: readonly Cell[], step: number, period: number): boolean =>
  cells.every((cell, i) => {
    const before = cells[i - period];
    if (!before) return true;
    return isEmpty(cell) ? isEmpty(before) : cell.lo === before.lo + step && cell.hi === before.hi + step;
  });

/** The hull of what two branches see. Null where it cannot be listed exactly. */
export const join = (a: Track, b: Track, work: Work): Track | null => {
  if (a === b) return a;
  const [first, ...rest] = a.strands;
  const strands: [Strand, ...Strand[]] = [first, ...rest];
  for (const strand of b.strands) {
    const at = strands.findIndex((other) => sameScale(strand, other));
    const other = strands[at];
    const joined = other ? joinStrands(other, strand, work) : strand;
    if (!joined) return null;
    strands[other ? at : strands.length] = joined;
  }
  // Without a period together, every cell is looked at whenever the track is measured.
  if (strands.length > 1 && a.length > MOST_PHASES) return null;
  return { strands, length: a.length };
};

const sameScale = (a: Strand, b: Strand): boolean => a.advance / a.cells.length === b.advance / b.cells.length;

const joinStrands = (a: Strand, b: Strand, work: Work): Strand | null => {
  const [p, q] = [a.cells.length, b.cells.length];
  const phases = (p / gcd(p, q)) * q;
  work.left -= 2 * phases;
  if (phases > MOST_PHASES || work.left < 0) return null;
  return shortest({
    advance: a.advance * (phases / p),
    cells: Array.from({ length: phases }, (_, i) => hull(cellAt(a, i), cellAt(b, i))),
  });
};

/** The cells of one period; all cells of the layer where they have none, or where it is longer than the layer. */
export const phasesOf = (track: Track): readonly Cell[] => {
  const [{ cells }, ...rest] = track.strands;
  if (rest.length === 0) return cells.length > track.length ? cells.slice(0, track.length) : cells;
  return Array.from({ length: track.length }, (_, i) => fieldAt(track, i));
};

export const widthOf = (cell: Cell): number => Math.max(0, cell.hi - cell.lo + 1);

/** The largest and the smallest field of a track's phases, in input cells. */
export const sizeOf = (track: Track): { readonly size: number; readonly sizeMin: number } => {
  let size = 0;
  let sizeMin = Number.POSITIVE_INFINITY;
  for (const cell of phasesOf(track)) {
    size = Math.max(size, widthOf(cell));
    sizeMin = Math.min(sizeMin, widthOf(cell));
  }
  return { size, sizeMin };
};

/** The mean step between neighbouring cells; whole unless something upsamples. */
export const strideOf = (track: Track): number => {
  const [{ advance, cells }, ...rest] = track.strands;
  if (rest.length === 0 || track.length === 1) return advance / cells.length;
  const [first, last] = [fieldAt(track, 0), fieldAt(track, track.length - 1)];
  return (last.lo + last.hi - first.lo - first.hi) / 2 / (track.length - 1);
};

/** The first cell that sees anything, moved back to where cell 0 would be. */
const firstCell = (track: Track): Cell => {
  const cells = phasesOf(track);
  const phase = cells.findIndex((cell) => !isEmpty(cell));
  const { lo, hi } = cells[phase] ?? EMPTY;
  const back = phase > 0 ? phase * strideOf(track) : 0;
  return { lo: lo - back, hi: hi - back };
};

/** How far the first cell's field reaches out over the input's edge; negative where it starts inside. */
export const paddingOf = (track: Track): number => 0 - firstCell(track).lo;

/** The middle of the first cell's field. */
export const centerOf = (track: Track): number => {
  const { lo, hi } = firstCell(track);
  return (lo + hi) / 2;
};

/**
 * The centre of a mean cell 0: over one period, each centre moved back by its cell's steps. Whole numbers are divided once,
 * so equal centres are equal numbers. Null where there is no period.
 */
export const meanCenterOf = ({ strands }: Track): number | null => {
  const [{ advance, cells }, ...rest] = strands;
  if (rest.length > 0) return null;
  let twice = 0;
  let seeing = 0;
  cells.forEach((cell, phase) => {
    if (isEmpty(cell)) return;
    twice += (cell.lo + cell.hi) * cells.length - 2 * phase * advance;
    seeing += 1;
  });
  return seeing === 0 ? null : twice / (2 * cells.length * seeing);
};
