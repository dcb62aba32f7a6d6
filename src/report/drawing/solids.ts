// Blocks of values as a drawing: the front, the top and the right side of each in oblique view. Characters are formats/solid.ts.

import { sizeOf } from '../formats/solid.js';
import type { Solid, Solids } from '../page.js';
import { line } from './marks.js';
import { textWidth } from './measure.js';
import type { Mark, Point, Scene } from './scene.js';

/** A cell's edge, and how far one image stands behind the other, to the right and up. */
const CELL = 16;
const BACK = 8;
const MARGIN = 14;
const GAP = 36;
const LINE = 20;
const TEXT = 13;
const IN_ROW = 4;

export const solidsScene = (title: string, { solids, legend }: Solids): Scene => {
  const sizes = solids.map(({ cells }) => sizeOf(cells));
  const wide = Math.max(...sizes.map(([deep, , across]) => across * CELL + deep * BACK));
  const high = Math.max(...sizes.map(([deep, down]) => down * CELL + deep * BACK)) + 3 * LINE + MARGIN;
  const columns = Math.min(IN_ROW, solids.length);
  const below = MARGIN + Math.ceil(solids.length / columns) * high;
  const width = Math.max(columns * (wide + GAP) - GAP, ...legend.map((text) => textWidth(text, TEXT)));
  return {
    title,
    size: [width + 2 * MARGIN, below + legend.length * LINE],
    marks: [
      ...solids.flatMap((solid, i) =>
        panel(solid, [MARGIN + (i % columns) * (wide + GAP), MARGIN + Math.floor(i / columns) * high]),
      ),
      ...legend.map((text, i) => line([MARGIN, below + i * LINE], text, { size: TEXT, ink: 'quiet' })),
    ],
  };
};

/** Title, block, note. */
const panel = ({ title, note, cells }: Solid, [left, top]: Point): readonly Mark[] => {
  const [deep, down, across] = sizeOf(cells);
  const ceiling = top + LINE + deep * BACK;
  const corner = (n: number, p: number, c: number): Point => [
    left + c * CELL + n * BACK,
    ceiling + p * CELL - n * BACK,
  ];
  const face = (shade: number | null | undefined, opacity: number, points: readonly Point[]): Mark => ({
    type: 'path',
    points,
    closed: true,
    paint: {
      ...(typeof shade === 'number' && { fill: { hue: shade }, opacity }),
      stroke: 'line',
      width: 0.75,
    },
  });
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  const front = (p: number, c: number): Mark =>
    face(cells[0]?.[p]?.[c], 0.95, [
      corner(0, p, c),
      corner(0, p, c + 1),
      corner(0, p + 1, c + 1),
      corner(0, p + 1, c),
    ]);
  const lid = (n: number, c: number): Mark =>
    face(cells[n]?.[0]?.[c], 0.75, [
      corner(n, 0, c),
      corner(n, 0, c + 1),
      corner(n + 1, 0, c + 1),
      corner(n + 1, 0, c),
    ]);
  const side = (n: number, p: number): Mark =>
    face(cells[n]?.[p]?.[across - 1], 0.6, [
      corner(n, p, across),
      corner(n + 1, p, across),
      corner(n + 1, p + 1, across),
      corner(n, p + 1, across),
    ]);
  const marks = [
    ...range(down).flatMap((p) => range(across).map((c) => front(p, c))),
    ...range(deep).flatMap((n) => range(across).map((c) => lid(n, c))),
    ...range(deep).flatMap((n) => range(down).map((p) => side(n, p))),
  ];
  return [
    line([left, top + 12], title, { bold: true, size: TEXT }),
    { type: 'group', title: `${title}: ${note}`, marks },
    line([left, ceiling + down * CELL + LINE], note, { size: TEXT }),
  ];
};
