// Scatter -> TikZ, in the fonts of the paper. A drawing by itself is scene-tikz.ts.

import { type Place, type Placed, planeOf, type Ticks } from '../drawing/plane.js';
import { type Scatter, visible } from '../page.js';
import { escaped } from './latex-text.js';

/** In widths of an m; a page has some 34 of them. */
const SIZE = [28, 17] as const;

/** Of a digit in a label, and between two labels. */
const DIGIT = 0.55;
const APART = 0.6;

export const tikzScatter = (scatter: Scatter): readonly string[] => {
  const { x, y, others, front, steps } = planeOf(scatter);
  const [width, height] = SIZE;
  const dots = (placed: readonly Placed[], options: string, radius: number): readonly string[] =>
    [...new Set(placed.map(({ at }) => pointAt(at)))].map(
      (at) => `  \\fill[${options}] ${at} circle[radius=${radius}];`,
    );
  return [
    `% ${visible(scatter.y.name)} against ${visible(scatter.x.name)}`,
    '\\begin{tikzpicture}[x=1em, y=1em]',
    `  \\draw (0, ${height}) -- (0, 0) -- (${width}, 0);`,
    ...x.ticks.map(({ at }) => `  \\draw[gray!40] (${placeOf([at, 0])[0]}, 0) -- +(0, ${height});`),
    ...apart(x.ticks).map(({ at, text }) => `  \\node[below] at (${placeOf([at, 0])[0]}, 0) {${escaped(text)}};`),
    ...y.ticks.map(({ at, text }) => {
      const [, place] = placeOf([0, at]);
      return `  \\draw[gray!40] (0, ${place}) -- (${width}, ${place}); \\node[left] at (0, ${place}) {${escaped(text)}};`;
    }),
    `  \\node[above right] at (0, ${height}) {${escaped(scatter.y.name)}};`,
    `  \\node[below left] at (${width}, -1.3) {${escaped(scatter.x.name)}};`,
    ...dots(others, 'blue!60', 0.15),
    ...(steps && steps.length > 1 ? [`  \\draw[orange] ${steps.map(pointAt).join(' -- ')};`] : []),
    ...dots(front, 'orange', 0.25),
    '\\end{tikzpicture}',
    ...(front.length > 0 ? ['\\par Orange: the Pareto front'] : []),
  ];
};

/** The labels below that stand apart. */
const apart = (ticks: Ticks['ticks']): Ticks['ticks'] => {
  let taken = Number.NEGATIVE_INFINITY;
  return ticks.filter(({ at, text }) => {
    const [middle, half] = [at * (SIZE[0] - 1), (text.length * DIGIT) / 2];
    if (middle - half < taken + APART) return false;
    taken = middle + half;
    return true;
  });
};

/** In tenths of an m: points that are nearer to each other look like one, and thousands of them take LaTeX long. */
const placeOf = ([x, y]: Place): readonly [x: string, y: string] => [along(x, SIZE[0]), along(y, SIZE[1])];

const along = (share: number, length: number): string => (0.5 + share * (length - 1)).toFixed(1);

const pointAt = (at: Place): string => `(${placeOf(at).join(', ')})`;
