// What the cells of a layer see that only moves values: reshaping, axes in another order, channels laid out as places. No graph.
//
// Two shapes of the same values share their order, so an axis of one is made of digits of the other's axes: of 14x14 places read
// as 196, the row is the high digit and the column the low one. A part along an axis becomes parts along the axes that hold its
// digits, which is exact where one axis holds all of them or what it sees is a sum over the digits. Where digits do not fit (6x4
// read as 4x6), or there is no such sum, all cells are said to see what any of them sees: a bound.

import { gcd, type Moves, strides } from '../core/reach.js';
import { product, type Shape } from '../core/shape.js';
import {
  acrossAll,
  type Cell,
  cellAt,
  everywhere,
  fitted,
  isEmpty,
  MOST_PHASES,
  made,
  NOWHERE,
  type Part,
  plus,
  repeats,
  type Strand,
  sameCell,
  sameStrand,
  type Track,
  type Work,
  widened,
  ZERO,
} from './track.js';

/** The track of a layer of shape `to` whose values are those of `track`, moved. Null where it takes too long. */
export const move = (track: Track, moves: Moves, to: Shape, work: Work): Track | null => {
  const from = track.shape;
  const all = digits(moves, from, to);
  let bound = track.bound;
  const strands: Strand[] = [];
  for (const strand of track.strands) {
    const parts: Part[] = [];
    for (const part of strand) {
      const moved =
        part.axis === NOWHERE
          ? [part]
          : from[part.axis] === 1
            ? single(part, moves, from, to)
            : spread(part, all, from[part.axis] ?? 1, to, work);
      if (work.left < 0) return null;
      // Nothing fits: it may be any of what it was.
      if (!moved) bound = true;
      parts.push(...(moved ?? everywhere(acrossAll(part, from))));
    }
    const [first, ...rest] = gathered(parts, to, work);
    strands.push(first ? [first, ...rest] : everywhere(ZERO));
  }
  // Channels that were mixed leave the places as they were, and what is the same is followed once.
  const same = strands.every((strand, i) => sameStrand(strand, track.strands[i] ?? strand)) && bound === track.bound;
  const moved = same ? fitted(track, to) : made(strands, to, bound);
  return moved && closed(moved);
};

/** There is nothing beyond the first and the last channel. */
const closed = (track: Track): Track => {
  const [first, ...rest] = track.strands.map((strand): Strand => {
    const [one, ...more] = strand.map((part) =>
      part.axis !== 0 || part.ends ? part : { ...part, ends: { first: [], last: [] } },
    );
    return one ? [one, ...more] : strand;
  });
  return first ? { ...track, strands: [first, ...rest] } : track;
};

/** A run of values that both shapes count by one digit: `floor(cell / worth) mod size` of the axis that is read. */
interface Digit {
  readonly size: number;
  readonly from: number;
  readonly worth: number;
  /** The axis that is made, and how many of its cells have the digit alike. */
  readonly to: number;
  readonly every: number;
  /** The highest digit of both axes: beyond the last cell of the one, the other goes on too. */
  readonly top: boolean;
}

/** The digits that both shapes agree on; where they do not, an axis lacks some of its own. */
const digits = ({ split, order }: Moves, from: Shape, to: Shape): readonly Digit[] => {
  const turned = order.map((axis) => split[axis] ?? 1);
  const [read, between, after, made] = [from, split, turned, to].map(strides);
  if (!read || !between || !after || !made) return [];
  return split.flatMap((_, axis) => {
    const [own, other] = [between[axis], after[order.indexOf(axis)]];
    if (!own || !other) return [];
    // Where the digits are cut: by the axes that are read, and by those that are made.
    const cuts = [
      ...read.flatMap(({ step, span }) => [step, span]),
      ...made.flatMap(({ step, span }) => [step, span].map((edge) => (edge / other.step) * own.step)),
    ].filter((edge) => edge > own.step && edge < own.span);
    const edges = [...new Set([own.step, ...cuts, own.span])].sort((a, b) => a - b);
    if (edges.some((edge, i) => i > 0 && edge % (edges[i - 1] ?? 1) !== 0)) return [];
    return edges.slice(1).flatMap((high, i): readonly Digit[] => {
      const low = edges[i] ?? 1;
      const [there, size] = [(low / own.step) * other.step, high / low];
      const [a, b] = [holding(read, low, high), holding(made, there, there * size)];
      const [one, two] = [read[a], made[b]];
      if (!one || !two) return [];
      const top = high === one.span && there * size === two.span;
      return [{ size, from: a, worth: low / one.step, to: b, every: there / two.step, top }];
    });
  });
};

