// Rectangles over each other in one plane, as they are to scale, and what they are; a map of shades in a frame. No fields of its own.

import { resized, within } from '../formats/heat.js';
import type { Box, Figure, Heat } from '../page.js';
import type { Face } from './cabinet.js';
import { hatching, outside } from './hatching.js';
import { line } from './marks.js';
import { shortened, textWidth } from './measure.js';
import type { Mark, Paint, Scene } from './scene.js';

const PAINTS: Readonly<Record<Box['sort'], Paint>> = {
  image: { fill: 'box', stroke: 'line', width: 1.5 },
  field: { fill: 'seen', opacity: 0.3, stroke: 'seen', width: 2 },
  next: { stroke: 'next', width: 2, dash: true },
};

/** Longer texts are cut. */
const MOST_COLUMNS = 90;

const WIDTH = 320;
const MARGIN = 14;
const LINE = 20;
const TEXT = 13;

/** `notes` stand below the legend. */
export const figureScene = ({ title, boxes: whole }: Figure, notes: readonly string[] = []): Scene => {
  const boxes = whole.map((box) => ({ ...box, label: shortened(box.label, MOST_COLUMNS) }));
  const left = Math.min(...boxes.map(({ x }) => x[0]));
  const right = Math.max(...boxes.map(({ x }) => x[1])) + 1;
  const top = Math.min(...boxes.map(({ y }) => y[0]));
  const bottom = Math.max(...boxes.map(({ y }) => y[1])) + 1;
  const scale = WIDTH / Math.max(right - left, bottom - top);
  const across = (cell: number): number => MARGIN + (cell - left) * scale;
  const down = (cell: number): number => MARGIN + (cell - top) * scale;
  const foot = down(bottom) + MARGIN;
  const rect = ({ x, y, sort, label }: Box): Mark => ({
    type: 'rect',
    title: label,
    at: [across(x[0]), down(y[0])],
    size: [(x[1] + 1 - x[0]) * scale, (y[1] + 1 - y[0]) * scale],
    paint: PAINTS[sort],
  });
  const [image] = boxes;
  const padded = boxes.flatMap(({ x, y, sort }): readonly Mark[] => {
    if (sort !== 'field' || !image) return [];
    const wide = image.x[1] + 1 - image.x[0];
    const high = image.y[1] + 1 - image.y[0];
    const face: Face = {
      corner: [across(image.x[0]), down(image.y[0])],
      across: [wide * scale, 0],
      down: [0, high * scale],
    };
    return outside(
      [(x[0] - image.x[0]) / wide, (x[1] + 1 - image.x[0]) / wide],
      [(y[0] - image.y[0]) / high, (y[1] + 1 - image.y[0]) / high],
    ).flatMap(([u, v]) => hatching(face, u, v, 'seen'));
  });
  const legend = boxes.flatMap(({ sort, label }, i): readonly Mark[] => [
    { type: 'rect', at: [MARGIN, foot + i * LINE], size: [14, 14], paint: PAINTS[sort] },
    line([MARGIN + 22, foot + i * LINE + 12], label, { size: TEXT }),
  ]);
  const under = foot + boxes.length * LINE;
  const said = notes.map((note, i) => line([MARGIN, under + i * LINE + 12], note, { size: TEXT, ink: 'quiet' }));
  const texts = [
    ...boxes.map(({ label }) => textWidth(label, TEXT) + 22),
    ...notes.map((note) => textWidth(note, TEXT)),
  ];
  return {
    title,
    description: [...boxes.map(({ label }) => label), ...notes].join('; '),
    size: [Math.max(WIDTH, ...texts) + 2 * MARGIN, under + notes.length * LINE + MARGIN],
    marks: [...boxes.map(rect), ...padded, ...legend, ...said],
  };
};

/** Drawn cells in a row, each a shape of its own; and how many shades there are. */
const MOST_CELLS = 64;
const SHADES = 20;

/** Runs of one shade are one shape, a little larger than it is: what is drawn later covers that, and there are no seams. */
export const heatScene = ({ title, rows, legend }: Heat): Scene => {
  const shades = resized(rows, ...within(rows.length, rows[0]?.length ?? 0, MOST_CELLS));
  const [high, wide] = [shades.length, shades[0]?.length ?? 1];
  const cell = WIDTH / Math.max(high, wide);
  const foot = MARGIN + high * cell + MARGIN;
  const cells = shades.flatMap((row, y): readonly Mark[] => {
    const steps = row.map((value) => Math.round(value * SHADES));
    const marks: Mark[] = [];
    for (let x = 0; x < wide; ) {
      const from = x;
      while (x < wide && steps[x] === steps[from]) x += 1;
      const [right, down] = [x < wide ? 0.5 : 0, y < high - 1 ? 0.5 : 0];
      marks.push({
        type: 'rect',
        at: [MARGIN + from * cell, MARGIN + y * cell],
        size: [(x - from) * cell + right, cell + down],
        paint: { fill: { shade: (steps[from] ?? 0) / SHADES } },
      });
    }
    return marks;
  });
  return {
    title,
    description: legend.join('; '),
    size: [
      Math.max(WIDTH, ...legend.map((text) => textWidth(text, TEXT))) + 2 * MARGIN,
      foot + legend.length * LINE + MARGIN,
    ],
    marks: [
      { type: 'group', title, marks: cells },
      { type: 'rect', at: [MARGIN, MARGIN], size: [wide * cell, high * cell], paint: { stroke: 'line', width: 1.5 } },
      ...legend.map((text, i) => line([MARGIN, foot + i * LINE + 12], text, { size: TEXT })),
    ],
  };
};
