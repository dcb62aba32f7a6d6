// Figure -> characters: boxes as frames in one plane, a line being twice as high as a character is wide. No colours of its own.

import { type Box, type Figure, visible } from '../page.js';

export interface Canvas {
  readonly columns: number;
  readonly ascii: boolean;
}

type Sort = Box['sort'];

/** How a stretch of one sort is painted; undefined = nothing there. */
export type Paint = (text: string, sort: Sort | undefined) => string;

/** Corners clockwise from the top left, then the lines across and down, then what fills the box. */
const STROKES: Readonly<Record<Sort, string>> = { image: '┌┐┘└─│ ', field: '╔╗╝╚═║░', next: '┏┓┛┗╍╏ ' };
const PLAIN: Readonly<Record<Sort, string>> = { image: '++++-| ', field: '####==:', next: '......  ' };

const MOST_LINES = 24;

interface Spot {
  readonly character: string;
  readonly sort: Sort;
}

/** The figure line by line; what is drawn later covers what was drawn before. */
export const drawing = (
  { boxes }: Figure,
  { columns, ascii }: Canvas,
  paint: Paint = (text) => text,
): { readonly lines: readonly string[] } => {
  const [left, right] = span(boxes.map(({ x }) => x));
  const [top, bottom] = span(boxes.map(({ y }) => y));
  // Characters per cell, the same in both directions; small images are drawn two columns to a cell.
  const scale = Math.min(2, (columns - 1) / (right - left + 1), (2 * MOST_LINES) / (bottom - top + 1));
  const across = (cell: number): number => Math.round((cell - left) * scale);
  const down = (cell: number): number => Math.round(((cell - top) * scale) / 2);
  const grid: (Spot | undefined)[][] = Array.from({ length: down(bottom + 1) + 2 }, () =>
    new Array<Spot | undefined>(across(right + 1) + 2).fill(undefined),
  );
  // What fills a box lies below all frames.
  for (const part of ['fill', 'frame'] as const) {
    for (const { x, y, sort } of boxes) {
      const from = { x: across(x[0]), y: down(y[0]) };
      const to = { x: Math.max(across(x[1] + 1), from.x + 1), y: Math.max(down(y[1] + 1), from.y + 1) };
      draw(grid, from, to, sort, (ascii ? PLAIN : STROKES)[sort], part);
    }
  }
  return { lines: grid.map((row) => painted(row, paint)).filter((line, i, all) => line !== '' || i < all.length - 1) };
};

const span = (ranges: readonly (readonly [number, number])[]): readonly [number, number] => [
  Math.min(...ranges.map(([first]) => first)),
  Math.max(...ranges.map(([, last]) => last)),
];

interface Point {
  readonly x: number;
  readonly y: number;
}

const draw = (
  grid: (Spot | undefined)[][],
  from: Point,
  to: Point,
  sort: Sort,
  strokes: string,
  part: 'fill' | 'frame',
): void => {
  const [topLeft = '', topRight = '', bottomRight = '', bottomLeft = '', across = '', down = '', fill = ''] = strokes;
  for (let y = from.y; y <= to.y; y += 1) {
    const [left, middle, right] =
      y === from.y ? [topLeft, across, topRight] : y === to.y ? [bottomLeft, across, bottomRight] : [down, fill, down];
    const inside = y > from.y && y < to.y;
    for (let x = from.x; x <= to.x; x += 1) {
      const atSide = x === from.x || x === to.x;
      const character = x === from.x ? left : x === to.x ? right : middle;
      const row = grid[y];
      if (row && character !== ' ' && (part === 'fill') === (inside && !atSide)) row[x] = { character, sort };
    }
  }
};

const painted = (row: readonly (Spot | undefined)[], paint: Paint): string => {
  const last = row.findLastIndex((spot) => spot !== undefined);
  let line = '';
  for (let i = 0; i <= last; ) {
    const sort = row[i]?.sort;
    let text = '';
    for (; i <= last && row[i]?.sort === sort; i += 1) text += row[i]?.character ?? ' ';
    line += paint(text, sort);
  }
  return line;
};

/** What the frames are, one line each. */
export const legend = ({ boxes }: Figure, ascii = false): readonly string[] => {
  const sample = (sort: Sort): string => {
    const [corner = '', , , , across = ''] = [...(ascii ? PLAIN : STROKES)[sort]];
    return `${corner}${across}`;
  };
  return boxes.map(({ sort, label }) => `${sample(sort)} ${visible(label)}`);
};