/** The axis that counts the values from one edge to another. */
const holding = (axes: ReturnType<typeof strides>, low: number, high: number): number =>
  axes.findIndex(({ step, span }) => step <= low && high <= span && low % step === 0 && span % high === 0);

/** A part along the axes that hold its digits; null where they cannot hold it. */
const spread = (part: Part, all: readonly Digit[], size: number, to: Shape, work: Work): readonly Part[] | null => {
  const own = all.filter(({ from }) => from === part.axis);
  if (product(own.map((digit) => digit.size)) !== size) return null;
  const axes = [...new Set(own.map((digit) => digit.to))];
  const [only = 0, ...more] = axes;
  if (more.length === 0 && to[only] === size && own.every(({ worth, every }) => worth === every))
    return [part.axis === only ? part : { ...part, axis: only }];
  const lengths = axes.map((axis) => to[axis] ?? 1);
  if ([size, ...lengths].some((length) => length > MOST_PHASES)) return null;
  work.left -= size * axes.length + lengths.reduce((a, b) => a + b, 0);
  const groups = axes.map((axis) => own.filter((digit) => digit.to === axis));
  return more.length === 0
    ? [along(own, part, size, lengths[0] ?? 1, (cell) => cell)]
    : split(groups, part, size, lengths);
};

/** Each axis' share of what is seen, if that is a sum of shares; null if it is none. */
const split = (
  groups: readonly (readonly Digit[])[],
  part: Part,
  size: number,
  lengths: readonly number[],
): readonly Part[] | null => {
  const at = (index: number): Cell => cellAt(part, index, size);
  const base = at(0);
  const share = (cell: Cell): Cell => ({ lo: cell.lo - base.lo, hi: cell.hi - base.hi });
  if (isEmpty(base)) return null;
  for (let index = 0; index < size; index += 1) {
    const cell = at(index);
    let sum = base;
    for (const group of groups) {
      const one = share(
        at(group.reduce((all, { worth, size: digits }) => all + (Math.floor(index / worth) % digits) * worth, 0)),
      );
      // What is narrower than the first cell cannot be told from what sees nothing, once that is taken away.
      if (one.lo > one.hi) return null;
      sum = { lo: sum.lo + one.lo, hi: sum.hi + one.hi };
    }
    if (!sameCell(sum, cell)) return null;
  }
  return groups.map((group, i) => along(group, part, size, lengths[i] ?? 1, i === 0 ? (cell) => cell : share));
};

/** Some digits as a part of their own, over the cells of the axis that holds them. */
const along = (held: readonly Digit[], part: Part, size: number, length: number, share: (cell: Cell) => Cell): Part => {
  // Past the end only where the axis that is read has no end either.
  const open = !part.ends && held.some(({ top }) => top);
  const periods = held.flatMap(({ worth, every, size: digits }) =>
    [1, part.cells.length / gcd(part.cells.length, worth), digits].map((turn) => turn * every),
  );
  const listed = Array.from({ length: listedCells(length, open, periods) }, (_, cell) => {
    const index = held.reduce((all, { worth, every, size: digits, top }) => {
      const value = Math.floor(cell / every);
      return all + (open && top ? value : value % digits) * worth;
    }, 0);
    return share(cellAt(part, index, size));
  });
  return periodic(held[0]?.to ?? 0, listed, length, open, periods);
};

