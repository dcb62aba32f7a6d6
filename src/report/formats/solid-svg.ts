// Solids -> SVG: the front, the top and the right side of each block in oblique view. Characters are solid.ts.

import type { Solid, Solids } from '../page.js';
import { sizeOf } from './solid.js';
import { drawing, label, rounded } from './svg.js';

/** Okabe and Ito's colours, which people who see fewer of them tell apart, and which light and dark pages show. */
const SHADES = ['#0072b2', '#e69f00', '#009e73', '#cc79a7'] as const;

/** A cell's edge, and how far one image stands behind the other, to the right and up. */
const CELL = 16;
const BACK = 8;
const MARGIN = 12;
const GAP = 36;
const LINE = 20;
const IN_ROW = 4;

type Point = readonly [x: number, y: number];

export const solidsSvg = (title: string, { solids, legend }: Solids): string => {
  const sizes = solids.map(({ cells }) => sizeOf(cells));
  const wide = Math.max(...sizes.map(([deep, , across]) => across * CELL + deep * BACK));
  const high = Math.max(...sizes.map(([deep, down]) => down * CELL + deep * BACK)) + 3 * LINE + MARGIN;
  const columns = Math.min(IN_ROW, solids.length);
  const below = MARGIN + Math.ceil(solids.length / columns) * high;
  return drawing(columns * (wide + GAP) - GAP + 2 * MARGIN, below + legend.length * LINE, title, [
    ...solids.flatMap((solid, i) =>
      panel(solid, [MARGIN + (i % columns) * (wide + GAP), MARGIN + Math.floor(i / columns) * high]),
    ),
    ...legend.map((text, i) => label([MARGIN, below + i * LINE], text)),
  ]);
};

/** Title, block, note. */
const panel = ({ title, note, cells }: Solid, [left, top]: Point): readonly string[] => {
  const [deep, down, across] = sizeOf(cells);
  const ceiling = top + LINE + deep * BACK;
  const corner = (n: number, p: number, c: number): Point => [
    left + c * CELL + n * BACK,
    ceiling + p * CELL - n * BACK,
  ];
  const face = (shade: number | null | undefined, opacity: number, corners: readonly Point[]): string => {
    const fill = typeof shade === 'number' ? `fill="${SHADES[shade]}" fill-opacity="${opacity}"` : 'fill="none"';
    return `<path d="M${corners.map((at) => at.map(rounded).join(' ')).join('L')}Z" ${fill}/>`;
  };
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  const front = (p: number, c: number): string =>
    face(cells[0]?.[p]?.[c], 0.95, [
      corner(0, p, c),
      corner(0, p, c + 1),
      corner(0, p + 1, c + 1),
      corner(0, p + 1, c),
    ]);
  const lid = (n: number, c: number): string =>
    face(cells[n]?.[0]?.[c], 0.75, [
      corner(n, 0, c),
      corner(n, 0, c + 1),
      corner(n + 1, 0, c + 1),
      corner(n + 1, 0, c),
    ]);
  const side = (n: number, p: number, c = across): string =>
    face(cells[n]?.[p]?.[c - 1], 0.6, [
      corner(n, p, c),
      corner(n + 1, p, c),
      corner(n + 1, p + 1, c),
      corner(n, p + 1, c),
    ]);
  return [
    label([left, top + 12], title, 'bold'),
    '<g stroke="#808080" stroke-width="0.75" stroke-linejoin="round">',
    ...range(down).flatMap((p) => range(across).map((c) => front(p, c))),
    ...range(deep).flatMap((n) => range(across).map((c) => lid(n, c))),
    ...range(deep).flatMap((n) => range(down).map((p) => side(n, p))),
    '</g>',
    label([left, ceiling + down * CELL + LINE], note),
  ];
};
