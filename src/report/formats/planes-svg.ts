// Chains of planes -> SVG: each plane to scale, the cells in it that one cell of the last sees, arrows between them.

import type { Planes } from '../page.js';
import { drawing, label, rounded } from './svg.js';

const WIDTH = 640;
const MARGIN = 12;
const GAP = 40;
const LINE = 20;

/** What a cell's edge may be; long chains of large planes become wider than they should. */
const LEAST_CELL = 0.25;
const MOST_CELL = 8;

/** Smaller windows would not be seen. */
const LEAST_WINDOW = 3;

const PLANE = 'fill="none" stroke="#808080"';
const WINDOW = 'fill="#1f77b4" fill-opacity="0.35" stroke="#1f77b4"';

type Point = readonly [x: number, y: number];

export const planesSvg = ({ title, chains }: Planes): string => {
  const most = Math.max(...chains.map(({ planes }) => planes.length));
  const cells = Math.max(...chains.map(({ planes }) => planes.reduce((sum, { size }) => sum + size[1], 0)));
  const scale = Math.max(LEAST_CELL, Math.min(MOST_CELL, (WIDTH - GAP * (most - 1)) / cells));
  const shapes: string[] = [];
  let right = WIDTH;
  let top = MARGIN;
  for (const { title: name, planes, notes } of chains) {
    shapes.push(label([MARGIN, top + 12], name, 'bold'));
    top += LINE;
    const high = Math.max(...planes.map(({ size }) => size[0] * scale));
    const middle = top + high / 2;
    const below = top + high + LINE - 2;
    let left = MARGIN;
    for (const [i, { size, window }] of planes.entries()) {
      const [height, width] = size.map((cells) => cells * scale) as [number, number];
      if (i > 0) shapes.push(arrow([left - GAP + 8, middle], left - 8));
      const centre: Point = [left + width / 2, middle];
      shapes.push(around(centre, [height, width], PLANE), label([left, below], size.join('x')));
      if (window) {
        const [rows, columns] = window.map((cells) => Math.max(LEAST_WINDOW, cells * scale)) as [number, number];
        shapes.push(around(centre, [rows, columns], WINDOW), label([left, below + LINE], window.join('x'), 'seen'));
      }
      right = Math.max(right, left + width);
      left += width + GAP;
    }
    top = below + LINE + 2;
    for (const note of notes) {
      top += LINE;
      shapes.push(label([MARGIN, top], note));
    }
    top += LINE;
  }
  return drawing(rounded(right + 2 * MARGIN), rounded(top), title, shapes);
};

const around = ([x, y]: Point, [height, width]: readonly [height: number, width: number], style: string): string =>
  `<rect x="${rounded(x - width / 2)}" y="${rounded(y - height / 2)}" width="${rounded(width)}" height="${rounded(height)}" stroke-width="2" ${style}/>`;

const arrow = ([from, y]: Point, to: number): string =>
  `<path d="M${rounded(from)} ${rounded(y)}H${rounded(to)}m-6 -4l6 4l-6 4" fill="none" stroke="#808080" stroke-width="1.5"/>`;
