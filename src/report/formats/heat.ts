// Heat -> characters: shades in a frame, a character being twice as high as it is wide. No colours of its own.

import { type Heat, visible } from '../page.js';
import type { Canvas } from './drawing.js';

const SHADES = ' ·░▒▓█';
const PLAIN = ' .:-=+*#%@';

const MOST_LINES = 32;

/** The map line by line in its frame; cells are put together until they fit, and small ones drawn two columns wide. */
export const heatLines = (heat: Heat, canvas: Canvas): readonly string[] => {
  const shades = canvas.ascii ? PLAIN : SHADES;
  const [across, down] = sizeOf(heat, canvas);
  const rows = resized(heat.rows, Math.max(1, Math.round(down / 2)), across);
  return inFrame(
    rows.map((row) => row.map((value) => shadeOf(value, shades)).join('')),
    across,
    canvas,
  );
};

/** From nothing to the strongest, darker to brighter to any eye (after the map called inferno), as numbers of the 256 colours. */
const GLOW = [16, 17, 53, 54, 90, 126, 161, 167, 203, 208, 214, 220, 228, 230] as const;

/** How a run of half blocks is painted: the colour of the upper halves and that of the lower ones. */
export type PaintHalves = (text: string, above: number, below: number) => string;

/** The same in colours, with two rows in a line. */
export const heatBlocks = (heat: Heat, canvas: Canvas, paint: PaintHalves): readonly string[] => {
  const [across, down] = sizeOf(heat, canvas);
  const rows = resized(heat.rows, 2 * Math.max(1, Math.round(down / 2)), across).map((row) => row.map(glowOf));
  const lines = Array.from({ length: rows.length / 2 }, (_, y) => {
    const [above = [], below = []] = [rows[2 * y], rows[2 * y + 1]];
    let line = '';
    for (let x = 0; x < across; ) {
      const [upper = 0, lower = 0] = [above[x], below[x]];
      const from = x;
      while (x < across && above[x] === upper && below[x] === lower) x += 1;
      line += paint('▀'.repeat(x - from), upper, lower);
    }
    return line;
  });
  return inFrame(lines, across, canvas);
};

/** Only 0 has the darkest. */
const glowOf = (value: number): number =>
  value <= 0 ? GLOW[0] : (GLOW[Math.min(GLOW.length - 1, 1 + Math.floor(value * (GLOW.length - 1)))] ?? GLOW[0]);

/** Characters across, and half as high as they are, down. */
const sizeOf = ({ rows, columns: wanted }: Heat, { columns }: Canvas): readonly [across: number, down: number] => {
  const [height, width] = [rows.length, rows[0]?.length ?? 0];
  const scale = Math.min(2, (Math.min(columns, wanted ?? columns) - 2) / width, (2 * MOST_LINES) / height);
  return [Math.max(1, Math.round(width * scale)), Math.max(1, height * scale)];
};

const inFrame = (lines: readonly string[], across: number, { ascii }: Canvas): readonly string[] => {
  const [corners, line, side] = ascii ? ['++++', '-', '|'] : ['┌┐┘└', '─', '│'];
  const [topLeft = '', topRight = '', bottomRight = '', bottomLeft = ''] = corners;
  const edge = line.repeat(across);
  return [
    `${topLeft}${edge}${topRight}`,
    ...lines.map((drawn) => `${side}${drawn}${side}`),
    `${bottomLeft}${edge}${bottomRight}`,
  ];
};

export const heatLegend = ({ legend }: Heat): readonly string[] => legend.map(visible);

/** What is there at all is seen: only 0 is blank. */
const shadeOf = (value: number, shades: string): string =>
  value <= 0 ? ' ' : (shades[Math.min(shades.length - 1, 1 + Math.floor(value * (shades.length - 1)))] ?? ' ');

/** Each cell the mean of those that it stands for; where there are fewer than are wanted, they are repeated. */
export const resized = (
  rows: readonly (readonly number[])[],
  height: number,
  width: number,
): readonly (readonly number[])[] =>
  ranges(rows.length, height).map(([top, bottom]) =>
    ranges(rows[0]?.length ?? 0, width).map(([left, right]) => {
      const values = rows.slice(top, bottom).flatMap((row) => row.slice(left, right));
      return values.reduce((a, b) => a + b, 0) / values.length;
    }),
  );

/** Height and width of at most `most` cells in the longer direction, the other in proportion. */
export const within = (height: number, width: number, most: number): readonly [height: number, width: number] => {
  const scale = Math.min(1, most / Math.max(height, width));
  return [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale))];
};

const ranges = (length: number, parts: number): readonly (readonly [number, number])[] =>
  Array.from({ length: parts }, (_, i) => {
    const first = Math.min(length - 1, Math.floor((i * length) / parts));
    return [first, Math.max(first + 1, Math.floor(((i + 1) * length) / parts))] as const;
  });
