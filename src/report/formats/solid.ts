// Solids -> characters: the front, the top and the right side of each block in oblique view, side by side while there is room.

import { type Solid, type Solids, visible } from '../page.js';
import { displayWidth, widest } from '../width.js';
import type { Canvas } from './drawing.js';

const SHADES = '░▒▓█';
const PLAIN = ':+*#';

/** Characters between blocks, and per cell across. */
const GAP = 3;
const WIDE = 2;

/** How a run of cells of one shade is painted; without it shades are told by characters. */
export type PaintShade = (text: string, shade: number) => string;

export const solidLines = ({ solids }: Solids, { columns, ascii }: Canvas, paint?: PaintShade): readonly string[] => {
  const panels = solids.map((solid) => panel(solid, ascii, paint));
  const wide = widest(panels.flat());
  const inRow = Math.max(1, Math.floor((columns + GAP) / (wide + GAP)));
  const rows = Array.from({ length: Math.ceil(panels.length / inRow) }, (_, i) =>
    panels.slice(i * inRow, (i + 1) * inRow),
  );
  return rows.flatMap((row) => [
    ...Array.from({ length: Math.max(...row.map((lines) => lines.length)) }, (_, y) =>
      row
        .map((lines) => lines[y] ?? '')
        .map((line) => line + ' '.repeat(wide + GAP - displayWidth(line)))
        .join('')
        .trimEnd(),
    ),
    '',
  ]);
};

export const solidLegend = ({ legend }: Solids): readonly string[] => legend.map(visible);

/** Title, drawing, note. */
const panel = ({ title, note, cells }: Solid, ascii: boolean, paint: PaintShade | undefined): readonly string[] => {
  const [deep, down, across] = sizeOf(cells);
  const grid: (number | null | undefined)[][] = Array.from({ length: deep + down }, () =>
    new Array<undefined>(WIDE * across + deep).fill(undefined),
  );
  for (const { n, p, c, x, y, width } of visibleCells(deep, down, across))
    for (let i = 0; i < width; i += 1) (grid[y] ?? [])[x + i] = cells[n]?.[p]?.[c] ?? null;
  return [visible(title), ...grid.map((row) => painted(row, ascii, paint)), visible(note)];
};

/** Undefined is nothing, null a cell that is left blank. */
const painted = (
  row: readonly (number | null | undefined)[],
  ascii: boolean,
  paint: PaintShade | undefined,
): string => {
  let line = '';
  for (let i = 0; i < row.length; ) {
    const shade = row[i];
    const from = i;
    while (i < row.length && row[i] === shade) i += 1;
    const text = characterOf(shade, ascii, paint !== undefined).repeat(i - from);
    line += paint && typeof shade === 'number' ? paint(text, shade) : text;
  }
  return line;
};

/** What is painted is full. */
const characterOf = (shade: number | null | undefined, ascii: boolean, isPainted: boolean): string => {
  if (shade === undefined) return ' ';
  if (shade === null) return ascii ? '.' : '·';
  return (ascii ? PLAIN[shade] : isPainted ? '█' : SHADES[shade]) ?? ' ';
};

export const sizeOf = (cells: Solid['cells']): readonly [deep: number, down: number, across: number] => [
  cells.length,
  cells[0]?.length ?? 0,
  cells[0]?.[0]?.length ?? 0,
];

interface Spot {
  readonly n: number;
  readonly p: number;
  readonly c: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** What is seen of a block: each image further back stands one up and one to the right. */
const visibleCells = (deep: number, down: number, across: number): readonly Spot[] => {
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  const front = range(down).flatMap((p) =>
    range(across).map((c): Spot => ({ n: 0, p, c, x: WIDE * c, y: deep + p, width: WIDE })),
  );
  const top = range(deep).flatMap((n) =>
    range(across).map((c): Spot => ({ n, p: 0, c, x: WIDE * c + 1 + n, y: deep - 1 - n, width: WIDE })),
  );
  const side = range(deep).flatMap((n) =>
    range(down).map((p): Spot => ({ n, p, c: across - 1, x: WIDE * across + n, y: deep - n + p, width: 1 })),
  );
  return [...front, ...side, ...top];
};
