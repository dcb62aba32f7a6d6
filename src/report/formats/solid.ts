// Solids -> characters: the front, the top and the right side of each block in oblique view, side by side while there is room.

import { type Solid, type Solids, visible } from '../page.js';
import type { Canvas } from './drawing.js';

const SHADES = '░▒▓█';
const PLAIN = ':+*#';

/** Characters between blocks, and per cell across. */
const GAP = 3;
const WIDE = 2;

export const solidLines = ({ solids, legend }: Solids, { columns, ascii }: Canvas): readonly string[] => {
  const panels = solids.map((solid) => panel(solid, ascii));
  const wide = Math.max(...panels.flat().map((line) => line.length));
  const inRow = Math.max(1, Math.floor((columns + GAP) / (wide + GAP)));
  const rows = Array.from({ length: Math.ceil(panels.length / inRow) }, (_, i) =>
    panels.slice(i * inRow, (i + 1) * inRow),
  );
  const lines = rows.flatMap((row) => [
    ...Array.from({ length: Math.max(...row.map((lines) => lines.length)) }, (_, y) =>
      row
        .map((lines) => (lines[y] ?? '').padEnd(wide + GAP))
        .join('')
        .trimEnd(),
    ),
    '',
  ]);
  return [...lines, ...legend.map(visible)];
};

/** Title, drawing, note. */
const panel = ({ title, note, cells }: Solid, ascii: boolean): readonly string[] => {
  const [deep, down, across] = sizeOf(cells);
  const grid: string[][] = Array.from({ length: deep + down }, () => new Array<string>(WIDE * across + deep).fill(' '));
  for (const { n, p, c, x, y, width } of visibleCells(deep, down, across)) {
    const shade = cells[n]?.[p]?.[c];
    const character = typeof shade === 'number' ? (ascii ? PLAIN : SHADES)[shade] : ascii ? '.' : '·';
    for (let i = 0; i < width; i += 1) (grid[y] ?? [])[x + i] = character ?? ' ';
  }
  return [visible(title), ...grid.map((row) => row.join('')), visible(note)];
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
