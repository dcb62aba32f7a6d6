// Grids of cells, of which the middle may be left out, and what is marked in them. No windows, no layers.

import type { Ink, Mark, Paint, Point } from './scene.js';

/** The cells of an axis that are shown: all from the first to the last, or both ends with a gap between them. */
export interface Lane {
  readonly first: number;
  readonly last: number;
  /** Runs of cells, each with its place in cells from the beginning of the drawing. */
  readonly runs: readonly { readonly from: number; readonly to: number; readonly at: number }[];
  /** How many cells wide it is drawn, the gap counted. */
  readonly wide: number;
}

/** As wide as so many cells. */
const GAP = 1.6;

/** Cells from `first` to `last`: so many at the beginning, so many at the end, all if that leaves out next to none. */
export const laneOf = (first: number, last: number, head: number, tail: number): Lane => {
  const count = last - first + 1;
  if (count <= head + tail + 2) return { first, last, runs: [{ from: first, to: last, at: 0 }], wide: count };
  return {
    first,
    last,
    runs: [
      { from: first, to: first + head - 1, at: 0 },
      { from: last - tail + 1, to: last, at: head + GAP },
    ],
    wide: head + GAP + tail,
  };
};

export const shownIn = ({ runs }: Lane): readonly number[] =>
  runs.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));

/** Where a cell begins, in cells; what is left out stands in the middle of the gap. */
const placeIn = ({ runs, wide }: Lane, cell: number): number => {
  const run = runs.find(({ from, to }) => cell >= from && cell <= to);
  if (run) return run.at + cell - run.from;
  const [head, tail] = runs;
  if (!head || cell < head.from) return 0;
  return tail && cell < tail.from ? head.at + head.to - head.from + 1 + GAP / 2 : wide;
};

export interface Grid {
  readonly rows: Lane;
  readonly columns: Lane;
  /** Its upper left corner, and a cell's edge. */
  readonly at: Point;
  readonly cell: number;
}

export const cornerOf = ({ rows, columns, at, cell }: Grid, y: number, x: number): Point => [
  at[0] + placeIn(columns, x) * cell,
  at[1] + placeIn(rows, y) * cell,
];

/** From the first cell to the last one, which is meant to be shown, or stands in the gap. */
export const outline = (
  grid: Grid,
  [top, bottom]: readonly [number, number],
  [left, right]: readonly [number, number],
  paint: Paint,
): Extract<Mark, { type: 'rect' }> => {
  const [x, y] = cornerOf(grid, top, left);
  const [endX, endY] = [
    edge(grid.columns, right) * grid.cell + grid.at[0],
    edge(grid.rows, bottom) * grid.cell + grid.at[1],
  ];
  return { type: 'rect', at: [x, y], size: [endX - x, endY - y], paint };
};

/** Where a cell ends. */
const edge = (lane: Lane, cell: number): number => {
  const isShown = lane.runs.some(({ from, to }) => cell >= from && cell <= to);
  return placeIn(lane, cell) + (isShown ? 1 : 0);
};

export const cellMark = (grid: Grid, y: number, x: number, paint: Paint): Mark => ({
  type: 'rect',
  at: cornerOf(grid, y, x),
  size: [grid.cell, grid.cell],
  paint,
});

/** Two strokes through a cell. */
export const hatched = (grid: Grid, y: number, x: number, ink: Ink): readonly Mark[] => {
  const [left, top] = cornerOf(grid, y, x);
  const { cell } = grid;
  const stroke = (points: readonly Point[]): Mark => ({ type: 'path', points, paint: { stroke: ink, width: 0.7 } });
  return [
    stroke([
      [left, top + cell],
      [left + cell, top],
    ]),
    stroke([
      [left, top + cell / 2],
      [left + cell / 2, top],
    ]),
    stroke([
      [left + cell / 2, top + cell],
      [left + cell, top + cell / 2],
    ]),
  ];
};

/** The cells from one to the other, both axes, as a sheet with lines; nothing where none of them is shown. */
export const sheet = (
  grid: Grid,
  rows: readonly [number, number],
  columns: readonly [number, number],
): readonly Mark[] => {
  const parts = (lane: Lane, [low, high]: readonly [number, number]) =>
    lane.runs.flatMap(({ from, to }) => {
      const [first, last] = [Math.max(from, low), Math.min(to, high)];
      return first > last ? [] : [[first, last] as const];
    });
  const paint: Paint = { stroke: 'quiet', width: 0.6 };
  return parts(grid.rows, rows).flatMap(([top, bottom]) =>
    parts(grid.columns, columns).flatMap(([left, right]) => {
      const [x, y] = cornerOf(grid, top, left);
      const [endX, endY] = [x + (right - left + 1) * grid.cell, y + (bottom - top + 1) * grid.cell];
      const down = Array.from({ length: right - left }, (_, i): Mark => {
        const at = x + (i + 1) * grid.cell;
        return {
          type: 'path',
          points: [
            [at, y],
            [at, endY],
          ],
          paint,
        };
      });
      const across = Array.from({ length: bottom - top }, (_, i): Mark => {
        const at = y + (i + 1) * grid.cell;
        return {
          type: 'path',
          points: [
            [x, at],
            [endX, at],
          ],
          paint,
        };
      });
      const whole: Mark = {
        type: 'rect',
        at: [x, y],
        size: [endX - x, endY - y],
        paint: { fill: 'box', stroke: 'line', width: 1 },
      };
      return [whole, ...down, ...across];
    }),
  );
};

/** Dots where cells are left out: in the middle of the rows that are shown, and of the columns. */
export const gapDots = (grid: Grid): readonly Mark[] => {
  const { rows, columns, at, cell } = grid;
  const middle = (lane: Lane): number | null => {
    const [head, tail] = lane.runs;
    return head && tail ? (head.at + head.to - head.from + 1 + tail.at) / 2 : null;
  };
  const [across, down] = [middle(columns), middle(rows)];
  const dot = (x: number, y: number): Mark => ({
    type: 'rect',
    at: [at[0] + x * cell - 1.2, at[1] + y * cell - 1.2],
    size: [2.4, 2.4],
    radius: 1.2,
    paint: { fill: 'quiet' },
  });
  const three = [-0.4, 0, 0.4];
  const centres = (lane: Lane) => lane.runs.map((run) => run.at + (run.to - run.from + 1) / 2);
  return [
    ...(across === null ? [] : centres(rows).flatMap((y) => three.map((by) => dot(across + by, y)))),
    ...(down === null ? [] : centres(columns).flatMap((x) => three.map((by) => dot(x, down + by)))),
  ];
};
