// Chains of planes as a drawing: each plane to scale, the cells in it that one cell of the last sees, arrows between them.

import type { Planes } from '../page.js';
import { line } from './marks.js';
import { shortened, textWidth } from './measure.js';
import type { Mark, Paint, Point, Scene } from './scene.js';

const WIDTH = 640;
const MARGIN = 14;
const GAP = 40;
const LINE = 20;
const TEXT = 13;

/** Longer names are cut. */
const MOST_COLUMNS = 80;

/** What a cell's edge may be; long chains of large planes become wider than they should. */
const LEAST_CELL = 0.25;
const MOST_CELL = 8;

/** Smaller windows would not be seen. */
const LEAST_WINDOW = 3;

const PLANE: Paint = { fill: 'box', stroke: 'line', width: 1.2 };
const WINDOW: Paint = { fill: 'seen', opacity: 0.4, stroke: 'seen', width: 1.5 };

export const planesScene = ({ title, chains }: Planes): Scene => {
  const most = Math.max(...chains.map(({ planes }) => planes.length));
  const cells = Math.max(...chains.map(({ planes }) => planes.reduce((sum, { size }) => sum + size[1], 0)));
  const scale = Math.max(LEAST_CELL, Math.min(MOST_CELL, (WIDTH - GAP * (most - 1)) / cells));
  const marks: Mark[] = [];
  let right = WIDTH;
  let top = MARGIN;
  for (const { title: name, planes, notes } of chains) {
    marks.push(line([MARGIN, top + 12], shortened(name, MOST_COLUMNS), { bold: true, size: TEXT }));
    top += LINE;
    const high = Math.max(...planes.map(({ size }) => size[0] * scale));
    const middle = top + high / 2;
    const foot = top + high + LINE - 2;
    let left = MARGIN;
    for (const [i, { size, window }] of planes.entries()) {
      const [height, width] = size.map((cells) => cells * scale) as [number, number];
      if (i > 0) marks.push(arrow([left - GAP + 8, middle], left - 8));
      const centre: Point = [left + width / 2, middle];
      marks.push(around(centre, [height, width], PLANE), line([left, foot], size.join('x'), { size: TEXT }));
      if (window) {
        const [rows, columns] = window.map((cells) => Math.max(LEAST_WINDOW, cells * scale)) as [number, number];
        marks.push(
          around(centre, [rows, columns], WINDOW),
          line([left, foot + LINE - 3], window.join('x'), { size: TEXT, ink: 'seen' }),
        );
      }
      right = Math.max(right, left + width);
      left += width + GAP;
    }
    top = foot + LINE + 2;
    for (const note of notes) {
      top += LINE;
      marks.push(line([MARGIN, top], note, { size: TEXT, ink: 'quiet' }));
      right = Math.max(right, textWidth(note, TEXT));
    }
    top += LINE;
  }
  return { title, size: [right + 2 * MARGIN, top], marks };
};

const around = ([x, y]: Point, [height, width]: readonly [height: number, width: number], paint: Paint): Mark => ({
  type: 'rect',
  at: [x - width / 2, y - height / 2],
  size: [width, height],
  paint,
});

const arrow = ([from, y]: Point, to: number): Mark => ({
  type: 'path',
  points: [
    [from, y],
    [to, y],
  ],
  arrow: true,
  paint: { stroke: 'line', width: 1.2 },
});
