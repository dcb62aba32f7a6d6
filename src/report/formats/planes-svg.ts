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

/** A dot that says where one cell is. */
const LEAST = 3;

export const planesSvg = ({ title, chains }: Planes): string => {
  const most = Math.max(...chains.map(({ planes }) => planes.length));
  const cells = Math.max(...chains.map(({ planes }) => planes.reduce((sum, { size }) => sum + size[1], 0)));
  const scale = Math.max(LEAST_CELL, Math.min(MOST_CELL, (WIDTH - GAP * (most - 1)) / cells));
  let right = WIDTH;
  const shapes: string[] = [];
  let top = MARGIN;
  for (const { title: name, planes, notes } of chains) {
    shapes.push(label([MARGIN, top + 12], name, 'bold'));
    top += LINE;
    const high = Math.max(...planes.map(({ size }) => size[0] * scale));
    let left = MARGIN;
    planes.forEach(({ size: [height, width], window }, i) => {
      const middle = top + high / 2;
      shapes.push(
        rect(left + (width * scale) / 2, middle, width * scale, height * scale, 'fill="none" stroke="#808080"'),
      );
      if (window)
        shapes.push(
          rect(
            ...([left + (width * scale) / 2, middle] as const),
            ...([Math.max(LEAST, window[1] * scale), Math.max(LEAST, window[0] * scale)] as const),
            'fill="#1f77b4" fill-opacity="0.35" stroke="#1f77b4"',
          ),
        );
      shapes.push(label([left, top + high + LINE - 2], `${height}x${width}`));
      if (window) shapes.push(label([left, top + high + 2 * LINE - 2], `${window.join('x')}`, 'seen'));
      const edge = left + width * scale;
      if (i < planes.length - 1) shapes.push(arrow(edge + 8, middle, edge + GAP - 8));
      left = edge + GAP;
      right = Math.max(right, edge);
    });
    top += high + 2 * LINE;
    for (const note of notes) {
      top += LINE;
      shapes.push(label([MARGIN, top], note));
    }
    top += LINE;
  }
  return drawing(rounded(right + 2 * MARGIN), rounded(top), title, shapes);
};

const rect = (x: number, y: number, width: number, height: number, style: string): string =>
  `<rect x="${rounded(x - width / 2)}" y="${rounded(y - height / 2)}" width="${rounded(width)}" height="${rounded(height)}" stroke-width="2" ${style}/>`;

const arrow = (from: number, y: number, to: number): string =>
  `<path d="M${rounded(from)} ${rounded(y)}H${rounded(to)}m-6 -4l6 4l-6 4" fill="none" stroke="#808080" stroke-width="1.5"/>`;