/** Of an axis of one cell: beyond it the fields go on, as those of the axis do of which it is the highest digit. */
const single = (part: Part, { split, order }: Moves, from: Shape, to: Shape): readonly Part[] => {
  const between = alike(part.axis, from, split);
  const turned = order.map((axis) => split[axis] ?? 1);
  const axis = between === undefined ? -1 : order.indexOf(between);
  const same = axis < 0 ? undefined : alike(axis, turned, to);
  if (same !== undefined) return [{ ...part, axis: same }];
  const own = strides(turned)[axis];
  const top = own && !part.ends ? strides(to).findIndex(({ step, span }) => span === own.span && step < span) : -1;
  const [length, { step } = { step: 1 }] = [to[top] ?? 1, strides(to)[top]];
  if (!own || top < 0 || length > MOST_PHASES) return everywhere(cellAt(part, 0, 1));
  return [
    along(
      [{ size: 1, from: part.axis, worth: 1, to: top, every: own.span / step, top: true }],
      part,
      1,
      length,
      (cell) => cell,
    ),
  ];
};

/** Axes of one cell lie anywhere: the one in the same place, counted from the last; a place is no channel. */
const alike = (axis: number, from: Shape, to: Shape): number | undefined => {
  const own = strides(from)[axis];
  const [before, after] = [from, to].map((shape) =>
    strides(shape).flatMap(({ step, span }, i) => (step === own?.step && span === own.span && i > 0 ? [i] : [])),
  );
  return after?.at((before?.indexOf(axis) ?? 0) - (before?.length ?? 0)) ?? after?.[0];
};

/** As many cells as show each of these periods twice; those there are, where nothing goes on behind them. */
const listedCells = (length: number, open: boolean, periods: readonly number[]): number =>
  open ? Math.min(2 * Math.max(length, ...periods), 2 * MOST_PHASES) : length;

/** The cells as a period, the shortest of those it may have; a part without a period to go on by ends where they do. */
const periodic = (
  axis: number,
  listed: readonly Cell[],
  length: number,
  open: boolean,
  periods: readonly number[],
): Part => {
  // Between the taps of a transposed convolution there are cells that see nothing.
  const seeing = listed.findIndex((cell) => !isEmpty(cell));
  for (const period of [1, ...[...periods].sort((a, b) => a - b)]) {
    const [first, next] = [listed[seeing], listed[seeing + period]];
    if (!first || !next || isEmpty(next)) continue;
    const advance = next.lo - first.lo;
    if ((!open && period > length) || !repeats(listed, advance, period)) continue;
    const part = { axis, advance, cells: listed.slice(0, period) };
    return open && advance > 0 ? part : { ...part, ends: { first: [], last: [] } };
  }
  return { axis, advance: 0, cells: listed.slice(0, length), ends: { first: [], last: [] } };
};

/** One part per axis: those of the same axis are added up, cell by cell. */
const gathered = (parts: readonly Part[], shape: Shape, work: Work): readonly Part[] => {
  const byAxis = new Map<number, Part>();
  for (const part of parts) {
    const other = byAxis.get(part.axis);
    if (!other) {
      byAxis.set(part.axis, part);
      continue;
    }
    const length = part.axis === NOWHERE ? 1 : (shape[part.axis] ?? 1);
    const open = !part.ends && !other.ends;
    const [p, q] = [part.cells.length, other.cells.length];
    const periods = [p, q, (p / gcd(p, q)) * q];
    const cells = listedCells(length, open, periods);
    work.left -= cells;
    const listed = Array.from({ length: cells }, (_, cell) =>
      plus(cellAt(part, cell, length), cellAt(other, cell, length)),
    );
    byAxis.set(part.axis, periodic(part.axis, listed, length, open, periods));
  }
  const [still, ...moving] = [...byAxis.values()].sort((a, b) => a.axis - b.axis);
  if (still?.axis !== NOWHERE || moving.length === 0) return still ? [still, ...moving] : [];
  // What all cells see alike widens the others.
  const by = still.cells[0] ?? ZERO;
  return moving.map((part, i) => (i === 0 ? widened(part, by) : part));
};
