// The marks of a layer's window: its first place and the next one on one grid, their cells on the other, and what is between them.

import { extent, POINT, type Window } from '../../core/window.js';
import { cellMark, cornerOf, type Grid, hatched, laneOf, outline, sheet, shownIn } from './grid.js';
import { type Axis, isFirstTap, isTapped, type Sides } from './kernel-axes.js';
import { line } from './marks.js';
import type { Mark, Paint } from './scene.js';

/** How the next place lies to the first: further to the right, or down where there is one column. */
const next = ({ spreads, axes }: Sides): readonly [down: number, across: number] | null => {
  const [rows, columns] = axes.map(({ size, out }) => (spreads ? size : out)) as [number, number];
  return columns > 1 ? [0, 1] : rows > 1 ? [1, 0] : null;
};

/** What a swatch looks like, and what it says. */
export interface Legend {
  readonly paint: Paint;
  readonly hatch?: true;
  readonly text: string;
}

const SEEN: Paint = { fill: 'seen', opacity: 0.6, stroke: 'seen', width: 1 };
const WINDOW: Paint = { stroke: 'seen', width: 2 };
const NEXT: Paint = { stroke: 'next', width: 1.8, dash: true };
const PADDING: Paint = { stroke: 'quiet', width: 0.8, dash: true };
const BEYOND: Paint = { stroke: 'next', width: 0.8, dash: true };

/** The grid with the windows on it. */
export const windowMarks = (grid: Grid, sides: Sides, legend: Legend[]): readonly Mark[] => {
  const { spreads, axes } = sides;
  const [rows, columns] = axes;
  const inner = axes.map(({ size, out }) => (spreads ? out : size)) as [number, number];
  const padded = axes.map((axis, i) => (spreads ? Number.POSITIVE_INFINITY : (inner[i] ?? 1) + axis.window.after));
  const [outside, beyond, unread, taps]: [Mark[], Mark[], Mark[], Mark[]] = [[], [], [], []];
  for (const y of shownIn(grid.rows))
    for (const x of shownIn(grid.columns)) {
      const isInside = y >= 0 && x >= 0 && y < inner[0] && x < inner[1];
      if (!isInside) {
        const hangs = y >= (padded[0] ?? 0) || x >= (padded[1] ?? 0);
        (hangs ? beyond : outside).push(cellMark(grid, y, x, hangs ? BEYOND : PADDING));
      } else if (!isTapped(rows, y, spreads) || !isTapped(columns, x, spreads))
        unread.push(...hatched(grid, y, x, 'quiet'));
      if (isFirstTap(rows, y) && isFirstTap(columns, x)) taps.push(cellMark(grid, y, x, SEEN));
    }
  const windows = axes.map(({ window }) => window) as [Window, Window];
  const at = (place: readonly [number, number], paint: Paint): Mark => {
    const span = (axis: 0 | 1): readonly [number, number] => {
      const first = place[axis] * windows[axis].stride - windows[axis].before;
      return [first, first + extent(windows[axis]) - 1];
    };
    return outline(grid, span(0), span(1), paint);
  };
  const by = next(sides);
  const kernel = windows.map((window) => window.kernel).join('x');
  const dilation = windows.some((window) => window.dilation > 1)
    ? `, dilation ${windows.map((window) => window.dilation).join('x')}`
    : '';
  const shown = windows[0] === POINT ? `${windows[1].kernel}` : kernel;
  legend.push({
    paint: SEEN,
    text: spreads
      ? `what the first cell is spread over: ${shown} taps${dilation}`
      : `the window at its first place: ${shown} taps${dilation}`,
  });
  if (by) {
    const axis = by[1] > 0 ? 1 : 0;
    legend.push({ paint: NEXT, text: `the next place, ${cellsText(windows[axis].stride)} further` });
  }
  if (outside.length > 0)
    legend.push({ paint: PADDING, text: `${spreads ? 'padding, taken away' : 'padding'}: ${paddingText(axes)}` });
  if (beyond.length > 0) legend.push({ paint: BEYOND, text: 'beyond the padding: the last window hangs over the end' });
  if (unread.length > 0)
    legend.push({
      paint: { stroke: 'line', width: 0.8 },
      hatch: true,
      text: spreads ? 'cells that no tap reaches' : 'cells that no window reads',
    });
  const groups: readonly (readonly [string, readonly Mark[]])[] = [
    ['padding', outside],
    ['beyond', beyond],
    ['cells', sheet(grid, [0, inner[0] - 1], [0, inner[1] - 1])],
    ['unread', unread],
    ['window', taps],
  ];
  return [
    ...groups.flatMap(([title, marks]): Mark[] => (marks.length > 0 ? [{ type: 'group', title, marks }] : [])),
    at([0, 0], WINDOW),
    ...(by ? [at(by, NEXT)] : []),
  ];
};

const cellsText = (n: number): string => (n === 1 ? '1 cell' : `${n} cells`);

const paddingText = (axes: readonly Axis[]): string => {
  const sides = axes.filter(({ window }) => window !== POINT).flatMap(({ window }) => [window.before, window.after]);
  const [top = 0, bottom = 0, left, right] = sides;
  if (sides.every((side) => side === top)) return cellsText(top);
  return left === undefined || right === undefined
    ? `${top} before, ${bottom} after`
    : `top ${top}, bottom ${bottom}, left ${left}, right ${right}`;
};

/** The grid of single cells: the first place's and the next one's. */
export const cellMarks = (grid: Grid, sides: Sides): readonly Mark[] => {
  const [rows, columns] = sides.axes.map(({ size, out }) => (sides.spreads ? size : out)) as [number, number];
  const by = next(sides);
  return [
    { type: 'group', title: 'cells', marks: sheet(grid, [0, rows - 1], [0, columns - 1]) },
    cellMark(grid, 0, 0, SEEN),
    ...(by ? [cellMark(grid, by[0], by[1], NEXT)] : []),
  ];
};

/** From the window to its cell, or back: lines between the sides that face each other. */
export const betweenMarks = (over: Grid, cells: Grid, { spreads, axes }: Sides): readonly Mark[] => {
  const [rows, columns] = axes.map(({ window }) => window) as [Window, Window];
  const span = (window: Window): readonly [number, number] => [-window.before, extent(window) - 1 - window.before];
  const { at: first, size } = outline(over, span(rows), span(columns), WINDOW);
  const [wide, high] = size;
  const cell = cornerOf(cells, 0, 0);
  const paint: Paint = { stroke: 'seen', width: 0.9 };
  const [from, to] = spreads ? [cell[0] + cells.cell, first[0]] : [first[0] + wide, cell[0]];
  const starts = spreads ? [cell[1], cell[1] + cells.cell] : [first[1], first[1] + high];
  const ends = spreads ? [first[1], first[1] + high] : [cell[1], cell[1] + cells.cell];
  return starts.map(
    (y, i): Mark => ({
      type: 'path',
      points: [
        [from, y],
        [to, ends[i] ?? y],
      ],
      paint,
    }),
  );
};

export const swatch = ({ paint, hatch, text }: Legend): readonly Mark[] => {
  const box: Mark = { type: 'rect', at: [0, 0], size: [13, 13], paint };
  const strokes = hatch
    ? hatched({ rows: laneOf(0, 0, 1, 0), columns: laneOf(0, 0, 1, 0), at: [0, 0], cell: 13 }, 0, 0, 'quiet')
    : [];
  return [box, ...strokes, line([20, 11], text)];
};
