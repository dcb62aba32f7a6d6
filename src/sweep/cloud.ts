// What is kept of millions of points for a plot of them: all while they are few, then one for each cell of a grid. No drawing.

import { FEWEST_OCTAVES, NO_SPREAD, octavesOf, type Spread, spansPowers, spreadWith } from '../core/spread.js';

export interface CloudPoint<T> {
  readonly x: number;
  readonly y: number;
  readonly item: T;
}

export interface Cloud<T> {
  /** A point of which one number is unknown, or not finite, is left out. */
  readonly add: (x: number | null | undefined, y: number | null | undefined, item: T) => void;
  /** How many were added; not all of them are kept. */
  readonly total: () => number;
  /** All of them as they came; or where they are too many those that are kept, from left to right. */
  readonly points: () => readonly CloudPoint<T>[];
}

const MOST = 20_000;

/**
 * Of at most so many points, 16 or more. Which of them are kept hangs on the points alone and not on their order, but that it is the first of
 * equal ones, as long as no number is below 0: cells have sizes that are powers of 2 and follow from the spread of all points, so that the
 * cells of a larger spread are made of whole cells of a smaller one; and in a cell that point is kept which is first in an order by chance.
 * The outermost in each direction always are.
 */
export const cloudOf = <T>(most = MOST): Cloud<T> => {
  let total = 0;
  let spreads: Both<Spread> = [NO_SPREAD, NO_SPREAD];
  let sizes: Both<Size> = [sizeOf(NO_SPREAD), sizeOf(NO_SPREAD)];
  /** Until they are too many. */
  let all: Placed<T>[] | null = [];
  let cells: Cells<T> = new Map();
  const outermost: Placed<T>[] = [];

  const widen = (wider: Both<Spread>): void => {
    spreads = wider;
    const next: Both<Size> = [sizeOf(wider[0]), sizeOf(wider[1])];
    if (isSame(next[0], sizes[0]) && isSame(next[1], sizes[1])) return;
    sizes = next;
    if (!all) cells = inCells(cells.values(), sizes);
  };
  return {
    add: (x, y, item) => {
      if (!isKnown(x) || !isKnown(y)) return;
      const point = { x, y, item, chance: chanceOf(x, y) };
      total += 1;
      const wider: Both<Spread> = [spreadWith(spreads[0], x), spreadWith(spreads[1], y)];
      if (wider[0] !== spreads[0] || wider[1] !== spreads[1]) widen(wider);
      OUTWARDS.forEach((order, i) => {
        const other = outermost[i];
        if (other === undefined || order(point, other) < 0) outermost[i] = point;
      });
      if (!all) enter(cells, point, sizes);
      else if (all.push(point) > most) {
        cells = inCells(all, sizes);
        all = null;
      }
    },
    total: () => total,
    points: () => {
      if (all) return all.map(bare);
      const kept = thinned(cells, spreads, most - OUTWARDS.length);
      return [...new Set([...kept, ...outermost])].sort(byX).map(bare);
    },
  };
};

type Both<T> = readonly [x: T, y: T];

interface Placed<T> extends CloudPoint<T> {
  readonly chance: number;
}

const bare = <T>({ x, y, item }: Placed<T>): CloudPoint<T> => ({ x, y, item });

const isKnown = (value: number | null | undefined): value is number => Number.isFinite(value);

type Order = (a: CloudPoint<unknown>, b: CloudPoint<unknown>) => number;

const byX: Order = (a, b) => a.x - b.x || a.y - b.y;
const byY: Order = (a, b) => a.y - b.y || a.x - b.x;
const OUTWARDS: readonly Order[] = [byX, byY, (a, b) => byX(b, a), (a, b) => byY(b, a)];

// --- cells -------------------------------------------------------------------------------------------------------------

/** By where it is. */
type Cells<T> = Map<string, Placed<T>>;

/** How far a cell reaches along an axis, on a scale of differences and on one of powers, in octaves; 0 is all of it. */
interface Size {
  readonly difference: number;
  readonly octaves: number;
}

const isSame = (a: Size, b: Size): boolean => a.difference === b.difference && a.octaves === b.octaves;

/** An axis has at most 2 to the power of this many cells, and more than half of them where there are points everywhere. */
const FINEST = 8;

const powerOf2 = (length: number, finest: number): number =>
  length > 0 ? 2 ** (Math.ceil(Math.log2(length)) - finest) : 0;

const differenceOf = ({ least, most }: Spread, finest: number): number => powerOf2(most - least, finest);

/** While it is not known which of the two scales a plot will have, a cell is what lies in one cell on either. */
const sizeOf = (spread: Spread): Size => ({
  difference: spansPowers(spread) ? 0 : differenceOf(spread, FINEST),
  octaves: spread.least < 0 ? 0 : powerOf2(spansPowers(spread) ? octavesOf(spread) : FEWEST_OCTAVES, FINEST),
});

/** On the scale that a plot of them has. */
const plotted = (spread: Spread, finest: number): Size =>
  spansPowers(spread)
    ? { difference: 0, octaves: powerOf2(octavesOf(spread), finest) }
    : { difference: differenceOf(spread, finest), octaves: 0 };

/** The logarithm of 0 has a cell of its own. */
const placeOf = (value: number, { difference, octaves }: Size): string =>
  `${difference > 0 ? Math.floor(value / difference) : ''} ${octaves > 0 ? Math.floor(Math.log2(value) / octaves) : ''}`;

const enter = <T>(cells: Cells<T>, point: Placed<T>, [x, y]: Both<Size>): void => {
  const cell = `${placeOf(point.x, x)} ${placeOf(point.y, y)}`;
  const other = cells.get(cell);
  if (other === undefined || (point.chance - other.chance || byX(point, other)) < 0) cells.set(cell, point);
};

const inCells = <T>(points: Iterable<Placed<T>>, sizes: Both<Size>): Cells<T> => {
  const cells: Cells<T> = new Map();
  for (const point of points) enter(cells, point, sizes);
  return cells;
};

/** In cells that are larger, twice as wide and twice as high in turn, until they are few enough. */
const thinned = <T>(cells: Cells<T>, [x, y]: Both<Spread>, most: number): readonly Placed<T>[] => {
  let points = [...cells.values()];
  for (let n = 0; points.length > most && n <= 2 * FINEST; n += 1) {
    const sizes: Both<Size> = [plotted(x, FINEST - Math.ceil(n / 2)), plotted(y, FINEST - Math.floor(n / 2))];
    points = [...inCells(points, sizes).values()];
  }
  return points;
};

// --- chance ------------------------------------------------------------------------------------------------------------

const numbers = new Float64Array(2);
const words = new Uint32Array(numbers.buffer);

/** Of a point always the same, and of its neighbours any other: 32 bits of its numbers, mixed as MurmurHash3 ends. */
const chanceOf = (x: number, y: number): number => {
  // 0 and -0 are one number.
  numbers[0] = x + 0;
  numbers[1] = y + 0;
  let hash = 0;
  for (const word of words) {
    hash ^= word;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
};
