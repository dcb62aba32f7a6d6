// A plane of cells in a picture: what of it is drawn where, and which cell lies under a point. Numbers only, no markup.

import type { Region } from '../../analysis/cone.js';
import { type Cell, isEmpty } from '../../analysis/track.js';
import { widthOf } from '../../analysis/track-measures.js';
import type { Point } from '../../report/drawing/scene.js';

export type Pair = readonly [rows: Cell, columns: Cell];

export interface Plane {
  /** How many cells it has. */
  readonly rows: number;
  readonly columns: number;
  /** The cells for which there is room, those around it among them. */
  readonly shown: Pair;
  /** Units of the picture for a cell. */
  readonly scale: Point;
  /** The upper left corner of what is shown. */
  readonly at: Point;
  /** Of the whole picture. */
  readonly size: Point;
}

/** Left and below stand the numbers of rows and columns; half of one stands out above and on the right. */
const LEFT = 30;
const BELOW = 20;
const ABOVE = 8;
const RIGHT = 14;
/** Around it, for the strokes of what ends there. */
export const EDGE = 3;

/** What is shown is as large as fits into this. */
const WIDTH = 360;
const HEIGHT = 330;
/** A cell is no larger, and a plane no lower. */
const MOST_CELL = 44;
const LEAST_PLANE = 26;

/** Of a volume its height and width; a sequence is a strip, one row of cells. */
const flatSizes = (sizes: readonly number[]): readonly [rows: number, columns: number] =>
  sizes.length > 1 ? [sizes.at(-2) ?? 1, sizes.at(-1) ?? 1] : [1, sizes[0] ?? 1];

export const flat = (region: Region): Pair => {
  const [first, last] = [region.at(-2), region.at(-1)];
  return region.length > 1 && first && last ? [first, last] : [ONE, last ?? ONE];
};

const ONE: Cell = { lo: 0, hi: 0 };

/** The place of a cell of the plane, in the slice of `at` where there are several. */
export const placeOf = (at: readonly number[], row: number, column: number): readonly number[] =>
  at.length > 1 ? [...at.slice(0, -2), row, column] : [column];

export const rowAndColumn = (at: readonly number[]): readonly [row: number, column: number] =>
  at.length > 1 ? [at.at(-2) ?? 0, at.at(-1) ?? 0] : [0, at[0] ?? 0];

/** Of cells around a plane no more are shown on a side than the plane is long, or so many where it is shorter. */
const MOST_AROUND = 16;

/** A plane with room for those cells around it. */
export const planeOf = (sizes: readonly number[], around: Region | null): Plane => {
  const [rows, columns] = flatSizes(sizes);
  const room = around && !around.some(isEmpty) ? flat(around) : null;
  const along = (count: number, cell: Cell | undefined): Cell => {
    const most = Math.max(count, MOST_AROUND);
    return {
      lo: Math.max(-most, Math.min(0, cell?.lo ?? 0)),
      hi: Math.min(count - 1 + most, Math.max(count - 1, cell?.hi ?? 0)),
    };
  };
  const shown: Pair = [along(rows, room?.[0]), along(columns, room?.[1])];
  const [high, wide] = [widthOf(shown[0]), widthOf(shown[1])];
  const one = Math.min(MOST_CELL, (WIDTH - LEFT - RIGHT) / wide, HEIGHT / high);
  const scale: Point = [
    Math.max(one, Math.min(MOST_CELL, LEAST_PLANE / columns)),
    Math.max(one, Math.min(MOST_CELL, LEAST_PLANE / rows)),
  ];
  const height = high * scale[1];
  return { rows, columns, shown, scale, at: [LEFT, ABOVE], size: [WIDTH, ABOVE + height + BELOW] };
};

/** The row and the column under a point of the picture; null beside the plane. */
export const cellUnder = (plane: Plane, [x, y]: Point): readonly [row: number, column: number] | null => {
  const column = Math.floor((x - plane.at[0]) / plane.scale[0]) + plane.shown[1].lo;
  const row = Math.floor((y - plane.at[1]) / plane.scale[1]) + plane.shown[0].lo;
  return row >= 0 && row < plane.rows && column >= 0 && column < plane.columns ? [row, column] : null;
};

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Narrower shapes are not seen. */
const LEAST_SHAPE = 3;

/** Where cells lie, counted from the corner of what is shown; as wide at least as can be seen. */
export const rectOf = ({ shown, scale }: Plane, [rows, columns]: Pair, least = LEAST_SHAPE): Rect => {
  const along = (cell: Cell, axis: 0 | 1, unit: number): readonly [from: number, length: number] => {
    const length = Math.max(least, widthOf(cell) * unit);
    return [(cell.lo - shown[axis].lo) * unit - (length - widthOf(cell) * unit) / 2, length];
  };
  const [[x, width], [y, height]] = [along(columns, 1, scale[0]), along(rows, 0, scale[1])];
  return { x, y, width, height };
};

/** Cells that have a number beside them: so many that the numbers do not meet. */
export const ticksOf = (count: number, scale: number, apart: number): readonly number[] => {
  const least = apart / scale;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least) ?? power;
  const ticks = Array.from({ length: Math.floor((count - 1) / step) + 1 }, (_, i) => i * step);
  const last = ticks.at(-1) ?? 0;
  // The last cell is told, too, where there is room.
  return (count - 1 - last) * scale >= apart ? [...ticks, count - 1] : ticks;
};
