// Scatter -> characters: points in a grid of them, heavier where several meet, the Pareto front above all. No colours of its own.

import { shortened } from '../drawing/measure.js';
import { drawnText, type Placed, type Plane, planeOf } from '../drawing/plane.js';
import type { Axis, Scatter } from '../page.js';
import { displayWidth } from '../width.js';
import type { Canvas } from './drawing.js';

const HIGH = 20;
const WIDE = { least: 12, most: 98 } as const;
/** From so many points on in one place a heavier mark: nothing, one, several, many. */
const HEAVY = [0, 1, 2, 10] as const;
const MARKS = { points: ' ·:▒', front: '●' } as const;
const PLAIN = { points: ' .:#', front: 'o' } as const;

const marksOf = (ascii: boolean) => (ascii ? PLAIN : MARKS);

const MOST_COLUMNS = 40;
const LEGEND = 16;
/** In the plot or behind `across: `. */
const nameOf = ({ name }: Axis, { columns }: Canvas): string =>
  shortened(name, Math.min(MOST_COLUMNS, columns - LEGEND));

/** How the front is painted. */
type PaintFront = (text: string) => string;

export const scatterLines = (
  scatter: Scatter,
  canvas: Canvas,
  paint: PaintFront = (text) => text,
): readonly string[] => {
  const plane = planeOf(scatter);
  if (plane.others.length + plane.front.length === 0) return ['no points'];
  const [side, corner, across, tickUp, tickAcross] = canvas.ascii ? '|+-++' : '│└─┤┴';
  const wide = Math.max(...plane.y.ticks.map(({ text }) => text.length));
  const width = Math.max(WIDE.least, Math.min(WIDE.most, canvas.columns) - wide - 2);
  const up = new Map(plane.y.ticks.map(({ at, text }) => [lineOf(at), text]));
  const along = new Map(plane.x.ticks.map(({ at, text }) => [columnOf(at, width), text]));
  const foot = Array.from({ length: width }, (_, column) => (along.has(column) ? tickAcross : across)).join('');
  const [upwards, rightwards] = [nameOf(scatter.y, canvas), nameOf(scatter.x, canvas)];
  return [
    ' '.repeat(wide + 1) + upwards,
    ...plotted(plane, width, marksOf(canvas.ascii), paint).map(
      (line, i) => `${(up.get(i) ?? '').padStart(wide)} ${up.has(i) ? tickUp : side}${line}`,
    ),
    ' '.repeat(wide + 1) + corner + foot,
    ' '.repeat(wide + 2) + below(along, width),
    ' '.repeat(Math.max(0, wide + 2 + width - displayWidth(rightwards))) + rightwards,
  ];
};

const columnOf = (at: number, width: number): number => Math.round(at * (width - 1));
const lineOf = (at: number): number => Math.round((1 - at) * (HIGH - 1));

const plotted = (
  { others, front }: Plane,
  width: number,
  marks: ReturnType<typeof marksOf>,
  paint: PaintFront,
): readonly string[] => {
  const placeOf = ({ at: [x, y] }: Placed): number => lineOf(y) * width + columnOf(x, width);
  const counts = new Array<number>(HIGH * width).fill(0);
  for (const point of others) counts[placeOf(point)] = (counts[placeOf(point)] ?? 0) + 1;
  const isFront = new Set(front.map(placeOf));
  const characters = counts.map((count, place) =>
    isFront.has(place) ? paint(marks.front) : (marks.points[HEAVY.findLastIndex((least) => count >= least)] ?? ''),
  );
  return Array.from({ length: HIGH }, (_, i) =>
    characters
      .slice(i * width, (i + 1) * width)
      .join('')
      .trimEnd(),
  );
};

/** Numbers below their ticks, as many as stand apart. */
const below = (ticks: ReadonlyMap<number, string>, width: number): string => {
  let line = '';
  for (const [column, text] of ticks) {
    const start = Math.min(width - text.length, Math.max(0, column - Math.floor(text.length / 2)));
    if (line === '' || start > line.length + 1) line = line.padEnd(start) + text;
  }
  return line;
};

export const scatterLegend = (scatter: Scatter, canvas: Canvas): readonly string[] => {
  const { points, front } = marksOf(canvas.ascii);
  const [, one = '', several = '', many = ''] = points;
  const { x, y } = scatter;
  const others = scatter.points.filter(({ isFront }) => !isFront).length;
  const entries = [
    ...(others < scatter.points.length ? [`${front} on the Pareto front`] : []),
    ...(others > 0 ? [`${one} others`] : []),
    ...(others >= HEAVY[2] ? [`${several} several`] : []),
    ...(others >= HEAVY[3] ? [`${many} ${HEAVY[3]} or more`] : []),
    ...(drawnText(scatter) === null ? [] : [drawnText(scatter)]),
  ];
  return [
    `across: ${nameOf(x, canvas)}; up: ${nameOf(y, canvas)}`,
    ...(entries.length > 0 ? [entries.join(', ')] : []),
  ];
};
